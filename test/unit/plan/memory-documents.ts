// Documents in memory with the promises of a DocumentStore, for tests of what stands above it.
import type { Failure } from '../../../src/model/failure';
import { err, ok, type Result } from '../../../src/model/result';
import type { TextEdit } from '../../../src/model/text';
import type { CachedReading, DocumentStore, KeptReading, PlanCache, Stamp } from '../../../src/plan/ports';
import { applyEdits } from '../../../src/plan/write/text-edits';

export class MemoryDocuments implements DocumentStore {
  readonly texts: Map<string, string>;
  readonly written: string[] = [];
  /** Paths that refuse to be written. */
  readonly refuse = new Set<string>();
  /** Called before each write, to play somebody else. */
  beforeWrite: (path: string) => void = () => undefined;
  reads = 0;
  readonly readPaths: string[] = [];
  /** Paths that exist but are not listed (side files). */
  readonly unlisted = new Set<string>();
  readonly #listeners = new Set<(paths: readonly string[]) => void>();

  constructor(texts: Readonly<Record<string, string>>) {
    this.texts = new Map(Object.entries(texts));
  }

  async list(): Promise<readonly string[]> {
    return [...this.texts.keys()].filter((path) => !this.unlisted.has(path)).sort();
  }

  async read(path: string): Promise<string | null> {
    this.reads += 1;
    this.readPaths.push(path);
    return this.texts.get(path) ?? null;
  }

  async write(path: string, basis: string, edits: readonly TextEdit[]): Promise<Result<string, Failure>> {
    this.beforeWrite(path);
    if (this.refuse.has(path)) return err({ kind: 'file', path, operation: 'write', code: 'EACCES' });
    if (this.texts.get(path) !== basis) return err({ kind: 'document-changed', path, line: 1 });
    const text = applyEdits(basis, edits);
    this.written.push(path);
    this.put(path, text);
    return ok(text);
  }

  async create(path: string, text: string): Promise<Result<string, Failure>> {
    if (this.texts.has(path)) return err({ kind: 'file', path, operation: 'create', code: 'EEXIST' });
    this.put(path, text);
    return ok(text);
  }

  /** Somebody saves a document; null deletes it. */
  put(path: string, text: string | null): void {
    if (text === null) this.texts.delete(path);
    else this.texts.set(path, text);
    for (const listener of this.#listeners) listener([path]);
  }

  onDidChange(listener: (paths: readonly string[]) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }
}

export class MemoryCache implements PlanCache {
  readonly readings = new Map<string, CachedReading>();
  hits = 0;

  get(path: string, hash: string, version: string): string | null {
    const found = this.readings.get(path);
    if (found === undefined || found.hash !== hash || found.version !== version) return null;
    this.hits += 1;
    return found.payload;
  }

  put(readings: readonly CachedReading[]): void {
    for (const reading of readings) this.readings.set(reading.path, reading);
  }
}

/** Documents with stamps, as files have them: a new one with every write, none as long as a file is young. */
export class StampedDocuments extends MemoryDocuments {
  readonly #stamps = new Map<string, number>();
  #writes = 0;
  readonly young = new Set<string>();

  constructor(texts: Readonly<Record<string, string>>) {
    super(texts);
    for (const path of this.texts.keys()) this.touch(path);
  }

  /** Another stamp, the same text. */
  touch(path: string): void {
    this.#stamps.set(path, (this.#writes += 1));
  }

  override put(path: string, text: string | null): void {
    this.touch(path);
    super.put(path, text);
  }

  stampOf(path: string): Stamp {
    return this.young.has(path) || !this.texts.has(path) ? null : `${this.#stamps.get(path)}`;
  }

  async survey(): Promise<ReadonlyMap<string, Stamp>> {
    return new Map((await this.list()).map((path) => [path, this.stampOf(path)]));
  }

  async readStamped(path: string): Promise<{ readonly text: string; readonly stamp: Stamp } | null> {
    const text = await this.read(path);
    return text === null ? null : { text, stamp: this.stampOf(path) };
  }

  readNow(path: string, stamp: string): string | null {
    return this.stampOf(path) === stamp ? (this.texts.get(path) ?? null) : null;
  }
}

/** A cache that can be asked for everything. */
export class WholeCache extends MemoryCache {
  *all(): Generator<KeptReading> {
    for (const reading of this.readings.values()) yield { ...reading, payload: Buffer.from(reading.payload) };
  }

  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.readings.keys()) if (!paths.has(path)) this.readings.delete(path);
  }
}
