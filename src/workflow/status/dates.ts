// Dates that move with a status, written the way their document writes dates.
import type { Item, PlanDocument, PlanStatus } from '../../model/plan';

/** How a date is written where the document shows no example. */
type DateForm = 'date' | 'date-time';

/**
 * Dates that this status moves, in the way this document writes them. Only where the item, or another one of its
 * document, carries such a date: a plan without dates does not get them.
 */
export function datesOf(
  document: PlanDocument | null,
  item: Item,
  to: PlanStatus,
  now: number,
): Readonly<Record<string, string>> {
  const keeps = (name: string): string | null => {
    const own = item.dates[name]?.text;
    return own ?? document?.items.map((each) => each.dates[name]?.text).find((text) => text !== undefined) ?? null;
  };
  const found: Record<string, string> = {};
  const stamp = (names: readonly string[]): void => {
    for (const name of names) {
      const like = keeps(name);
      if (like !== null) {
        found[name] = dateLike(like, now);
        return;
      }
    }
  };
  if (to === 'in-progress' && item.dates['started_at'] === undefined) stamp(['started_at']);
  if (to === 'done') stamp(['completed_at', 'completion_date', 'completed']);
  stamp(['last_updated', 'updated_date']);
  return found;
}

/** The moment in the form of an example: date only, or with time, with or without T, Z and fraction. */
export function dateLike(example: string, now: number): string {
  const iso = new Date(now).toISOString();
  if (/^\d{4}-\d{2}-\d{2}$/.test(example.trim())) return iso.slice(0, 10);
  const separator = /\d T?/.test(example) && !example.includes('T') ? ' ' : 'T';
  const time = /:\d{2}:\d{2}/.test(example)
    ? /\.\d/.test(example)
      ? iso.slice(11, 23)
      : iso.slice(11, 19)
    : iso.slice(11, 16);
  const zone = example.trim().endsWith('Z') ? 'Z' : example.trim().endsWith('+00:00') ? '+00:00' : '';
  return `${iso.slice(0, 10)}${separator}${time}${zone}`;
}

/** What beginning with an item writes; `always`: the day too where no item of its document carries one yet. */
export function startedDates(
  document: PlanDocument,
  item: Item,
  always: boolean,
  form: DateForm,
  now: number,
): Readonly<Record<string, string>> {
  const found = datesOf(document, item, 'in-progress', now);
  if (!always || item.dates['started_at'] !== undefined || found['started_at'] !== undefined) return found;
  return { started_at: dateIn(form, now), ...found };
}

export function dateIn(form: DateForm, now: number): string {
  const iso = new Date(now).toISOString();
  return form === 'date' ? iso.slice(0, 10) : iso.slice(0, 19);
}

/** A note of the whole document, above its sections, that says when it was last changed. */
export function touched(text: string, now: number): string {
  const head = text.slice(0, /^## /m.exec(text)?.index ?? 0);
  const note = /(<!--\s*last_updated:\s*)(\d{4}-\d{2}-\d{2}[^\s>]*(?: \d{2}:\d{2}(?::\d{2})?)?)(?=\s*-->)/.exec(head);
  const [, before, date] = note ?? [];
  if (note === null || before === undefined || date === undefined) return text;
  const start = note.index + before.length;
  return `${text.slice(0, start)}${dateLike(date, now)}${text.slice(start + date.length)}`;
}
