import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIndexer } from '../../../src/memory/indexing';
import { searchSections } from '../../../src/memory/search';
import { openDocumentIndex, type OpenDocumentIndex } from '../../../src/store/document-index';
import { openDatabase } from '../../../src/store/driver';

let root: string;
let index: OpenDocumentIndex;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'soloflow-memory-'));
  mkdirSync(path.join(root, '.soloflow'));
  index = openDocumentIndex(root);
});
afterEach(() => {
  index.close();
  rmSync(root, { recursive: true, force: true });
});

const indexerOf = (documents: Map<string, string>, read: string[] = []) =>
  createIndexer({
    index,
    files: {
      list: () => Promise.resolve([...documents.keys()]),
      read: (file) => {
        read.push(file);
        return Promise.resolve(documents.get(file) ?? null);
      },
    },
    hash: (text) => createHash('sha1').update(text).digest('hex'),
    monotonic: () => performance.now(),
    yield: () => new Promise((resolve) => setImmediate(resolve)),
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
  });
const found = (query: string) => searchSections(index, query, 5).map(({ path: file, line }) => `${file}:${line}`);

describe('the index of documents', () => {
  it('finds sections by the words in them and above them, and follows changes', async () => {
    const documents = new Map([
      ['docs/cache.md', '# Cache\n\n## Eviction\n\nThe oldest entries go first.\n\n## Size\n\nTen megabytes.'],
      ['docs/other.md', '# Other\n\nNothing of that.'],
    ]);
    const indexer = indexerOf(documents);
    expect(await indexer.refresh()).toEqual({ documents: 2, changed: 2, complete: true });
    expect(found('which entries does the cache evict first')[0]).toBe('docs/cache.md:1');
    expect(await indexer.refresh()).toMatchObject({ changed: 0 });
    documents.set('docs/cache.md', '# Cache\n\n## Eviction\n\nRandom.\n\n## Size\n\nTwenty zebras.');
    documents.delete('docs/other.md');
    expect(await indexer.refresh()).toMatchObject({ documents: 1, changed: 1 });
    expect(found('zebra')).toEqual(['docs/cache.md:7']);
    expect(found('oldest')).toEqual([]);
    expect(found('Nothing of that')).toEqual([]);
  });

  it('is kept from one session to the next', async () => {
    const documents = new Map([['a.md', '# A\n\nPelicans.']]);
    await indexerOf(documents).refresh();
    index.close();
    index = openDocumentIndex(root);
    expect(found('pelican')).toEqual(['a.md:1']);
    expect(await indexerOf(documents).refresh()).toMatchObject({ changed: 0 });
  });

  it('finds identifiers, parts of camel case, and words with quotes in them', async () => {
    await indexerOf(
      new Map([
        ['a.md', '# T\n\nB-1034 is about the MemoryRehydrator.'],
        ['b.md', '# U\n\nB-10 and 34 other things.'],
      ]),
    ).refresh();
    expect(found('B-1034')).toEqual(['a.md:1']);
    expect(found('rehydrator')).toEqual(['a.md:1']);
    expect(found('"MemoryRehydrator" OR NEAR(')[0]).toBe('a.md:1');
  });

  it('holds no secrets', async () => {
    await indexerOf(new Map([['a.md', '# Login\n\nThe word is hunter2.']])).refresh();
    expect(searchSections(index, 'login word', 1)[0]?.text).toContain('[redacted]');
    expect(found('hunter2')).toEqual([]);
  });

  it('reads a document of many pieces whole', async () => {
    const part = (at: number): string =>
      `## Part ${at}\n\nThe number ${at} is hunter2.\n${'filler line\n'.repeat(500)}`;
    const text = Array.from({ length: 120 }, (_, at) => part(at)).join('\n');
    expect(text.length).toBeGreaterThan(600_000);
    await indexerOf(new Map([['large.md', text]])).refresh();
    const line = text.split('\n').indexOf('## Part 97') + 1;
    expect(found('part number 97')[0]).toBe(`large.md:${line}`);
    expect(found('hunter2')).toEqual([]);
  });

  it('throws a foreign, broken or older file away', async () => {
    index.close();
    const file = path.join(root, '.soloflow', 'documents.db');
    const foreign = openDatabase(file);
    foreign.exec(
      "CREATE TRIGGER bad AFTER INSERT ON section BEGIN UPDATE section SET body = 'owned'; END; PRAGMA user_version = 1",
    );
    foreign.close();
    index = openDocumentIndex(root);
    await indexerOf(new Map([['a.md', '# A\n\nFlamingos.']])).refresh();
    expect(searchSections(index, 'flamingo', 1)[0]?.text).toContain('Flamingos.');
    index.close();
    for (const each of readdirSync(path.join(root, '.soloflow'))) rmSync(path.join(root, '.soloflow', each));
    writeFileSync(file, 'not a database at all, and longer than any header is');
    index = openDocumentIndex(root);
    expect(index.size()).toBe(0);
    await indexerOf(new Map([['a.md', '# A\n\nHerons.']])).refresh();
    expect(found('heron')).toEqual(['a.md:1']);
  });

  it('takes a document that stopped in the middle up again', async () => {
    const sections = Array.from({ length: 200 }, (_, at) => ({
      trail: '',
      line: at + 1,
      endLine: at + 1,
      text: `s${at}`,
    }));
    const steps = index.replace('a.md', 'h', sections, [])[Symbol.iterator]();
    steps.next();
    steps.next();
    expect(index.hashes().has('a.md')).toBe(false);
    await indexerOf(new Map([['a.md', '# Whole\n\nIbis.']])).refresh();
    expect(index.hashes().has('a.md')).toBe(true);
    expect(index.size()).toBe(1);
  });
});

describe('recall over real documents', () => {
  const corpus = path.resolve(import.meta.dirname, '../../../../shared/corpus/documents');
  const isThere = existsSync(corpus);
  // oxlint-disable-next-line no-console
  if (!isThere) console.warn(`The corpus is not at ${corpus}: recall over real documents was NOT tested.`);

  it.skipIf(!isThere)('finds most labelled passages among the first five', async () => {
    const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
    const documents = new Map(
      files.map((file) => [file.split(path.sep).join('/'), readFileSync(path.join(corpus, file), 'utf8')]),
    );
    await indexerOf(documents).refresh();
    const labelled = JSON.parse(
      readFileSync(path.resolve(import.meta.dirname, '../../../bench/memory-queries.json'), 'utf8'),
    ) as { query: string; expect: { path: string; from: number; to: number }[] }[];
    expect(labelled.length).toBeGreaterThanOrEqual(60);
    const hits = labelled.filter(({ query, expect: wanted }) =>
      searchSections(index, query, 5).some((section) =>
        wanted.some((each) => each.path === section.path && section.line <= each.to && section.endLine >= each.from),
      ),
    );
    expect(hits.length / labelled.length).toBeGreaterThan(0.9);
  });
});
