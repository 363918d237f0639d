// Applying queued edits of documents: in the order they were decided, those that come together in one write.
import type { Failure } from '../model/failure';
import type { Result } from '../model/result';
import type { DocumentEdit } from '../model/run';
import type { EnginePorts } from './engine-ports';

const TRIES = 5;
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
/** So often a document on a full disk is tried again. */
const FULL_MS = 1000;
/** A document is written and read once for what is finished within this time. */
const GATHER_MS = 30;
/** Nothing else is under way: only what is decided in the same moment is waited for. */
const MOMENT_MS = 5;
/** While more is to come, writing a document and reading it again takes at most one part in so many of the time, */
const SHARE = 20;
/** but nothing waits for longer than this. */
const LONGEST_MS = 1500;

interface Around {
  /** Nothing may be written any more: the next host will. */
  readonly gone: () => boolean;
  /** At an epoch time, unless gone by then. */
  readonly after: (at: number, run: () => void) => void;
  /** Is anything at work that will soon be finished as well? */
  readonly busy: () => boolean;
  readonly applied: (edit: DocumentEdit, result: string) => void;
}

export function createDocumentEdits(
  { plan, clock, log }: Pick<EnginePorts, 'plan' | 'clock' | 'log'>,
  around: Around,
): (edit: DocumentEdit) => void {
  /** By path; there while a document has edits to come. */
  const queues = new Map<string, DocumentEdit[]>();
  /** By path: monotonic ms before which a long document is not written again. */
  const paces = new Map<string, number>();

  const told = (edit: DocumentEdit, result: Result<string, Failure | string>): void => {
    const failure = result.ok ? null : typeof result.error === 'string' ? result.error : describe(result.error);
    if (failure !== null) log.warn(`${edit.path} could not be brought up to date: ${failure}`, { edit: edit.id });
    around.applied(edit, result.ok ? result.value : `failed: ${failure ?? ''}`);
  };
  const attempt = async (
    write: () => Promise<Result<string, Failure>>,
    tries = 1,
  ): Promise<Result<string, Failure | string>> => {
    const result = await write().catch((error: unknown) => ({ ok: false as const, error: String(error) }));
    if (result.ok || typeof result.error === 'string') return result;
    const { error } = result;
    if (error.kind === 'file' && FULL.has(error.code)) {
      // What is done would be done again if its document never said so: there will be room some time.
      if (tries === 1) log.warn(`${error.path} waits to be brought up to date: the disk is full.`);
      await new Promise<void>((resolve) => around.after(clock.now() + FULL_MS, resolve));
      return attempt(write, tries + 1);
    }
    if (error.kind !== 'document-changed' || tries >= TRIES) return result;
    // Somebody writes into it as well: what stands there now is read and the edit made anew.
    await new Promise<void>((resolve) => around.after(clock.now() + 50 * tries, resolve));
    return attempt(write, tries + 1);
  };
  const one = async (edit: DocumentEdit): Promise<void> => {
    if (around.gone()) return;
    const result = await attempt(() => plan.apply(edit.change, edit.path));
    if (!around.gone()) told(edit, result);
  };
  const several = async (path: string, edits: readonly DocumentEdit[]): Promise<void> => {
    const { applyAll } = plan;
    if (around.gone()) return;
    if (edits.length > 1 && applyAll !== undefined) {
      const changes = edits.map(({ change }) => change);
      const result = await attempt(() => applyAll(changes, path));
      if (around.gone()) return;
      if (result.ok) {
        for (const edit of edits) told(edit, result);
        return;
      }
    }
    // One of them is refused: the others are not to suffer for it.
    for (const edit of edits) await one(edit);
  };
  const drain = async (path: string, queue: DocumentEdit[]): Promise<void> => {
    const began = clock.monotonic();
    for (let due = queue.length; due > 0 && !around.gone();) {
      const count = Math.min(due, together(queue));
      await several(path, queue.splice(0, count));
      due -= count;
    }
    const ended = clock.monotonic();
    paces.set(path, ended + Math.min(LONGEST_MS, SHARE * (ended - began)));
    if (queue.length > 0) gather(path, queue);
    else queues.delete(path);
  };
  const gather = (path: string, queue: DocumentEdit[]): void => {
    const from = clock.monotonic();
    const look = (ms: number): void =>
      around.after(clock.now() + ms, () => {
        const due = Math.max(from + GATHER_MS, paces.get(path) ?? 0);
        if (around.busy() && clock.monotonic() < due) look(GATHER_MS);
        else void drain(path, queue);
      });
    look(MOMENT_MS);
  };

  return (edit) => {
    const queue = queues.get(edit.path);
    if (queue !== undefined) {
      queue.push(edit);
      return;
    }
    const fresh = [edit];
    queues.set(edit.path, fresh);
    gather(edit.path, fresh);
  };
}

/** How many from the front can be written at once: marks of different tasks. What adds a task goes alone. */
function together(queue: readonly DocumentEdit[]): number {
  const seen = new Set<string>();
  let count = 0;
  for (const { change } of queue) {
    if (change.kind === 'append-hotfix') break;
    const what = `${change.kind} ${change.key}`;
    if (seen.has(what)) break;
    seen.add(what);
    count += 1;
  }
  return Math.max(1, count);
}

/** A failure in one line, for the record, which people read as well. */
export function describe(failure: Failure): string {
  if (failure.kind === 'file') return `cannot ${failure.operation} ${failure.path} (${failure.code})`;
  const { kind, ...rest } = failure;
  const details = Object.entries(rest)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`);
  return [kind, ...details].join(' · ');
}
