// Takes over what an earlier session knew: readings of documents that stand as they stood, and the graph over them. What
// it says is believed only where stamps, wishes and side files are the same; everything else is read.
import type { PlanDocument } from '../model/plan';
import { unpackReading } from './plan-index-cache';
import { unpackImage, type Image } from './plan-index-image';
import { versionOf, type Entry } from './plan-index-reader';
import type { Slices } from './plan-index-slices';
import type { KeptReading, PlanCache } from './ports';
import { READER_VERSION } from './read/reader-version';

/** Where the cache keeps the image: no document has this path. */
const IMAGE_PATH = '';
const IMAGE_VERSION = `${READER_VERSION} image`;

export interface Earlier {
  /** As the earlier session left them, whatever the documents are now. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** null: one of the documents was read otherwise since. */
  readonly graph: Image['graph'] | null;
  /** In the order of the graph. */
  readonly documents: readonly PlanDocument[];
}

/** `settings`: what of the config the snapshot depends on. null: nothing is known. */
export async function knownEarlier(cache: PlanCache, settings: string, slices: Slices): Promise<Earlier | null> {
  const text = cache.all === undefined ? null : cache.get(IMAGE_PATH, settings, IMAGE_VERSION);
  const image = text === null ? null : unpackImage(text);
  if (image === null) return null;
  await slices.breathe();
  const rows = new Map<string, KeptReading>();
  for (const row of cache.all?.() ?? []) {
    rows.set(row.path, row);
    await slices.breathe();
  }
  const entries = new Map<string, Entry>();
  const documents: PlanDocument[] = [];
  let whole = true;
  for (const { path, stamp, hash, wish, isPlan, sides } of image.records) {
    let document: PlanDocument | null = null;
    if (isPlan) {
      const row = rows.get(path);
      const same = row !== undefined && row.hash === hash && row.version === versionOf(wish);
      document = same ? (unpackReading(row.payload, path)?.document ?? null) : null;
      if (document === null) {
        whole = false;
        continue;
      }
      documents.push(document);
    }
    entries.set(path, { path, hash: () => hash, stamp, text: null, document, sides, wish });
    await slices.breathe();
  }
  return { entries, graph: whole ? image.graph : null, documents };
}

/** Keeps an image for the next session. */
export function keepImage(cache: PlanCache, settings: string, payload: string, paths: Iterable<string>): void {
  cache.put([{ path: IMAGE_PATH, hash: settings, version: IMAGE_VERSION, payload }]);
  cache.keepOnly?.(new Set([IMAGE_PATH, ...paths]));
}
