// Reads documents for the index: the right dialect, its side files, and the cache of what was read before.
import { createHash } from 'node:crypto';
import { once } from '../model/once';
import type { PlanDocument } from '../model/plan';
import type { SourceText } from '../model/text';
import { unpackReading, type Reading } from './plan-index-cache';
import type { Dialects } from './plan-index-dialects';
import type { FreshReading } from './plan-index-keep';
import type { Slices } from './plan-index-slices';
import type { DocumentStore, PlanCache, Stamp } from './ports';
import type { Dialect } from './read/dialect';
import { READER_VERSION } from './read/reader-version';
import type { Overrides } from './read/registry';

/** One document as the index holds it. */
export interface Entry {
  readonly path: string;
  /** Of the text it was read from; made when it is first asked for. */
  readonly hash: () => string;
  /** Of the text it was read from. */
  readonly stamp: Stamp;
  /** null for what is no plan, because nobody asks for its text; and for a reading of an earlier session. */
  readonly text: string | null;
  readonly document: PlanDocument | null;
  readonly sides: Reading['sides'];
  /** What the config wanted when it was read. */
  readonly wish: string;
}

export interface ReaderOptions {
  readonly documents: DocumentStore;
  readonly dialects: Dialects;
  readonly cache: PlanCache | null;
  /** Hears of readings that the cache does not have. */
  readonly fresh: (reading: FreshReading) => void;
}

export interface StampedText {
  readonly text: string;
  readonly stamp: Stamp;
}

/** The texts of documents, null for what cannot be read. `atHand`: texts that need no reading. */
export function readTexts(
  documents: DocumentStore,
  paths: readonly string[],
  atHand: ReadonlyMap<string, string>,
): Promise<readonly (StampedText | null)[]> {
  const read = async (path: string): Promise<StampedText | null> => {
    const text = atHand.get(path);
    if (text !== undefined) return { text, stamp: null };
    if (documents.readStamped !== undefined) return documents.readStamped(path);
    const found = await documents.read(path);
    return found === null ? null : { text: found, stamp: null };
  };
  const texts = Promise.all(paths.map(read));
  // Whoever awaits it hears of a failure; nobody does if the batch before it failed.
  texts.catch(() => undefined);
  return texts;
}

/** What a reading kept in the cache depends on besides the text. */
export const versionOf = (wish: string): string => `${READER_VERSION} ${wish}`;

/** What the config says about a path, as a word of an entry. */
export function wishOf(path: string, overrides: Overrides): string {
  const wanted = overrides.wish(path);
  return wanted === null ? '' : wanted === 'none' ? 'none' : wanted.id;
}

/** One round of reading: side files are read once. */
export class ReadingRound {
  readonly #options: ReaderOptions;
  readonly #overrides: Overrides;
  readonly #slices: Slices;
  readonly #sideTexts = new Map<string, Promise<string | null>>();

  constructor(options: ReaderOptions, overrides: Overrides, slices: Slices) {
    this.#options = options;
    this.#overrides = overrides;
    this.#slices = slices;
  }

  /** The entry of a text; with the reading of `known` if nothing about it changed. */
  async read(source: SourceText & StampedText, known: Entry | undefined): Promise<Entry> {
    const { path, text, stamp } = source;
    const wanted = this.#overrides.wish(path);
    const wish = wishOf(path, this.#overrides);
    const hash = once(() => hashOf(text));
    // Texts that are held are compared as such: much faster than hashing them.
    const held = known !== undefined && known.text !== null;
    const same = held ? known.text === text : known?.hash() === hash();
    if (known !== undefined && known.wish === wish && same && (await this.sidesHold(known.sides))) {
      if (known.stamp === stamp && (held || known.document === null)) return known;
      return { ...known, stamp, text: known.document === null ? null : text };
    }
    if (wanted === 'none') return { path, hash: always(hash()), stamp, text: null, document: null, sides: {}, wish };
    const version = versionOf(wish);
    // What somebody just edited was hardly read before, and its reader can go on from what it knows.
    const kept = held ? null : await this.#kept(path, hash(), version);
    if (kept !== null) {
      const { document, sides } = kept;
      return { path, hash: always(hash()), stamp, text: document === null ? null : text, document, sides, wish };
    }
    const dialect = wanted ?? (await this.#claimant(source));
    await this.#slices.breathe();
    if (dialect === null) {
      this.#options.fresh({ path, hash, version, reading: { document: null, sides: {} } });
      return { path, hash: always(hash()), stamp, text: null, document: null, sides: {}, wish };
    }
    const reading = await this.#readWith(dialect, source, known?.document ?? null);
    this.#options.fresh({ path, hash, version, reading });
    await this.#slices.breathe();
    const { document, sides } = reading;
    // A reading that turns out to be no plan lets go of its text.
    return { path, hash: document?.kind === 'none' ? always(hash()) : hash, stamp, text, document, sides, wish };
  }

  async #claimant(source: SourceText): Promise<Dialect | null> {
    const { claimantInSteps } = await import('./read/registry');
    return this.#slices.run(claimantInSteps(source, await this.#options.dialects()));
  }

  async #readWith(dialect: Dialect, source: SourceText, known: PlanDocument | null): Promise<Reading> {
    const sides: Record<string, string | null> = {};
    const sideFiles = new Map<string, string>();
    for (const name of dialect.sideFiles?.(source.path) ?? []) {
      const text = await this.#sideText(name);
      sides[name] = text === null ? null : hashOf(text);
      if (text !== null) sideFiles.set(name, text);
    }
    const context = { sideFiles, before: known };
    const steps = dialect.readInSteps?.(source, context);
    return { document: steps === undefined ? dialect.read(source, context) : await this.#slices.run(steps), sides };
  }

  async #kept(path: string, hash: string, version: string): Promise<Reading | null> {
    const payload = this.#options.cache?.get(path, hash, version) ?? null;
    if (payload === null) return null;
    const reading = unpackReading(payload, path);
    return reading !== null && (await this.sidesHold(reading.sides)) ? reading : null;
  }

  /** Are the side files of a reading what they were? */
  async sidesHold(sides: Reading['sides']): Promise<boolean> {
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

const always =
  (made: string): (() => string) =>
  () =>
    made;

function hashOf(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
