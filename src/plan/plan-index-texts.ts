// The texts of the documents the index holds. Those of readings from an earlier session are fetched when they are asked
// for, and only if they are still the texts that were read.
import { readTexts, type Entry } from './plan-index-reader';
import type { DocumentStore } from './ports';
import { LineIndex } from './read/line-index';

const BATCH = 24;
const NOTHING: ReadonlyMap<string, string> = new Map();

export class PlanTexts {
  readonly #documents: DocumentStore;
  readonly #entries: Map<string, Entry>;
  /** Hears of documents that are others by now. */
  readonly #lost: (path: string) => void;
  readonly #lines = new WeakMap<Entry, LineIndex>();

  constructor(documents: DocumentStore, entries: Map<string, Entry>, lost: (path: string) => void) {
    this.#documents = documents;
    this.#entries = entries;
    this.#lost = lost;
  }

  /** null: no plan, or another text by now. */
  get(path: string): string | null {
    return this.#entryWithText(path)?.text ?? null;
  }

  /** Fetches some without making anybody wait; what is another by now is left. */
  async fetch(paths: ReadonlySet<string>): Promise<void> {
    const missing = [...paths].filter((path) => this.#entries.get(path)?.text === null);
    for (let at = 0; at < missing.length; at += BATCH) {
      const batch = missing.slice(at, at + BATCH);
      const texts = await readTexts(this.#documents, batch, NOTHING);
      for (const [n, path] of batch.entries()) {
        const [entry, found] = [this.#entries.get(path), texts[n]];
        if (entry?.document == null || entry.stamp === null || found?.stamp !== entry.stamp) continue;
        this.#entries.set(path, { ...entry, text: found.text });
      }
    }
  }

  /** 1-based line and column of an offset. */
  locate(path: string, offset: number): { readonly line: number; readonly column: number } {
    const entry = this.#entryWithText(path);
    if (entry === null || entry.text === null) return { line: 1, column: 1 };
    let lines = this.#lines.get(entry);
    if (lines === undefined) {
      lines = new LineIndex(entry.text);
      this.#lines.set(entry, lines);
    }
    return { line: lines.lineAt(offset), column: lines.columnAt(offset) };
  }

  #entryWithText(path: string): Entry | null {
    const entry = this.#entries.get(path);
    if (entry === undefined || entry.document === null) return null;
    if (entry.text !== null) return entry;
    const text = entry.stamp === null ? null : (this.#documents.readNow?.(path, entry.stamp) ?? null);
    if (text === null) {
      this.#lost(path);
      return null;
    }
    const whole = { ...entry, text };
    this.#entries.set(path, whole);
    return whole;
  }
}
