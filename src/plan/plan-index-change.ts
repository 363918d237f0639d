// Changes of several documents that apply together or not at all: planned on fresh texts first, then written, and
// taken back where a later document refuses.
import type { Failure } from '../model/failure';
import type { PlanDocument } from '../model/plan';
import { err, ok, type Result } from '../model/result';
import type { TextEdit } from '../model/text';
import { parentChanges } from './graph/roll-up';
import type { DocumentStore, PlanChange } from './ports';

/** Edits of `text`, from which `document` was read. */
type PlanEdit = (document: PlanDocument, text: string, change: PlanChange) => Result<readonly TextEdit[], Failure>;

export interface WriteFunctions {
  readonly planEdit: PlanEdit;
  readonly applyEdits: (text: string, edits: readonly TextEdit[]) => string;
  readonly inverseEdits: (text: string, edits: readonly TextEdit[]) => readonly TextEdit[];
}

/** What is to be written to one document, and how it is taken back. */
export interface PlannedWrite {
  readonly path: string;
  readonly basis: string;
  readonly edits: readonly TextEdit[];
}

export interface Draft {
  readonly document: PlanDocument;
  readonly text: string;
}

/** Plans all changes of one document on one text. `reread` gives the document as it is after some of them. */
export async function planWrite(
  draft: Draft,
  changes: readonly PlanChange[],
  write: WriteFunctions,
  reread: (text: string) => Promise<PlanDocument | null>,
): Promise<Result<PlannedWrite, Failure>> {
  const { document, text } = draft;
  const whole = [...changes, ...parentChanges(document, changes)];
  const edits: TextEdit[] = [];
  for (const change of whole) {
    const planned = write.planEdit(document, text, change);
    if (!planned.ok) return planned;
    for (const edit of planned.value) if (!edits.some((each) => sameEdit(each, edit))) edits.push(edit);
  }
  if (!collide(edits)) return ok({ path: document.path, basis: text, edits });
  return stepwise(draft, whole, write, reread);
}

/** One after the other, each on the text the one before left; the result as one edit. */
async function stepwise(
  draft: Draft,
  changes: readonly PlanChange[],
  write: WriteFunctions,
  reread: (text: string) => Promise<PlanDocument | null>,
): Promise<Result<PlannedWrite, Failure>> {
  let { document, text } = draft;
  for (const change of changes) {
    const planned = write.planEdit(document, text, change);
    if (!planned.ok) return planned;
    if (planned.value.length === 0) continue;
    text = write.applyEdits(text, planned.value);
    const after = await reread(text);
    if (after === null) return err({ kind: 'not-writable', path: document.path, line: 1, what: 'changes together' });
    document = after;
  }
  return ok({ path: document.path, basis: draft.text, edits: difference(draft.text, text) });
}

const sameEdit = (a: TextEdit, b: TextEdit): boolean =>
  a.span.start === b.span.start && a.span.end === b.span.end && a.text === b.text && a.span.end > a.span.start;

/** Do two edits touch the same place? Two insertions at one place do: their order would be a guess. */
function collide(edits: readonly TextEdit[]): boolean {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return ordered.some((edit, at) => {
    const before = ordered[at - 1];
    if (before === undefined) return false;
    return before.span.end > edit.span.start || before.span.start === edit.span.start;
  });
}

/** The one edit between two texts: what is left without their common start and end. */
export function difference(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (isLowSurrogate(before, start) || isLowSurrogate(after, start)) start -= 1;
  let tail = 0;
  while (
    tail < most - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail += 1;
  }
  if (isLowSurrogate(before, before.length - tail) || isLowSurrogate(after, after.length - tail)) tail -= 1;
  return [{ span: { start, end: before.length - tail }, text: after.slice(start, after.length - tail) }];
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

/**
 * Writes one document after the other. On a refusal the earlier ones get their old text back. Answers
 * the paths; `wrote` hears of each with the text it has now.
 */
export async function writeAll(
  writes: readonly PlannedWrite[],
  documents: DocumentStore,
  write: WriteFunctions,
  wrote: (path: string, text: string) => void = () => {},
): Promise<Result<readonly string[], Failure>> {
  const done: PlannedWrite[] = [];
  for (const each of writes) {
    const written = await documents.write(each.path, each.basis, each.edits);
    if (written.ok) {
      done.push(each);
      wrote(each.path, written.value);
      continue;
    }
    for (const earlier of done.reverse()) {
      const after = write.applyEdits(earlier.basis, earlier.edits);
      const undone = await documents.write(earlier.path, after, write.inverseEdits(earlier.basis, earlier.edits));
      // Someone wrote to it meanwhile: say which document is left half changed rather than which one refused.
      if (!undone.ok) return undone;
    }
    return written;
  }
  return ok(writes.map((each) => each.path));
}
