// Recognises a heading or bullet that names a task in the reference project's ways (T1 to T17, hot fixes), by its words
// alone; whether a weak form really is a task is for the caller to decide from its body.
import type { Span } from '../../model/text';
import { leadingGlyph } from './status-words';

export interface TaskName {
  /** As dependencies name it ("Task 1.1", "T-1", "A1"), null for an untagged heading. */
  readonly id: string | null;
  /** T1, T4, … as in the survey of the formats. */
  readonly form: string;
  readonly hotfix: boolean;
  /** Raw title behind the id, up to the status suffix or first field in the line. */
  readonly title: Span;
  /** A weak form needs the fields of a task in its body: "1.1 Title", "P1 — Title", "A1 — Title". */
  readonly weak: boolean;
  /** Status glyph or box before the id. */
  readonly lead: { readonly kind: 'glyph' | 'box'; readonly span: Span } | null;
  /** Fields collapsed into the line, behind the title. */
  readonly fields: Span | null;
}

const ID_BREAK = String.raw`(?:\*\*)?\s*(?:[:](?:\*\*)?|\.(?!\d)|[-–—](?=\s|$)|(?=\s)|$)\s*`;
const FORMS: readonly { readonly form: string; readonly pattern: RegExp; readonly weak: boolean }[] = [
  { form: 'T22', pattern: new RegExp(`^(T-?HotFix-\\d+)${ID_BREAK}`, 'i'), weak: false },
  { form: 'T6c', pattern: new RegExp(`^Task\\s+(T-?\\d+(?:\\.\\d+)*)${ID_BREAK}`, 'i'), weak: false },
  { form: 'T1', pattern: new RegExp(`^(Task\\s+#?\\d+(?:\\.\\d+)+[a-z]?)${ID_BREAK}`, 'i'), weak: false },
  { form: 'T6', pattern: new RegExp(`^(Task\\s+#?\\d+[a-z]?)${ID_BREAK}`, 'i'), weak: false },
  { form: 'T11', pattern: new RegExp(`^Task\\s+([A-Z]\\d{1,3}(?:\\.\\d+)*)${ID_BREAK}`), weak: false },
  { form: 'T1b', pattern: new RegExp(`^Task\\s+([A-Z]{1,5}-?\\d+(?:[.-]\\d+)*)${ID_BREAK}`), weak: false },
  { form: 'T4', pattern: new RegExp(`^(T-\\d+(?:[.-]\\d+)*[a-z]?)${ID_BREAK}`), weak: false },
  { form: 'T8', pattern: new RegExp(`^(T\\d+(?:\\.\\d+)*)${ID_BREAK}`), weak: false },
  { form: 'T16', pattern: /^([A-Z]\d{1,2}(?:\.\d+)?)(?:\*\*)?\s*[:–—-](?:\*\*)?\s+/, weak: true },
  { form: 'T15', pattern: /^(\d+\.\d+(?:\.\d+)?)\.?\s+(?=\S)/, weak: true },
  // A number alone is what sections have, too: only planned ones count (see reference-find-tasks).
  { form: 'T15n', pattern: /^(\d{1,3})[.)]\s+(?=\S)/, weak: true },
];
const FIELD_IN_LINE = /\*\*[^*\n:]{2,40}:\s*\*\*|\*\*[^*\n:]{2,40}\*\*\s*:/;
/** What a template calls the task it shows. */
const NAMELESS = /^(?:task )?(?:name|title)\b(?! (?:of|for|in|the)\b)[\s:]*(?:\[[^\]]{1,60}\])?\s*$/i;
const PLACEHOLDER = /^\s*(?:[:.–—-]\s*)?(?:\[[^\]]{1,60}\]|<[^>]{1,60}>|\{[^}]{1,60}\})\s*$/;

/** What a title line names as a task, null: nothing. `span` is the line behind its `#` or list mark. */
export function taskName(text: string, span: Span): TaskName | null {
  const unwrapped = unwrap(text, span);
  const head = text.slice(unwrapped.start, Math.min(unwrapped.end, unwrapped.start + 80));
  for (const { form, pattern, weak } of FORMS) {
    const match = pattern.exec(head);
    const id = match?.[1];
    if (match === null || id === undefined) continue;
    let start = unwrapped.start + match[0].length;
    // "T-1 T-1 Implement": generators repeat the id.
    const again = text.slice(start, start + id.length + 2);
    if (again.startsWith(`${id} `) || again.startsWith(`${id}:`))
      start = skipSpace(text, start + id.length + 1, span.end);
    const title = titleEnd(text, { start, end: span.end });
    const rest = text.slice(title.span.start, title.span.end);
    if (PLACEHOLDER.test(rest)) return null;
    return {
      id: id.replace('#', '').replace(/\s+/g, ' '),
      form,
      weak,
      hotfix: form === 'T22',
      title: title.span,
      lead: unwrapped.lead,
      fields: title.fields,
    };
  }
  return null;
}

/** A heading without any id, as a name; placeholders ("[Task Name]") are none. */
export function untaggedName(text: string, span: Span): TaskName | null {
  const unwrapped = unwrap(text, span);
  const title = titleEnd(text, { start: unwrapped.start, end: span.end });
  const words = text.slice(title.span.start, title.span.end);
  if (
    PLACEHOLDER.test(words) ||
    /[<{[][A-Za-z _-]{2,40}[>}\]]/.test(words) ||
    words.trim() === '' ||
    NAMELESS.test(words)
  )
    return null;
  return {
    id: null,
    form: 'T12',
    weak: true,
    hotfix: false,
    title: title.span,
    lead: unwrapped.lead,
    fields: title.fields,
  };
}

/** Takes a status glyph or box and an opening "**" from the front. */
function unwrap(text: string, span: Span): { start: number; end: number; lead: TaskName['lead'] } {
  let start = skipSpace(text, span.start, span.end);
  if (text.startsWith('**', start)) start += 2;
  let lead: TaskName['lead'] = null;
  const box = /^\[([^\]\n]{1,2})\]\s+/u.exec(text.slice(start, Math.min(span.end, start + 8)));
  const glyph = leadingGlyph(text.slice(start, Math.min(span.end, start + 8)));
  if (box !== null) {
    lead = { kind: 'box', span: { start: start + 1, end: start + 1 + (box[1]?.length ?? 0) } };
    start += box[0].length;
  } else if (glyph !== null) {
    lead = { kind: 'glyph', span: { start, end: start + glyph.text.length } };
    start = skipSpace(text, start + glyph.text.length, span.end);
  } else {
    // Other pictures and odd characters before the words are decoration ("🔥 Task 1.1").
    const decoration = /^(?:[^\p{L}\p{N}\s[<({*`"'.-]{1,6}\s+)/u.exec(
      text.slice(start, Math.min(span.end, start + 12)),
    );
    if (decoration !== null) start += decoration[0].length;
  }
  if (text.startsWith('**', start)) start += 2;
  return { start, end: span.end, lead };
}

/** The title ends before a heading id ("{#x}") or the first field written into the line. */
function titleEnd(text: string, span: Span): { span: Span; fields: Span | null } {
  const source = text.slice(span.start, Math.min(span.end, span.start + 2000));
  const field = FIELD_IN_LINE.exec(source);
  let end = field === null ? span.end : span.start + field.index;
  const anchor = field === null ? /\s*\{#[\w-]+\}\s*$/.exec(source) : null;
  if (anchor !== null && source.length === span.end - span.start) end = span.start + anchor.index;
  while (end > span.start && /\s/.test(text[end - 1] ?? '')) end -= 1;
  const fields = field === null ? null : { start: span.start + field.index, end: span.end };
  return { span: { start: Math.min(span.start, end), end }, fields };
}

function skipSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && /\s/.test(text[at] ?? '')) at += 1;
  return at;
}
