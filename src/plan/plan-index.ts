// The plan of a workspace, kept up to date: reads what changed, resolves what that touches, answers from snapshots.
import type { Config } from '../model/config';
import type { Failure } from '../model/failure';
import type { Item, PlanDocument, PlanSnapshot } from '../model/plan';
import type { Problem } from '../model/problem';
import type { Result } from '../model/result';
import { emptyState, PlanGraph, type GraphState } from './graph/graph';
import { Order } from './graph/next';
import { lookForProblems, workspaceProblems, type Locate } from './graph/problems';
import type { WriteFunctions } from './plan-index-change';
import { findItem } from './plan-index-find';
import { packImage, thaw, type Thawed } from './plan-index-image';
import { Keeping } from './plan-index-keep';
import { keepImage, knownEarlier } from './plan-index-opening';
import { dialectsFrom, wishesFrom } from './plan-index-dialects';
import { readTexts, ReadingRound, wishOf, type Entry, type StampedText } from './plan-index-reader';
import { Slices } from './plan-index-slices';
import { PlanTexts } from './plan-index-texts';
import { Troubles } from './plan-index-troubles';
import { applyChanges } from './plan-index-write';
import type { DocumentStore, NextAnswer, Plan, PlanCache, PlanChange, Stamp } from './ports';
import type { Dialect } from './read/dialect';
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
  /** After how long without a change what is known is kept for the next session. */
  readonly idleMs?: number;
}

/** Files read at once; each of them is then parsed alone. */
const BATCH = 24;
const NO_TEXTS: ReadonlyMap<string, string> = new Map();
const IDLE_MS = 1500;

export function createPlan(documents: DocumentStore, options: PlanOptions): Plan {
  return new PlanIndex(documents, options);
}

interface Reading {
  readonly atHand?: ReadonlyMap<string, string>;
  readonly stamps?: ReadonlyMap<string, Stamp> | null;
}

interface Moment {
  readonly snapshot: PlanSnapshot;
  readonly state: GraphState;
  /** Problems of documents that could be read. */
  readonly problems: readonly Problem[];
}

class PlanIndex implements Plan {
  readonly #documents: DocumentStore;
  readonly #options: PlanOptions;
  readonly #write: WriteFunctions;
  readonly #graph = new PlanGraph();
  readonly #entries = new Map<string, Entry>();
  readonly #troubles = new Troubles();
  readonly #texts: PlanTexts;
  readonly #listeners = new Set<(snapshot: PlanSnapshot) => void>();
  readonly #subscription: { dispose(): void };
  readonly #changed = new Set<string>();
  readonly #keeping: Keeping;
  #moment: Moment;
  #order: Order | null = null;
  #limit: number | null = null;
  /** The snapshot no longer tells what was read: all of it, or only what could not be read. */
  #stale: 'all' | 'troubles' | null = 'all';
  /** The state is that of an earlier session; the graph does not know its documents yet. */
  #thawed: Thawed | null = null;
  /** What is kept for the next session is not what is known. */
  #unkept = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #idle: ReturnType<typeof setTimeout> | null = null;
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
    this.#moment = { state, problems: [], snapshot: { revision: 0, documents: [], items, needs, problems: [] } };
    this.#texts = new PlanTexts(documents, this.#entries, (path) => this.#noteChange([path]));
    this.#keeping = new Keeping(options.cache ?? null);
    this.#subscription = documents.onDidChange((paths) => this.#noteChange(paths));
  }

  open(): Promise<PlanSnapshot> {
    return this.#inTurn(async () => {
      const stamps = (await this.#documents.survey?.()) ?? null;
      const paths = stamps === null ? await this.#documents.list() : [...stamps.keys()];
      if (stamps !== null && this.#moment.snapshot.revision === 0) await this.#takeOver();
      const listed = new Set(paths);
      for (const path of this.#entries.keys()) if (!listed.has(path)) this.#drop(path);
      for (const path of this.#troubles.paths()) if (!listed.has(path)) this.#note(path, null);
      await this.#read(paths, { stamps });
      return this.#moment.snapshot;
    });
  }

  /** Begins with what an earlier session knew. */
  async #takeOver(): Promise<void> {
    const { cache } = this.#options;
    if (cache === undefined) return;
    const earlier = await knownEarlier(cache, this.#settings(), new Slices());
    if (earlier === null) return;
    for (const [path, entry] of earlier.entries) this.#entries.set(path, entry);
    if (earlier.graph === null) {
      for (const document of earlier.documents) this.#graph.put(document);
      return;
    }
    this.#thawed = thaw(earlier.graph, earlier.documents);
    this.#limit = this.#options.config().limits.inProgress;
    this.#stale = 'troubles';
  }

  /** What the snapshot depends on besides the documents. */
  #settings(): string {
    const { documents, limits } = this.#options.config();
    return JSON.stringify([limits.inProgress, documents.maxBytes]);
  }

  snapshot(): PlanSnapshot {
    return this.#moment.snapshot;
  }

  document(path: string): PlanDocument | null {
    return this.#entries.get(path)?.document ?? null;
  }

  text(path: string): string | null {
    return this.#texts.get(path);
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
    return this.#inTurn(() =>
      applyChanges(changes, {
        documents: this.#documents,
        write: this.#write,
        entries: this.#entries,
        state: () => this.#moment.state,
        text: (path) => this.text(path),
        read: (paths, atHand) => this.#read(paths, { atHand }),
        reread: (path, text) => this.#reread(path, text),
      }),
    );
  }

  onDidChange(listener: (snapshot: PlanSnapshot) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  kept(): Promise<void> {
    return this.#inTurn(() => this.#keep());
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
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
        for (const path of changed) this.#note(path, String(error));
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
   * need no reading, because they were just written. `stamps`: documents that still have theirs need no reading either.
   */
  async #read(paths: readonly string[], { atHand = NO_TEXTS, stamps = null }: Reading = {}): Promise<void> {
    const slices = new Slices();
    const { documents, limits } = this.#options.config();
    const dialects = dialectsFrom(this.#options.dialects);
    const overrides = await wishesFrom(documents.dialects, dialects);
    const cache = this.#options.cache ?? null;
    const fresh = this.#keeping.add.bind(this.#keeping);
    const round = new ReadingRound({ documents: this.#documents, dialects, cache, fresh }, overrides, slices);
    if (this.#troubles.noteUnknown(overrides.unknown)) this.#stale ??= 'troubles';
    if (this.#limit !== limits.inProgress) this.#stale = 'all';
    this.#limit = limits.inProgress;
    const unread: string[] = [];
    for (const path of paths) {
      const entry = this.#entries.get(path);
      const stamp = stamps?.get(path) ?? null;
      const same = entry !== undefined && stamp !== null && entry.stamp === stamp;
      const holds = same && entry.wish === wishOf(path, overrides);
      if (!holds || (!isEmpty(entry.sides) && !(await round.sidesHold(entry.sides)))) unread.push(path);
      await slices.breathe();
    }
    // One document that changes again and again is kept when it has come to rest.
    const isChange = unread.length === 1 && unread.every((path) => this.#entries.has(path));
    let ahead = readTexts(this.#documents, unread.slice(0, BATCH), atHand);
    for (let at = 0; at < unread.length; at += BATCH) {
      const batch = unread.slice(at, at + BATCH);
      const texts = await ahead;
      // The disk reads the next ones meanwhile.
      ahead = readTexts(this.#documents, unread.slice(at + BATCH, at + 2 * BATCH), atHand);
      for (const [n, path] of batch.entries()) {
        await this.#take(path, texts[n] ?? null, round);
        await slices.breathe();
      }
    }
    if (this.#stale !== null) await this.#publish(slices);
    // What cannot be kept is read again next time.
    if (unread.length > 0 && !isChange) this.#keeping.put().catch(() => undefined);
    if (unread.length > 0 || this.#unkept || this.#thawed !== null) this.#waitForQuiet();
  }

  #waitForQuiet(): void {
    if (this.#disposed) return;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#idle = null;
      this.#inTurn(async () => {
        if (this.#disposed) return;
        if (this.#thawed !== null) await this.#wakeGraph();
        await this.#keep();
      }).catch(() => undefined);
    }, this.#options.idleMs ?? IDLE_MS);
    this.#idle.unref();
  }

  /** Puts the graph of an earlier session in the place of its image: the first change then has less to do. */
  async #wakeGraph(): Promise<void> {
    const { state } = await this.#settle(new Slices());
    this.#moment = { ...this.#moment, state };
    this.#order = null;
  }

  async #keep(): Promise<void> {
    await this.#keeping.put();
    const { cache } = this.#options;
    if (cache?.all === undefined || !this.#unkept || this.#stale !== null) return;
    this.#unkept = false;
    const { state, problems } = this.#moment;
    const payload = await new Slices().run(packImage(this.#entries, state, problems));
    keepImage(cache, this.#settings(), payload, this.#entries.keys());
  }

  /** Takes over the text a document has now. */
  async #take(path: string, found: StampedText | null, round: ReadingRound): Promise<void> {
    const known = this.#entries.get(path);
    const most = this.#options.config().documents.maxBytes;
    const why =
      found === null
        ? (this.#documents.trouble?.(path) ?? null)
        : found.text.length > most
          ? `larger than ${most}`
          : null;
    this.#note(path, why);
    if (found === null || why !== null) return this.#drop(path);
    let entry: Entry;
    try {
      entry = await round.read({ path, ...found }, known);
    } catch (error) {
      // A reader must not throw; if one does, its document is reported and the others stay.
      this.#note(path, error instanceof Error ? error.message : String(error));
      return this.#drop(path);
    }
    if (entry === known) return;
    this.#unkept = true;
    const document = entry.document?.kind === 'none' ? null : entry.document;
    this.#entries.set(path, document === entry.document ? entry : { ...entry, document, text: null });
    if (document !== null && document === known?.document) return;
    if (document !== null) this.#graph.put(document);
    else if (known?.document != null) this.#graph.remove(path);
    else return;
    this.#stale = 'all';
  }

  #drop(path: string): void {
    const known = this.#entries.get(path);
    if (this.#entries.delete(path)) this.#unkept = true;
    if (known?.document == null) return;
    this.#graph.remove(path);
    this.#stale = 'all';
  }

  /** Why a path cannot be read; null: it can. */
  #note(path: string, why: string | null): void {
    if (this.#troubles.note(path, why)) this.#stale ??= 'troubles';
  }

  async #publish(slices: Slices): Promise<void> {
    const { state, problems } = this.#stale === 'all' ? await this.#settle(slices) : (this.#thawed ?? this.#moment);
    this.#stale = null;
    this.#order = null;
    this.#moment = {
      state,
      problems,
      snapshot: {
        revision: this.#moment.snapshot.revision + 1,
        documents: state.homes.map((home) => home.document),
        items: state.items,
        needs: state.needs,
        problems: [...this.#troubles.all(), ...problems],
      },
    };
    for (const listener of this.#listeners) listener(this.#moment.snapshot);
  }

  async #settle(slices: Slices): Promise<{ readonly state: GraphState; readonly problems: readonly Problem[] }> {
    if (this.#thawed !== null) {
      for (const home of this.#thawed.state.homes) {
        const { document } = home;
        if (this.#entries.get(document.path)?.document !== document) continue;
        this.#graph.put(document, home);
        await slices.breathe();
      }
      await this.#texts.fetch(new Set(this.#thawed.problems.map((problem) => problem.path)));
      this.#thawed = null;
    }
    const state = await slices.run(this.#graph.settle());
    await slices.run(lookForProblems(state));
    const limits = this.#options.config().limits;
    const locate: Locate = (path, offset) => this.#texts.locate(path, offset);
    return { state, problems: await slices.run(workspaceProblems(state, limits, locate)) };
  }

  #ordered(): Order {
    this.#order ??= this.#thawed?.order() ?? new Order(this.#moment.state);
    return this.#order;
  }

  /** The document as its readers see another text of it, without taking it over. */
  async #reread(path: string, text: string): Promise<PlanDocument | null> {
    const dialects = dialectsFrom(this.#options.dialects);
    const reader = { documents: this.#documents, dialects, cache: null, fresh: () => undefined };
    const overrides = await wishesFrom(this.#options.config().documents.dialects, dialects);
    return (await new ReadingRound(reader, overrides, new Slices()).read({ path, text, stamp: null }, undefined))
      .document;
  }
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}
