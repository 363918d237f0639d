// Keeps the index of documents up to date: reads what changed, in slices, so that nobody waits for it.
import { anchorsOf } from './anchors';
import type { DocumentIndex, TextFiles } from './ports';
import { eachSection, type Section } from './sections';

export interface Indexer {
  /** Resolves when the index shows what the documents say now. Calls at the same time share the work. */
  refresh(signal?: AbortSignal): Promise<Indexed>;
}

export interface Indexed {
  readonly documents: number;
  /** Documents that were read anew. */
  readonly changed: number;
  /** False: the index could not be written just now, and shows an older state. */
  readonly complete: boolean;
}

export interface IndexerPorts {
  readonly index: DocumentIndex;
  readonly files: TextFiles;
  readonly hash: (text: string) => string;
  readonly monotonic: () => number;
  /** Lets others go first. */
  readonly yield: () => Promise<void>;
  readonly redact: (text: string) => string;
}

/** Longest stretch without letting others go first. */
const SLICE_MS = 12;

export function createIndexer(ports: IndexerPorts): Indexer {
  let running: Promise<Indexed> | null = null;
  return {
    refresh(signal) {
      running ??= refresh(ports, signal).finally(() => (running = null));
      return running;
    },
  };
}

/** Longest text that is looked through for secrets in one go. */
const PIECE = 250_000;

/** Whole lines together; nearly every document is one piece. */
function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const line = text.length - at <= PIECE ? -1 : text.indexOf('\n', at + PIECE);
    const end = line < 0 ? text.length : line + 1;
    yield text.slice(at, end);
    at = end;
  }
}

async function refresh(ports: IndexerPorts, signal: AbortSignal | undefined): Promise<Indexed> {
  const { index, files } = ports;
  const known = index.hashes();
  const paths = await files.list();
  let since = ports.monotonic();
  const breathe = async (): Promise<void> => {
    if (ports.monotonic() - since < SLICE_MS) return;
    await ports.yield();
    since = ports.monotonic();
  };
  let changed = 0;
  let complete = true;
  const there = new Set<string>();
  for (const path of paths) {
    if (signal?.aborted === true) return { documents: there.size, changed, complete: false };
    const text = await files.read(path);
    if (text === null) continue;
    there.add(path);
    const hash = ports.hash(text);
    await breathe();
    if (known.get(path) === hash) continue;
    // Secrets in documents stay in the documents.
    let clean = '';
    for (const piece of piecesOf(text)) {
      clean += ports.redact(piece);
      await breathe();
    }
    const sections: Section[] = [];
    for (const section of eachSection(clean)) {
      sections.push(section);
      if (sections.length % 100 === 0) await breathe();
    }
    const anchors = anchorsOf(clean);
    await breathe();
    changed += 1;
    for (const written of index.replace(path, hash, sections, anchors)) {
      if (!written) complete = false;
      await breathe();
    }
  }
  for (const path of known.keys()) if (!there.has(path)) index.remove(path);
  return { documents: there.size, changed, complete };
}
