// Remembers what was made of a text by the text's hash, so that neither the text nor the document it is a slice of is
// kept alive. Bounded; the oldest goes first.

/** 53-bit hash of a text (cyrb53), good enough to tell pieces of documents apart. */
function contentHash(text: string): number {
  let high = 0xdeadbeef ^ text.length;
  let low = 0x41c6ce57 ^ text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

export class ContentCache<T> {
  readonly #kept = new Map<number, { readonly value: T; readonly weight: number }>();
  #weight = 0;

  /** `limit` in the unit of the weights given to `get`. */
  constructor(readonly limit: number) {}

  get(text: string, make: () => T, weigh: (value: T) => number): T {
    const hash = contentHash(text);
    const known = this.#kept.get(hash);
    if (known !== undefined) return known.value;
    const value = make();
    const weight = weigh(value);
    this.#kept.set(hash, { value, weight });
    this.#weight += weight;
    for (const [oldest, entry] of this.#kept) {
      if (this.#weight <= this.limit) break;
      this.#kept.delete(oldest);
      this.#weight -= entry.weight;
    }
    return value;
  }
}
