// What each place of a backlog says in the end: its own line, the fields and the metadata under it. Where nothing was
// edited, the earlier reading of the place is moved instead of reading it again.
import type { Item } from '../../model/plan';
import { readBody } from './reference-body';
import type { Entry } from './reference-entry';
import { draftOf, metaOf, ownMetadata, Topics, type Meta } from './reference-metadata';
import type { ProblemList } from './reference-problems';
import { lastInkLine } from './reference-task-item';
import { wordFix } from './nearest-word';
import type { CommentSpan, ScannedText } from './sections';
import { shiftDraft, shiftEntry } from './shift';
import { fieldSite } from './status-sites';
import { STATUS_WORDS } from './status-words';
import type { Steps } from './steps';
import type { Shift, Unchanged } from './unchanged';

/** A place in document order. */
export interface Placed {
  readonly entry: Entry;
  /** Lines that belong to it behind its own. */
  readonly from: number;
  readonly to: number;
}

export interface SettledPlace {
  /** With the status that counts. */
  readonly entry: Entry;
  readonly draft: Partial<Item>;
  /** Last line that belongs to it. */
  readonly end: number;
  /** What it was made of. */
  readonly from: Placed;
  /** It depends on its own lines, on nothing else; "titles": also on which items there are. */
  readonly reuse: 'always' | 'titles' | 'never';
}

export interface PlacesBefore {
  /** By the line of the entry. */
  readonly places: ReadonlyMap<number, SettledPlace>;
  readonly unchanged: Unchanged;
  /** Entries of rows that were not read again. */
  readonly rows: ReadonlySet<Entry>;
}

export function* settlePlaces(
  lines: ScannedText,
  placed: readonly Placed[],
  problems: ProblemList,
  before: PlacesBefore | null,
): Steps<readonly SettledPlace[]> {
  const topics = new Topics(placed.map(({ entry }) => entry));
  const sameTitles = before !== null && haveSameTitles(placed, before);
  const { comments } = lines;
  let next = 0;
  const settled: SettledPlace[] = [];
  for (const place of placed) {
    while (next < comments.length && (comments[next]?.from ?? 0) < place.entry.line) next += 1;
    const first = next;
    while (next < comments.length && (comments[next]?.from ?? 0) <= place.to) next += 1;
    const own = comments.slice(first, next);
    const old = kept(place, own, before, sameTitles);
    settled.push(old ?? settle(lines, place, own, topics, problems));
    if (old === null) yield;
  }
  return settled;
}

/** Are they the same items in the same order? */
function haveSameTitles(placed: readonly Placed[], before: PlacesBefore): boolean {
  if (placed.length !== before.places.size) return false;
  const old = before.places.values();
  return placed.every(({ entry }) => {
    const was = old.next().value?.from.entry;
    return was !== undefined && was.title === entry.title && was.id === entry.id && was.about === entry.about;
  });
}

function kept(
  place: Placed,
  comments: readonly CommentSpan[],
  before: PlacesBefore | null,
  sameTitles: boolean,
): SettledPlace | null {
  const last = Math.max(place.to, place.entry.lastLine, comments.at(-1)?.to ?? 0);
  const shift = before?.unchanged.shift(place.entry.line, last) ?? null;
  if (before === null || shift === null) return null;
  const old = before.places.get(place.entry.line - shift.lines);
  if (old === undefined || old.reuse === 'never' || (old.reuse === 'titles' && !sameTitles)) return null;
  const { from } = old;
  // What a row says depends on its table's header too.
  if ((place.entry.form === 'row' || place.entry.form === 'archive') && !before.rows.has(place.entry)) return null;
  if (from.from + shift.lines !== place.from || from.to + shift.lines !== place.to) return null;
  if (!sameEntry(from.entry, place.entry, shift) || !before.unchanged.sameComments(comments, shift)) return null;
  return {
    entry: shiftEntry(old.entry, shift),
    draft: shiftDraft(old.draft, shift),
    end: old.end + shift.lines,
    from: place,
    reuse: old.reuse,
  };
}

/** Do two entries of the same line say the same? Their drafts do if they have one form: the line says all of it. */
function sameEntry(old: Entry, now: Entry, shift: Shift): boolean {
  return (
    old.form === now.form &&
    old.id === now.id &&
    old.title === now.title &&
    old.status === now.status &&
    old.statusText === now.statusText &&
    old.about === now.about &&
    old.lastLine + shift.lines === now.lastLine &&
    old.titleSpan.start + shift.chars === now.titleSpan.start &&
    old.titleSpan.end + shift.chars === now.titleSpan.end &&
    old.site?.form === now.site?.form &&
    (old.site === null || old.site.span.start + shift.chars === now.site?.span.start)
  );
}

function settle(
  lines: ScannedText,
  place: Placed,
  comments: readonly CommentSpan[],
  topics: Topics,
  problems: ProblemList,
): SettledPlace {
  const { entry, from, to } = place;
  const asked = topics.asked;
  const reported = problems.count;
  const own: Meta[] = [];
  for (const comment of comments) {
    const meta = metaOf(lines, comment);
    if (meta !== null) own.push(meta);
  }
  const body = entry.form === 'heading' || entry.form === 'lane' ? readBody(lines, from, to) : null;
  const status = body?.status ?? null;
  const field = status === null ? null : fieldSite(status);
  // A Status field counts before a suffix, always, so that writing the one place settles it. In the prose under a
  // bullet a field that says no known status ("Status: waits for keys") is prose.
  const useField = field !== null && (entry.form === 'heading' || field.status !== null);
  const site = useField ? field : entry.site;
  const settled: Entry =
    useField && site !== null ? { ...entry, site, status: site.status ?? 'open', statusText: site.text } : entry;
  const said = settled.statusText === null && field !== null ? field : settled.site;
  if (said !== null && said.status === null && said.text !== null) {
    problems.add(
      'unknown-status',
      'warning',
      said.span,
      `"${said.text}" is no known status; ${entry.id} counts as open.`,
      wordFix(said.text, STATUS_WORDS, said.span),
    );
  }
  if (
    useField &&
    entry.site?.status !== null &&
    entry.site !== null &&
    site !== null &&
    site.status !== null &&
    entry.site.status !== site.status
  ) {
    problems.add(
      'conflicting-fields',
      'warning',
      entry.site.span,
      `${entry.id} says "${entry.site.text ?? ''}" here and "${site.text ?? ''}" in its Status field; the field counts.`,
    );
  }
  const meta = draftOf(ownMetadata(entry, own, topics, problems));
  const below = body === null ? meta : combine(body.draft, meta);
  return {
    entry: settled,
    draft: combine(entry.draft, below),
    end: Math.max(entry.lastLine, lastInkLine(lines, from, to)),
    from: place,
    // A problem may name the line of another item, so it is found anew each time.
    reuse: problems.count > reported ? 'never' : topics.asked > asked ? 'titles' : 'always',
  };
}

/** The place's own fields win; lists and dependencies of both are kept, each target once. */
function combine(first: Partial<Item>, second: Partial<Item>): Partial<Item> {
  const merged: Record<string, unknown> = { ...second };
  for (const [name, value] of Object.entries(first)) {
    if (value !== null && !(Array.isArray(value) && value.length === 0)) merged[name] = value;
  }
  if (first.dates !== undefined && second.dates !== undefined) merged['dates'] = { ...second.dates, ...first.dates };
  if (first.dependencies !== undefined && second.dependencies !== undefined) {
    const known = new Set(first.dependencies.flatMap((dependency) => dependency.targets));
    const more = second.dependencies.filter(
      (dependency) => dependency.targets.length === 0 || !dependency.targets.every((target) => known.has(target)),
    );
    merged['dependencies'] = [...first.dependencies, ...more];
  }
  return merged;
}
