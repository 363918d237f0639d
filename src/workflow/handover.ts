// The hand-over: where the work stands, from the record and the plan alone, as markdown for the next person or chat.
import type { Engine, RunView } from '../engine/service';
import { showable, shortened } from '../memory/clean';
import { fromMemory } from '../memory/recall';
import type { GateResult } from '../model/gate';
import type { MemoryRow } from '../model/memory';
import type { Item } from '../model/plan';
import type { TaskRun } from '../model/run';
import type { Plan } from '../plan/ports';
import { describePause } from './words/pause-words';
import { english } from './words/translate';

export interface HandoverFacts {
  readonly plan: Plan;
  readonly engine: Pick<Engine, 'runs' | 'gateResults' | 'pauses'>;
  /** Newest first. */
  readonly decisions: readonly MemoryRow[];
  /** Epoch ms. */
  readonly now: number;
}

const RUNS = 10;
const DONE = 15;
const OPEN = 15;
const WAITING = 20;
const NEXT = 5;
const DECISIONS = 12;
const DOCUMENTS = 20;

export function handoverText(facts: HandoverFacts): string {
  const runs = facts.engine.runs(RUNS);
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['Waiting for a person', waiting(facts, runs)],
    ['Done', done(facts, runs)],
    ['Failed', failed(runs)],
    ['Open in runs', open(runs)],
    ['Decisions', facts.decisions.slice(0, DECISIONS).map(decision)],
    ['Next', facts.plan.next(NEXT).map(({ item, because }) => `- ${itemName(item)}${why(because)}`)],
    ['In the documents', documents(facts.plan)],
  ];
  return [
    '# Hand-over',
    `As of ${new Date(facts.now).toISOString().slice(0, 16).replace('T', ' ')} UTC, from the record and the documents.`,
    ...sections.map(([title, lines]) => `## ${title}\n\n${lines.length === 0 ? 'Nothing.' : lines.join('\n')}`),
  ].join('\n\n');
}

const waiting = ({ engine }: HandoverFacts, runs: readonly RunView[]): readonly string[] =>
  capped(
    engine.pauses().map((pause) => {
      const task = runs
        .flatMap((view) => view.tasks)
        .find((each) => each.taskKey === pause.taskKey && each.runId === pause.runId);
      const about = task === undefined ? '' : ` (${taskName(task)})`;
      return `- ${line(describePause(pause.reason, english))}${about}. Choices: ${pause.choices.map(({ id }) => id).join(', ')}. Since ${day(pause.askedAt)}. \`soloflow answer ${pause.id}\``;
    }),
    WAITING,
  );

function done({ engine }: HandoverFacts, runs: readonly RunView[]): readonly string[] {
  const latest = new Map<string, TaskRun>();
  for (const task of runs.flatMap((view) => view.tasks)) {
    if (task.state !== 'succeeded') continue;
    const known = latest.get(task.taskKey);
    if (known === undefined || known.updatedAt < task.updatedAt) latest.set(task.taskKey, task);
  }
  const tasks = [...latest.values()].sort((a, b) => b.updatedAt - a.updatedAt);
  return capped(
    // Evidence is read for what is shown only.
    tasks.map((task, at) =>
      at < DONE ? `- ${taskName(task)}: ${evidence(task, engine.gateResults(task.runId, task.taskKey))}` : '',
    ),
    DONE,
  );
}

/** The last word of each gate, with what backs it. */
function evidence(task: TaskRun, results: readonly GateResult[]): string {
  const last = new Map(results.map((result) => [result.gate, result]));
  const gates = [...last.values()].map(({ gate, status, evidence: found }) => {
    const tests =
      found.tests === undefined ? '' : `, ${found.tests.total - found.tests.failed}/${found.tests.total} tests`;
    const exit = found.exitCode == null ? '' : `, exit ${found.exitCode}`;
    return `${line(gate)}: ${status}${exit}${tests}`;
  });
  return [task.verification ?? 'unverified', ...gates].join('; ');
}

const failed = (runs: readonly RunView[]): readonly string[] =>
  capped(
    runs
      .flatMap((view) => view.tasks)
      .filter(({ state }) => state === 'failed')
      .map((task) => `- ${taskName(task)}: ${line(task.reason ?? 'no reason kept')}`),
    OPEN,
  );

const open = (runs: readonly RunView[]): readonly string[] =>
  runs
    .filter(({ run }) => run.endedAt === null)
    .flatMap((view) => [
      `- ${line(view.run.title)}: ${view.run.status}, ${view.counts.done} of ${view.counts.total} done (run ${view.run.id})`,
      ...capped(
        view.tasks
          .filter(({ state }) => !['succeeded', 'skipped', 'cancelled', 'failed'].includes(state))
          .map((task) => `  - ${task.state}: ${taskName(task)}`),
        OPEN,
      ),
    ]);

/** Documents somebody works on come first. */
function documents(plan: Plan): readonly string[] {
  const all = plan
    .snapshot()
    .documents.map((document) => {
      const work = document.items.filter(({ kind }) => kind !== 'phase' && kind !== 'lane');
      const count = (status: string): number => work.filter((item) => item.status === status).length;
      return { document, work, done: count('done'), going: count('in-progress'), blocked: count('blocked') };
    })
    .filter(({ work }) => work.length > 0);
  const lines = all
    .sort((a, b) => b.going - a.going || Number(b.done > 0) - Number(a.done > 0))
    .map(
      ({ document, work, done: finished, going, blocked }) =>
        `- ${document.path}: ${finished} of ${work.length} done${going > 0 ? `, ${going} in progress` : ''}${blocked > 0 ? `, ${blocked} blocked` : ''}`,
    );
  return capped(lines, DOCUMENTS);
}

const decision = (row: MemoryRow): string => {
  const { title, citation, at } = fromMemory(row);
  return `- ${line(title)} (${day(at ?? 0)}, ${line(citation)})`;
};

/** What is beyond `most` is counted, not silently dropped. */
const capped = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), `- and ${lines.length - most} more`];

const taskName = ({ spec }: TaskRun): string => named(spec.id, spec.title, spec.path, spec.line);
const itemName = (item: Item): string => named(item.id, item.title, item.path, item.line);
const named = (id: string | null, title: string, path: string, at: number): string =>
  `${line(id === null || title.startsWith(id) ? title : `${id} ${title}`)} (${path}:${at})`;
const why = (because: readonly string[]): string => (because.length === 0 ? '' : `: ${line(because.join(' '))}`);
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** One line, and nothing that a terminal or a page would act on. */
const line = (text: string): string => shortened(showable(text).replace(/\s+/g, ' ').trim(), 240);
