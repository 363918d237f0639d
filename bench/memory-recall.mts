// Quality of recall: labelled queries over real documents, ours against plain FTS5 and against the order ripgrep gives.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createIndexer } from '../src/memory/indexing';
import type { DocumentIndex } from '../src/memory/ports';
import { readQuery, wordsOf } from '../src/memory/query';
import { searchSections } from '../src/memory/search';
import { sectionsOf } from '../src/memory/sections';
import { openDocumentIndex } from '../src/store/document-index';
import { openDatabase } from '../src/store/driver';
import { createRedactor } from '../src/system/redact';
import type { Row } from './lib.mts';

const redactor = createRedactor(process.env);

interface Labelled {
  readonly query: string;
  readonly expect: readonly { readonly path: string; readonly from: number; readonly to: number }[];
}
interface Place {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
}
type Searcher = (query: string) => readonly Place[];

const LOOKED = 10;
const AT = 5;
/** Every third query was kept out of sight while the ranking was made. */
const isHeldOut = (index: number): boolean => index % 3 === 2;

interface Quality {
  readonly recall: number;
  readonly mrr: number;
}

export async function recallRows(documents: ReadonlyMap<string, string>, show: boolean): Promise<readonly Row[]> {
  const file = path.resolve('bench', 'memory-queries.json');
  const labelled = JSON.parse(readFileSync(file, 'utf8')) as readonly Labelled[];
  const index = openDocumentIndex(null);
  await indexed(index, documents);
  const searchers: Readonly<Record<'ours' | 'fts5' | 'ripgrep', Searcher>> = {
    ours: (query) => searchSections(index, query, LOOKED),
    fts5: plainFts(documents),
    ripgrep: ripgrepOrder(documents),
  };
  const parts = {
    all: labelled,
    tuned: labelled.filter((_, at) => !isHeldOut(at)),
    'held out': labelled.filter((_, at) => isHeldOut(at)),
  };
  const rows: Row[] = [];
  for (const [part, queries] of Object.entries(parts)) {
    for (const level of ['passage', 'file'] as const) {
      const [ours, fts5, ripgrep] = (['ours', 'fts5', 'ripgrep'] as const).map((name) =>
        quality(searchers[name], queries, level),
      ) as [Quality, Quality, Quality];
      const text = (each: Quality): string => `${(each.recall * 100).toFixed(1)} %, ${each.mrr.toFixed(3)}`;
      rows.push({
        what: `recall@${AT}, MRR of the ${level}: ${part} (${queries.length})`,
        measured: text(ours),
        target: `FTS5 ${text(fts5)}; ripgrep ${text(ripgrep)}`,
        met: [fts5, ripgrep].every((other) => ours.recall >= other.recall && ours.mrr > other.mrr),
      });
    }
  }
  if (show) {
    for (const [at, each] of labelled.entries()) {
      if (isHeldOut(at)) continue;
      const ranks = [searchers.ours, searchers.fts5].map((search) => rankOf(search(each.query), each, 'passage'));
      if (ranks[0] !== 1) console.log(`${ranks.join(' / ')}  ${each.query}`);
    }
  }
  index.close();
  return rows;
}

export async function indexed(index: DocumentIndex, documents: ReadonlyMap<string, string>): Promise<void> {
  await createIndexer({
    index,
    files: {
      list: () => Promise.resolve([...documents.keys()]),
      read: (file) => Promise.resolve(documents.get(file) ?? null),
    },
    hash: (text) => createHash('sha1').update(text).digest('base64'),
    monotonic: () => performance.now(),
    yield: () => new Promise((resolve) => setImmediate(resolve)),
    redact: (text) => redactor.redact(text).text,
  }).refresh();
}

/** 1 for the first place; 0: not among those looked at. */
function rankOf(places: readonly Place[], { expect }: Labelled, level: 'passage' | 'file'): number {
  const seen = level === 'passage' ? places : [...new Map(places.map((place) => [place.path, place])).values()];
  const at = seen.findIndex((place) =>
    expect.some(
      (wanted) =>
        wanted.path === place.path && (level === 'file' || (place.line <= wanted.to && place.endLine >= wanted.from)),
    ),
  );
  return at + 1;
}

function quality(search: Searcher, queries: readonly Labelled[], level: 'passage' | 'file'): Quality {
  const ranks = queries.map((each) => rankOf(search(each.query), each, level));
  const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
  return {
    recall: mean(ranks.map((rank) => (rank > 0 && rank <= AT ? 1 : 0))),
    mrr: mean(ranks.map((rank) => (rank > 0 ? 1 / rank : 0))),
  };
}

/** FTS5 as it comes: the same sections with their headings, its own tokenizer, any word, its own bm25. */
function plainFts(documents: ReadonlyMap<string, string>): Searcher {
  const db = openDatabase(':memory:');
  db.exec('CREATE VIRTUAL TABLE plain USING fts5(body, path UNINDEXED, line UNINDEXED, end_line UNINDEXED)');
  const put = db.prepare('INSERT INTO plain VALUES (?, ?, ?, ?)');
  db.transaction(() => {
    for (const [file, text] of documents)
      for (const each of sectionsOf(text)) put.run(each.text, file, each.line, each.endLine);
  })();
  const search = db.prepare<[string, number], { path: string; line: number; end_line: number }>(
    'SELECT path, line, end_line FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?',
  );
  return (query) =>
    search.all(termsOf(query), LOOKED).map((row) => ({ path: row.path, line: row.line, endLine: row.end_line }));
}

/** It gets our list of words that say nothing, too: without that it would be worse. */
const termsOf = (query: string): string =>
  readQuery(query)
    .terms.flatMap(wordsOf)
    .map((word) => `"${word}"`)
    .join(' OR ');

/** `rg -ic 'word|word|…'`, files with most matching lines first; in each the section with most of them is looked at. */
function ripgrepOrder(documents: ReadonlyMap<string, string>): Searcher {
  const sections = new Map([...documents].map(([file, text]) => [file, sectionsOf(text)]));
  return (query) => {
    const words = readQuery(query).terms.flatMap(wordsOf);
    const matches = (text: string): number =>
      text
        .toLowerCase()
        .split('\n')
        .filter((line) => words.some((word) => line.includes(word))).length;
    return [...documents]
      .map(([file, text]) => ({ file, lines: matches(text) }))
      .filter(({ lines }) => lines > 0)
      .sort((a, b) => b.lines - a.lines)
      .slice(0, LOOKED)
      .flatMap(({ file }) => {
        const best = (sections.get(file) ?? [])
          .map((section) => ({ section, lines: matches(section.text) }))
          .sort((a, b) => b.lines - a.lines)[0];
        return best === undefined ? [] : [{ path: file, line: best.section.line, endLine: best.section.endLine }];
      });
  };
}
