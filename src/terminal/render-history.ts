// The history as lines for people: when, what, and who caused it where that was not the scheduler.
import type { RunEvent } from '../model/run-event';
import { describeEvent, markSign } from '../workflow/words/event-words';
import { english } from '../workflow/words/translate';
import type { Paint } from './paint';

type Event = RunEvent & { readonly seq: number };

/** `named`: tasks whose beginning is not among these events. */
export function renderHistory(
  events: readonly Event[],
  paint: Paint,
  named: readonly { readonly taskKey: string; readonly task: string }[] = [],
): string {
  const titles = new Map(named.map(({ taskKey, task }) => [taskKey, task]));
  const lines: string[] = [];
  for (const event of events) {
    // The names of tasks come with the events that bring them.
    if ('spec' in event) {
      const { id, title } = event.spec;
      // A hot fix comes with an event about the task that it repairs.
      const key = event.type === 'hotfix-created' ? event.spec.key : event.taskKey;
      titles.set(key, id === null ? title : `${id}: ${title}`);
    }
    const names = { task: (key: string) => titles.get(key) ?? key.slice(key.indexOf('#') + 1) };
    const who = event.type === 'attempt-started' ? (event.host ?? event.actor) : event.actor;
    const by = who === 'scheduler' ? '' : ` ${paint.dim(`(${who})`)}`;
    for (const { mark, text } of describeEvent(event, names, english)) {
      lines.push(`${paint.dim(moment(event.at))} ${markSign(mark)} ${text}${by}`);
    }
  }
  return lines.length === 0 ? 'Nothing has happened yet.' : lines.join('\n');
}

/** Local date and time to the second. */
const moment = (at: number): string => {
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString();
  return `${date.slice(0, 10)} ${date.slice(11, 19)}`;
};
