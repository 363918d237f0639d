// The run record of an item: what ran, what was checked, who decided what. From the record only; nothing is judged.
import type { RunView } from '../../engine/service';
import { describePause } from '../words/pause-words';
import { english } from '../words/translate';
import { taskName, type ShipState, type TaskFacts } from './ship-state';

export interface RecordFrame {
  readonly name: string;
  readonly id: string;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly prds: readonly string[];
  readonly lists: readonly string[];
  readonly lessons: readonly string[];
  readonly changelog: string;
}

const SIGNS: Readonly<Record<string, string>> = {
  done: '✅',
  cancelled: '⏭️',
  open: '⬜',
  'in-progress': '⬜',
  blocked: '⬜',
};

export function runRecord(state: ShipState, frame: RecordFrame): string {
  return `${[
    `# Run record: ${frame.name}`,
    [
      `**Backlog item**: ${frame.id}`,
      `**Shipped**: ${frame.today}`,
      ...frame.prds.map((path) => `**PRD**: ${path}`),
      ...frame.lists.map((path) => `**Task list**: ${path}`),
      `**Changelog**: ${frame.changelog}`,
    ].join('\n'),
    `## Tasks\n\n${list(state.tasks.map(taskLine))}`,
    `## Runs\n\n${list(state.runs.map(runLine))}`,
    `## Decisions\n\n${list(state.runs.flatMap(decisions))}`,
    `## Lessons\n\n${list(frame.lessons.map((lesson) => `- ${lesson}`))}`,
  ].join('\n\n')}\n`;
}

const list = (lines: readonly string[]): string => (lines.length === 0 ? 'None recorded.' : lines.join('\n'));

function taskLine(task: TaskFacts): string {
  const run = task.run?.tasks.find((each) => each.taskKey === task.item.key) ?? null;
  const said =
    run === null ? 'done by hand' : `${run.state}, ${run.attempt} ${run.attempt === 1 ? 'attempt' : 'attempts'}`;
  const checked = run?.verification === undefined || run.verification === null ? '' : `, ${run.verification}`;
  const gates = task.gates.map(
    (gate) =>
      `\n  - ${gate.status === 'pass' ? '✅' : gate.status === 'waived' ? '☑️' : '❌'} ${oneLine(gate.gate)}: ${oneLine(gate.detail)}`,
  );
  return `- ${SIGNS[task.item.status] ?? ''} ${oneLine(taskName(task))} (${said}${checked})${gates.join('')}`;
}

function runLine(view: RunView): string {
  const { run, counts } = view;
  return `- ${oneLine(run.title)}: ${run.status}, ${counts.done} of ${counts.total} done, ${time(run.startedAt ?? run.createdAt)} to ${run.endedAt === null ? 'now' : time(run.endedAt)} (${run.id})`;
}

function decisions(view: RunView): readonly string[] {
  return view.pauses.flatMap((pause) => {
    if (pause.answer === null) return [];
    const task = view.tasks.find((each) => each.taskKey === pause.taskKey)?.spec;
    const where = task === undefined ? '' : ` (${task.id ?? task.title})`;
    const text = pause.answer.text === null || pause.answer.text === '' ? '' : `: ${oneLine(pause.answer.text)}`;
    return [
      `- ${time(pause.askedAt)} ${oneLine(describePause(pause.reason, english))}${where} – ${pause.answer.choice} by ${pause.answer.by}${text}`,
    ];
  });
}

/** What the record suggests to learn from: repairs, tasks that took several tries, decisions with words. */
export function lessonsOffered(state: ShipState): readonly string[] {
  const repaired = state.tasks
    .filter((task) => task.item.kind === 'hotfix')
    .map((task) => `${oneLine(taskName(task))} was needed`);
  const retried = state.tasks.flatMap((task) => {
    const attempts = task.run?.tasks.find((each) => each.taskKey === task.item.key)?.attempt ?? 0;
    return attempts > 1 ? [`${oneLine(taskName(task))} took ${attempts} attempts`] : [];
  });
  const said = state.runs
    .flatMap((view) => view.pauses.map((pause) => pause.answer?.text ?? ''))
    .filter((text) => text.trim() !== '');
  return [...new Set([...repaired, ...retried, ...said.map(oneLine)])];
}

const time = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
