// Changes that somebody asked the index for: on what was read last if it still stands, else on what stands there now.
import type { Failure } from '../model/failure';
import type { PlanDocument } from '../model/plan';
import { err, ok, type Result } from '../model/result';
import type { GraphState } from './graph/graph';
import { nearest } from './graph/nearest';
import { planWrite, writeAll, type PlannedWrite, type WriteFunctions } from './plan-index-change';
import { findItem } from './plan-index-find';
import type { Entry } from './plan-index-reader';
import type { DocumentStore, PlanChange } from './ports';

const TRIES = 3;
const NO_TEXTS: ReadonlyMap<string, string> = new Map();

/** What a change needs of the index. */
export interface ChangeHost {
  readonly documents: DocumentStore;
  readonly write: WriteFunctions;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly state: () => GraphState;
  readonly text: (path: string) => string | null;
  /** Takes over what stands in the documents now; `atHand`: texts that need no reading. */
  readonly read: (paths: readonly string[], atHand: ReadonlyMap<string, string>) => Promise<void>;
  /** The document as its readers see another text of it. */
  readonly reread: (path: string, text: string) => Promise<PlanDocument | null>;
}

/** All of them or none. Answers the paths that were written. */
export async function applyChanges(
  changes: readonly PlanChange[],
  host: ChangeHost,
): Promise<Result<readonly string[], Failure>> {
  const byPath = byDocument(changes, host);
  if (!byPath.ok) return byPath;
  // Most documents are still what was read of them. The store says so when it writes; where nothing is to be written,
  // or it says otherwise, they are read first.
  const first = await planAll(byPath.value, host);
  if (first.ok && first.value.length === byPath.value.size) {
    const done = await apply(first.value, host);
    if (done.ok || done.error.kind !== 'document-changed') return done;
  }
  for (let tries = 1; ; tries += 1) {
    await host.read([...byPath.value.keys()], NO_TEXTS);
    const planned = await planAll(byPath.value, host);
    const done = planned.ok ? await apply(planned.value, host) : planned;
    // Somebody typed between our reading and our writing: read again what they wrote.
    if (done.ok || done.error.kind !== 'document-changed' || tries === TRIES) return done;
  }
}

function byDocument(
  changes: readonly PlanChange[],
  host: ChangeHost,
): Result<ReadonlyMap<string, readonly PlanChange[]>, Failure> {
  const byPath = new Map<string, PlanChange[]>();
  for (const change of changes) {
    const path = change.kind === 'append-task' ? change.path : pathOf(change.key, host);
    if (path === null) return unknown(change, host);
    const list = byPath.get(path);
    if (list === undefined) byPath.set(path, [change]);
    else list.push(change);
  }
  return ok(byPath);
}

/** What is to be written, from the documents as they were read last; nothing for those that say it already. */
async function planAll(
  byPath: ReadonlyMap<string, readonly PlanChange[]>,
  host: ChangeHost,
): Promise<Result<readonly PlannedWrite[], Failure>> {
  const writes: PlannedWrite[] = [];
  for (const [path, own] of byPath) {
    const text = host.text(path);
    const document = host.entries.get(path)?.document ?? null;
    const lost = own.find((each) => each.kind !== 'append-task' && !host.state().items.has(each.key));
    if (lost !== undefined || document === null || text === null) return unknown(lost ?? own[0], host);
    const planned = await planWrite({ document, text }, own, host.write, (after) => host.reread(path, after));
    if (!planned.ok) return planned;
    if (planned.value.edits.length > 0) writes.push(planned.value);
  }
  return ok(writes);
}

async function apply(writes: readonly PlannedWrite[], host: ChangeHost): Promise<Result<readonly string[], Failure>> {
  const texts = new Map<string, string>();
  const written = await writeAll(writes, host.documents, host.write, (path, text) => texts.set(path, text));
  const paths = writes.map((each) => each.path);
  // After a refusal some were taken back: what stands in them is read.
  await host.read(paths, written.ok ? texts : NO_TEXTS);
  return written;
}

/** Path of an item's document; its key says it also when the item itself is gone. */
function pathOf(key: string, host: ChangeHost): string | null {
  const item = host.state().items.get(key);
  if (item !== undefined) return item.path;
  for (let at = key.indexOf('#'); at > 0; at = key.indexOf('#', at + 1)) {
    if (host.entries.has(key.slice(0, at))) return key.slice(0, at);
  }
  return null;
}

function unknown(change: PlanChange | undefined, host: ChangeHost): Result<never, Failure> {
  if (change === undefined || change.kind === 'append-task') {
    const path = change?.path ?? '';
    return err({ kind: 'unknown-document', path, nearest: nearest(path, host.entries.keys()) });
  }
  const found = findItem(host.state(), change.key);
  return found.ok ? err({ kind: 'unknown-item', asked: change.key, nearest: [found.value.key] }) : found;
}
