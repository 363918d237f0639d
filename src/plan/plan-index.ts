// The plan of a workspace, kept up to date: reads what changed, resolves what that touches, answers from snapshots.
import type { Config } from '../model/config';
import type { Failure } from '../model/failure';
import type { Item, PlanDocument, PlanSnapshot } from '../model/plan';
import type { Problem } from '../model/problem';
import { err, type Result } from '../model/result';
import { emptyState, PlanGraph, type GraphState } from './graph/graph';
import { Order } from './graph/next';
import { nearest } from './graph/nearest';
import { lookForProblems, workspaceProblems } from './graph/problems';
import { planWrite, writeAll, type PlannedWrite, type WriteFunctions } from './plan-index-change';
import { findItem } from './plan-index-find';
import { ReadingRound, type Entry } from './plan-index-reader';
import { Slices } from './plan-index-slices';
import type { DocumentStore, NextAnswer, Plan, PlanCache, PlanChange } from './ports';
import type { Dialect } from './read/dialect';
import { LineIndex } from './read/line-index';
import { DIALECTS, overridesOf } from './read/registry';
import { planEdit } from './write/plan-edit';
import { applyEdits, inverseEdits } from './write/text-edits';

export interface PlanOptions {
  readonly config: () => Config;
  /** Epoch ms, for the stamps that peer tools keep in their files. */
  readonly now?: () => number;
  readonly cache?: PlanCache;
  readonly dialects?: readonly Dialect[];
  readonly write?: WriteFunctions;
  /** How long changes of documents are gathered before they are read. */
  readonly debounceMs?: number;
}

const CONFIG_PATH = '.soloflow/config.json';
/** Files read at once; each of them is then parsed alone. */
const BATCH = 24;
const TRIES = 3;
const NO_TEXTS: ReadonlyMap<string, string> = new Map();

export function createPlan(documents: DocumentStore, options: PlanOptions): Plan {
  return new PlanIndex(documents, options);
}

interface Moment {
  readonly snapshot: PlanSnapshot;
  readonly state: GraphState;
}

class PlanIndex implements Plan {
  readonly #documents: DocumentStore;
  readonly #options: PlanOptions;
  readonly #write: WriteFunctions;
  readonly #graph = new PlanGraph();
  readonly #entries = new Map<string, Entry>();
  readonly #troubles = new Map<string, Problem>();
  readonly #lines = new WeakMap<Entry, LineIndex>();
  readonly #listeners = new Set<(snapshot: PlanSnapshot) => void>();
  readonly #subscription: { dispose(): void };
  readonly #changed = new Set<string>();
  #moment: Moment;
  #order: Order | null = null;
  #limit: number | null = null;
  /** The snapshot no longer tells what was read. */
  #stale = true;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(documents: DocumentStore, options: PlanOptions) {
    this.#documents = documents;
    this.#options = options;
    const now = options.now;
    this.#write = options.write ?? {
      planEdit: (document, text, change) => planEdit(document, text, change, now === undefined ? {} : { now: now() }),
      applyEdits,
      inverseEdits,
    };
    const state = emptyState();
    const { items, needs } = state;
    this.#moment = { state, snapshot: { revision: 0, documents: [], items, needs, problems: [] } };
    this.#subscription = documents.onDidChange((paths) => this.#noteChange(paths));
  }

  open(): Promise<PlanSnapshot> {
    return this.#inTurn(async () => {
      const paths = await this.#documents.list();
      const listed = new Set(paths);
      for (const path of this.#entries.keys()) if (!listed.has(path)) this.#drop(path);
      for (const path of this.#troubles.keys()) if (!listed.has(path)) this.#note(path, null);
      await this.#read(paths);
      return this.#moment.snapshot;
    });
  }

  snapshot(): PlanSnapshot {
    return this.#moment.snapshot;
  }

  document(path: string): PlanDocument | null {
    return this.#entries.get(path)?.document ?? null;
  }

  text(path: string): string | null {
    return this.#entries.get(path)?.text ?? null;
  }

  find(asked: string): Result<Item, Failure> {
    return findItem(this.#moment.state, asked);
  }

  ready(): readonly Item[] {
    return this.#ordered()
      .all()
      .map((ranked) => ranked.node.item);
  }

  next(limit = 1): readonly NextAnswer[] {
    return this.#ordered().next(limit);
  }

  change(changes: readonly PlanChange[]): Promise<Result<readonly string[], Failure>> {
    return this.#inTurn(async () => {
      for (let tries = 1; ; tries += 1) {
        const done = await this.#changeOnce(changes);
        // Somebody typed between our reading and our writing: read again what they wrote.
        if (done.ok || done.error.kind !== 'document-changed' || tries === TRIES) return done;
      }
    });
  }

  onDidChange(listener: (snapshot: PlanSnapshot) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#disposed = true;
    this.#subscription.dispose();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** One reading or writing at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #noteChange(paths: readonly string[]): void {
    if (this.#disposed) return;
    for (const path of paths) this.#changed.add(path);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const changed = [...this.#changed];
      this.#changed.clear();
      void this.#inTurn(async () => {
        if (!this.#disposed) await this.#read(await this.#concerned(changed));
      }).catch((error: unknown) => {
        for (const path of changed) this.#note(path, unreadable(path, String(error)));
      });
    }, this.#options.debounceMs ?? 30);
  }

  /** Documents that a change of files concerns: known ones, new ones that are listed, readers of a side file. */
  async #concerned(changed: readonly string[]): Promise<readonly string[]> {
    const paths = new Set<string>();
    const strangers: string[] = [];
    for (const path of changed) {
      if (this.#entries.has(path) || this.#troubles.has(path)) paths.add(path);
      else strangers.push(path);
    }
    for (const entry of this.#entries.values()) {
      for (const name in entry.sides) if (changed.includes(name)) paths.add(entry.path);
    }
    if (strangers.length > 0) {
      const listed = new Set(await this.#documents.list());
      for (const path of strangers) if (listed.has(path)) paths.add(path);
    }
    return [...paths];
  }

  /**
   * Reads the documents that changed among `paths` and makes the next snapshot if anything did. `atHand`: texts that
   * need no reading, because they were just written.
   */
  async #read(paths: readonly string[], atHand: ReadonlyMap<string, string> = NO_TEXTS): Promise<void> {
    const slices = new Slices();
    const { documents, limits } = this.#options.config();
    const overrides = overridesOf(documents.dialects, this.#options.dialects ?? DIALECTS);
    const round = new ReadingRound(
      { documents: this.#documents, dialects: this.#options.dialects ?? DIALECTS, cache: this.#options.cache ?? null },
      overrides,
      slices,
    );
    this.#noteConfig(overrides.unknown);
    if (this.#limit !== limits.inProgress) this.#stale = true;
    this.#limit = limits.inProgress;
    let ahead = this.#texts(paths.slice(0, BATCH), atHand);
    for (let at = 0; at < paths.length; at += BATCH) {
      const batch = paths.slice(at, at + BATCH);
      const texts = await ahead;
      // The disk reads the next ones meanwhile.
      ahead = this.#texts(paths.slice(at + BATCH, at + 2 * BATCH), atHand);
      for (const [n, path] of batch.entries()) {
        await this.#take(path, texts[n] ?? null, round);
        await slices.breathe();
      }
    }
    if (this.#stale) await this.#publish(slices);
    await round.finish();
  }

  #texts(paths: readonly string[], atHand: ReadonlyMap<string, string>): Promise<readonly (string | null)[]> {
    const texts = Promise.all(paths.map(async (path) => atHand.get(path) ?? this.#documents.read(path)));
    // Whoever awaits it hears of a failure; nobody does if the batch before it failed.
    texts.catch(() => undefined);
    return texts;
  }

  /** Takes over the text a document has now. */
  async #take(path: string, text: string | null, round: ReadingRound): Promise<void> {
    const known = this.#entries.get(path);
    const most = this.#options.config().documents.maxBytes;
    const why =
      text === null ? (this.#documents.trouble?.(path) ?? null) : text.length > most ? `larger than ${most}` : null;
    this.#note(path, why === null ? null : unreadable(path, why));
    if (text === null || why !== null) return this.#drop(path);
    let entry: Entry;
    try {
      entry = await round.read({ path, text }, known);
    } catch (error) {
      // A reader must not throw; if one does, its document is reported and the others stay.
      this.#note(path, unreadable(path, error instanceof Error ? error.message : String(error)));
      return this.#drop(path);
    }
    if (entry === known) return;
    const document = entry.document?.kind === 'none' ? null : entry.document;
    this.#entries.set(path, document === entry.document ? entry : { ...entry, document, text: null });
    if (document !== null) this.#graph.put(document);
    else if (known?.document != null) this.#graph.remove(path);
    else return;
    this.#stale = true;
  }

  #drop(path: string): void {
    const known = this.#entries.get(path);
    this.#entries.delete(path);
    if (known?.document == null) return;
    this.#graph.remove(path);
    this.#stale = true;
  }

  /** A problem of a path that has no document to carry it; null: it is fine. */
  #note(path: string, problem: Problem | null): void {
    if (this.#troubles.get(path)?.message === problem?.message) return;
    if (problem === null) this.#troubles.delete(path);
    else this.#troubles.set(path, problem);
    this.#stale = true;
  }

  #noteConfig(unknown: readonly { readonly glob: string; readonly id: string }[]): void {
    const names = unknown.map(({ glob, id }) => `"${id}" for ${glob}`).join(', ');
    this.#note(CONFIG_PATH, names === '' ? null : problemOf(CONFIG_PATH, 'config', `No dialect is called ${names}.`));
  }

  async #publish(slices: Slices): Promise<void> {
    this.#stale = false;
    const state = await slices.run(this.#graph.settle());
    await slices.run(lookForProblems(state));
    const limits = this.#options.config().limits;
    const problems = workspaceProblems(state, limits, (path, offset) => this.#locate(path, offset));
    this.#order = null;
    this.#moment = {
      state,
      snapshot: {
        revision: this.#moment.snapshot.revision + 1,
        documents: state.homes.map((home) => home.document),
        items: state.items,
        needs: state.needs,
        problems: [...this.#troubles.values(), ...problems],
      },
    };
    for (const listener of this.#listeners) listener(this.#moment.snapshot);
  }

  #locate(path: string, offset: number): { readonly line: number; readonly column: number } {
    const entry = this.#entries.get(path);
    if (entry === undefined) return { line: 1, column: 1 };
    let lines = this.#lines.get(entry);
    if (lines === undefined) {
      lines = new LineIndex(entry.text ?? '');
      this.#lines.set(entry, lines);
    }
    return { line: lines.lineAt(offset), column: lines.columnAt(offset) };
  }

  #ordered(): Order {
    this.#order ??= new Order(this.#moment.state);
    return this.#order;
  }

  async #changeOnce(changes: readonly PlanChange[]): Promise<Result<readonly string[], Failure>> {
    const byPath = new Map<string, PlanChange[]>();
    for (const change of changes) {
      const path = change.kind === 'append-task' ? change.path : this.#pathOf(change.key);
      if (path === null) return this.#unknown(change);
      const list = byPath.get(path);
      if (list === undefined) byPath.set(path, [change]);
      else list.push(change);
    }
    await this.#read([...byPath.keys()]);
    const writes: PlannedWrite[] = [];
    for (const [path, own] of byPath) {
      const { document, text } = this.#entries.get(path) ?? { document: null, text: null };
      const lost = own.find((each) => each.kind !== 'append-task' && !this.#moment.state.items.has(each.key));
      if (lost !== undefined || document === null || text === null) return this.#unknown(lost ?? own[0]);
      const planned = await planWrite({ document, text }, own, this.#write, (after) => this.#reread(path, after));
      if (!planned.ok) return planned;
      if (planned.value.edits.length > 0) writes.push(planned.value);
    }
    const texts = new Map<string, string>();
    const written = await writeAll(writes, this.#documents, this.#write, (path, text) => texts.set(path, text));
    // After a refusal some were taken back: what stands in them is read.
    await this.#read(
      writes.map((each) => each.path),
      written.ok ? texts : NO_TEXTS,
    );
    return written;
  }

  /** Path of an item's document; its key says it also when the item itself is gone. */
  #pathOf(key: string): string | null {
    const item = this.#moment.state.items.get(key);
    if (item !== undefined) return item.path;
    for (let at = key.indexOf('#'); at > 0; at = key.indexOf('#', at + 1)) {
      if (this.#entries.has(key.slice(0, at))) return key.slice(0, at);
    }
    return null;
  }

  #unknown(change: PlanChange | undefined): Result<never, Failure> {
    if (change === undefined || change.kind === 'append-task') {
      const path = change?.path ?? '';
      return err({ kind: 'unknown-document', path, nearest: nearest(path, this.#entries.keys()) });
    }
    const found = findItem(this.#moment.state, change.key);
    return found.ok ? err({ kind: 'unknown-item', asked: change.key, nearest: [found.value.key] }) : found;
  }

  /** The document as its readers see another text of it, without taking it over. */
  async #reread(path: string, text: string): Promise<PlanDocument | null> {
    const dialects = this.#options.dialects ?? DIALECTS;
    const reader = { documents: this.#documents, dialects, cache: null };
    const overrides = overridesOf(this.#options.config().documents.dialects, dialects);
    return (await new ReadingRound(reader, overrides, new Slices()).read({ path, text }, undefined)).document;
  }
}

const unreadable = (path: string, why: string): Problem =>
  problemOf(path, 'unreadable-document', `This document cannot be read: ${why}.`);

function problemOf(path: string, code: Problem['code'], message: string): Problem {
  return { code, severity: 'error', path, line: 1, column: 1, span: { start: 0, end: 0 }, message, fixes: [] };
}
