// Reads documents for the index: the right dialect, its side files, and the cache of what was read before.
import { createHash } from 'node:crypto';
import type { PlanDocument } from '../model/plan';
import type { SourceText } from '../model/text';
import { packReading, unpackReading, type Reading } from './plan-index-cache';
import type { Slices } from './plan-index-slices';
import type { CachedReading, DocumentStore, PlanCache } from './ports';
import type { Dialect } from './read/dialect';
import { claimant, READER_VERSION, type Overrides } from './read/registry';

const PUT_AT_ONCE = 8;

/** One document as the index holds it. */
export interface Entry {
  readonly path: string;
  /** null: not needed, because the text is held. */
  readonly hash: string | null;
  /** null for what is no plan: nobody asks for its text. */
  readonly text: string | null;
  readonly document: PlanDocument | null;
  readonly sides: Reading['sides'];
  /** What the config wanted when it was read. */
  readonly wish: string;
}

export interface ReaderOptions {
  readonly documents: DocumentStore;
  readonly dialects: readonly Dialect[];
  readonly cache: PlanCache | null;
}

/** One round of reading: side files are read once, new readings are put into the cache together. */
export class ReadingRound {
  readonly #options: ReaderOptions;
  readonly #overrides: Overrides;
  readonly #slices: Slices;
  readonly #sideTexts = new Map<string, Promise<string | null>>();
  readonly #fresh: (Omit<CachedReading, 'payload' | 'hash'> & {
    readonly hash: () => string;
    readonly reading: Reading;
  })[] = [];

  constructor(options: ReaderOptions, overrides: Overrides, slices: Slices) {
    this.#options = options;
    this.#overrides = overrides;
    this.#slices = slices;
  }

  /** The entry of a text; `known` itself if nothing about it changed. */
  async read(source: SourceText, known: Entry | undefined): Promise<Entry> {
    const { path, text } = source;
    const wanted = this.#overrides.wish(path);
    const wish = wanted === null ? '' : wanted === 'none' ? 'none' : wanted.id;
    const hash = once(() => hashOf(text));
    // Texts that are held are compared as such: much faster than hashing them.
    const held = known !== undefined && known.text !== null;
    const same = held ? known.text === text : known?.hash === hash();
    if (known !== undefined && known.wish === wish && same && (await this.#sidesHold(known.sides))) return known;
    if (wanted === 'none') return { path, hash: hash(), text: null, document: null, sides: {}, wish };
    const version = `${READER_VERSION} ${wish}`;
    // What somebody just edited was hardly read before, and its reader can go on from what it knows.
    const kept = held ? null : await this.#kept(path, hash(), version);
    if (kept !== null) {
      const { document, sides } = kept;
      return { path, hash: hash(), text: document === null ? null : text, document, sides, wish };
    }
    const dialect = wanted ?? claimant(source, this.#options.dialects);
    await this.#slices.breathe();
    if (dialect === null) {
      this.#keep(path, hash, version, { document: null, sides: {} });
      return { path, hash: hash(), text: null, document: null, sides: {}, wish };
    }
    const reading = await this.#readWith(dialect, source, known?.document ?? null);
    this.#keep(path, hash, version, reading);
    await this.#slices.breathe();
    const { document, sides } = reading;
    // A reading that turns out to be no plan lets go of its text.
    return { path, hash: document?.kind === 'none' ? hash() : null, text, document, sides, wish };
  }

  /** Hands everything read anew to the cache, a few at a time: a store may write them at once. */
  async finish(): Promise<void> {
    const { cache } = this.#options;
    if (cache === null) return;
    for (let at = 0; at < this.#fresh.length; at += PUT_AT_ONCE) {
      const some = this.#fresh.slice(at, at + PUT_AT_ONCE);
      cache.put(
        some.map(({ path, version, hash, reading }) => ({
          path,
          version,
          hash: hash(),
          payload: packReading(reading),
        })),
      );
      await this.#slices.breathe();
    }
    this.#fresh.length = 0;
  }

  async #readWith(dialect: Dialect, source: SourceText, known: PlanDocument | null): Promise<Reading> {
    const sides: Record<string, string | null> = {};
    const sideFiles = new Map<string, string>();
    for (const name of dialect.sideFiles?.(source.path) ?? []) {
      const text = await this.#sideText(name);
      sides[name] = text === null ? null : hashOf(text);
      if (text !== null) sideFiles.set(name, text);
    }
    return { document: dialect.read(source, { sideFiles, before: known }), sides };
  }

  async #kept(path: string, hash: string, version: string): Promise<Reading | null> {
    const payload = this.#options.cache?.get(path, hash, version) ?? null;
    if (payload === null) return null;
    const reading = unpackReading(payload, path);
    return reading !== null && (await this.#sidesHold(reading.sides)) ? reading : null;
  }

  #keep(path: string, hash: () => string, version: string, reading: Reading): void {
    if (this.#options.cache !== null) this.#fresh.push({ path, hash, version, reading });
  }

  async #sidesHold(sides: Reading['sides']): Promise<boolean> {
    for (const name in sides) {
      const text = await this.#sideText(name);
      if ((text === null ? null : hashOf(text)) !== sides[name]) return false;
    }
    return true;
  }

  #sideText(name: string): Promise<string | null> {
    let text = this.#sideTexts.get(name);
    if (text === undefined) {
      text = this.#options.documents.read(name);
      this.#sideTexts.set(name, text);
    }
    return text;
  }
}

/** Makes it when it is first asked for. */
function once(make: () => string): () => string {
  let made: string | null = null;
  return () => (made ??= make());
}

function hashOf(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
