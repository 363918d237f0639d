// What happened and how things stand, as markdown pages for people: one line per event, one per run. Pure.
import type { RunView } from '../engine/service';
import type { RunEvent } from '../model/run-event';
import { FINAL_RUN_STATES } from '../model/run';
import { describeEvent, markSign } from '../workflow/words/event-words';
import { describePause, describeSuggestion } from '../workflow/words/pause-words';
import type { Translate } from '../workflow/words/translate';
import { itemTitle } from './node-look';
import { plain } from './node-tooltip';
import { titleOfPause } from './prompt-model';
import { stateOfRun, stateWords } from './state-look';

const time = (at: number): string => new Date(at).toISOString().slice(11, 19);
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const cell = (text: string): string => plain(text).replace(/\s*\n\s*/g, ' ');
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Tasks that came into a run together are one row: the run itself names them. */
function grouped(events: readonly RunEvent[]): readonly (RunEvent | [RunEvent, ...RunEvent[]])[] {
  const out: (RunEvent | [RunEvent, ...RunEvent[]])[] = [];
  for (const event of events) {
    const last = out.at(-1);
    if (event.type !== 'task-added') out.push(event);
    else if (Array.isArray(last)) last.push(event);
    else out.push([event]);
  }
  return out.map((each) => (Array.isArray(each) && each.length === 1 ? each[0] : each));
}

/** `events` in order; `viewOf` knows runs, also ended ones. Times are UTC. */
export function historyPage(
  events: readonly RunEvent[],
  viewOf: (runId: string) => RunView | null,
  t: Translate,
): string {
  const runs = Map.groupBy(events, (event) => event.runId);
  const parts = [...runs].reverse().map(([runId, own]) => {
    const view = viewOf(runId);
    const titles = new Map(view?.tasks.map((task) => [task.taskKey, itemTitle(task.spec)]));
    const names = { task: (key: string) => titles.get(key) ?? key };
    // The day stands where it changes.
    let shown = '';
    const when = (at: number): string => {
      const fresh = day(at) === shown ? '' : `${day(at)} `;
      shown = day(at);
      return fresh + time(at);
    };
    const rows = grouped(own).flatMap((event) =>
      (Array.isArray(event)
        ? [{ mark: 'info' as const, text: t('{0} tasks are in the run', event.length) }]
        : describeEvent(event, names, t)
      ).map((line) => {
        const { at, actor } = Array.isArray(event) ? event[0] : event;
        return row(when(at), `${markSign(line.mark)} ${cell(line.text)}`, cell(actor));
      }),
    );
    if (rows.length === 0) return '';
    const head = [row(t('Time (UTC)'), t('What'), t('By')), row('---', '---', '---')];
    return [`## ${plain(view?.run.title ?? runId)}`, [...head, ...rows].join('\n')].join('\n\n');
  });
  const shown = parts.filter((part) => part !== '');
  return [`# ${t('History')}`, ...(shown.length === 0 ? [t('Nothing has run yet.')] : shown)].join('\n\n').concat('\n');
}

/** Open runs with what waits, then the latest ended ones. */
export function statusPage(views: readonly RunView[], t: Translate): string {
  const line = (view: RunView): string => {
    const asking = view.pauses.some((pause) => pause.answer === null);
    const state = stateOfRun(view.run.status, asking);
    const words = state === 'paused' && !asking ? t('paused') : stateWords(state, t);
    const failed = view.counts.failed === 0 ? '' : `, ${t('{0} failed', view.counts.failed)}`;
    const why = view.run.reason === null ? '' : ` – ${plain(view.run.reason)}`;
    return `- **${plain(view.run.title)}**: ${view.counts.done}/${view.counts.total}, ${words}${failed}${why}`;
  };
  const asked = (view: RunView): readonly string[] =>
    view.pauses
      .filter((pause) => pause.answer === null)
      .map((pause) => {
        const hint = pause.suggestion === null ? '' : ` 💡 ${describeSuggestion(pause.suggestion, t)}`;
        return `- ${plain(`${titleOfPause(pause, view) ?? view.run.title}: ${describePause(pause.reason, t)}${hint}`)}`;
      });
  const open = views.filter((view) => !FINAL_RUN_STATES.has(view.run.status));
  const ended = views.filter((view) => FINAL_RUN_STATES.has(view.run.status));
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`## ${title}`, lines.join('\n')];
  const parts = [
    ...part(t('Waiting for You'), open.flatMap(asked)),
    ...part(t('Open Runs'), open.map(line)),
    ...part(t('Ended Runs'), ended.map(line)),
  ];
  return [`# ${t('Status')}`, ...(parts.length === 0 ? [t('Nothing has run yet.')] : parts)].join('\n\n').concat('\n');
}
