// Changes of several documents that are shown first and then made together or not at all. Making them twice is making
// them once: what stands there already is left alone.
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import { unifiedDiff } from '../../plan/compose/unified-diff';
import { difference } from '../../plan/plan-index-change';
import type { DocumentStore } from '../../plan/ports';

export interface DocumentDraft {
  readonly path: string;
  /** null: the file does not exist yet. */
  readonly before: string | null;
  /** null: the file goes away. */
  readonly after: string | null;
  /** It is what stood there until now, in a draft of its own that takes it away. */
  readonly movedFrom?: string;
}

export interface DraftLine {
  readonly path: string;
  readonly change: 'create' | 'change' | 'remove';
}

/** What moves is shown as what changes on the way. */
export function draftDiff(drafts: readonly DocumentDraft[]): string {
  const moved = new Map(drafts.map((draft) => [draft.movedFrom, draft.path]));
  const before = new Map(drafts.map((draft) => [draft.path, draft.before]));
  return drafts
    .map((draft) => {
      if (draft.after === null && moved.has(draft.path)) return '';
      const from = draft.movedFrom;
      if (from === undefined) return unifiedDiff(draft.path, draft.before, draft.after);
      return unifiedDiff(draft.path, before.get(from) ?? null, draft.after, from);
    })
    .join('');
}

export const draftLines = (drafts: readonly DocumentDraft[]): readonly DraftLine[] =>
  drafts
    .filter((draft) => draft.before !== draft.after)
    .map(({ path, before, after }) => ({
      path,
      change: before === null ? 'create' : after === null ? 'remove' : 'change',
    }));

/** Paths that were written. On a refusal the ones before it get their old text back. */
export async function applyDrafts(
  documents: DocumentStore,
  drafts: readonly DocumentDraft[],
): Promise<Result<readonly string[], Failure>> {
  const done: DocumentDraft[] = [];
  // First what can be refused for its content; files that go away last.
  const ordered = [...drafts].sort((a, b) => Number(a.after === null) - Number(b.after === null));
  for (const draft of ordered) {
    if (draft.before === draft.after) continue;
    const made = await applyOne(documents, draft);
    if (!made.ok) {
      for (const earlier of done.reverse()) {
        const undone = await applyOne(documents, { path: earlier.path, before: earlier.after, after: earlier.before });
        // Someone wrote to it meanwhile: say which document is left changed rather than which one refused.
        if (!undone.ok) return undone;
      }
      return made;
    }
    if (made.value) done.push(draft);
  }
  return ok(done.map((draft) => draft.path));
}

/** True: it was changed now; false: it stood there already. */
async function applyOne(documents: DocumentStore, draft: DocumentDraft): Promise<Result<boolean, Failure>> {
  const { path, before, after } = draft;
  const current = await documents.read(path);
  if (current === after) return ok(false);
  if (after === null) {
    if (before === null || documents.remove === undefined)
      return err({ kind: 'not-writable', path, line: 1, what: 'it cannot be taken away' });
    const removed = await documents.remove(path, before);
    return removed.ok ? ok(true) : removed;
  }
  const written =
    before === null
      ? await documents.create(path, after)
      : await documents.write(path, before, difference(before, after));
  return written.ok ? ok(true) : written;
}
