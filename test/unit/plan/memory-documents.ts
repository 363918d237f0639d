// Documents in memory with the promises of a DocumentStore, for tests of what stands above it.
import type { Failure } from '../../../src/model/failure';
import { err, ok, type Result } from '../../../src/model/result';
import type { TextEdit } from '../../../src/model/text';
import type { CachedReading, DocumentStore, PlanCache } from '../../../src/plan/ports';
import { applyEdits } from '../../../src/plan/write/text-edits';

export class MemoryDocuments implements DocumentStore {
  readonly texts: Map<string, string>;
  readonly written: string[] = [];
  /** Paths that refuse to be written. */
  readonly refuse = new Set<string>();
  /** Called before each write, to play somebody else. */
  beforeWrite: (path: string) => void = () => undefined;
  reads = 0;
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
