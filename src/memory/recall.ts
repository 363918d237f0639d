// Recalls: memories and document sections that fit a query, in one list, each with where it can be looked up.
import type { MemoryRow, Recalled } from '../model/memory';
import { shortened, showable } from './clean';
import { fuse } from './fuse';
import type { DocumentIndex, MemoryStore } from './ports';
import { searchSections } from './search';

/** What somebody wrote down on purpose comes a little before what documents happen to say. */
const MEMORY_WEIGHT = 1.1;
const LONGEST = 2000;

export function recall(store: MemoryStore, index: DocumentIndex, query: string, limit: number): readonly Recalled[] {
  const rows = store
    .search(query, { kinds: ['decision', 'note', 'lesson', 'fact'], limit })
    .map(({ row }) => fromMemory(row));
  const sections = searchSections(index, query, limit).map((section): Recalled => ({
    kind: 'section',
    title: section.trail === '' ? section.path : section.trail,
    text: shortened(showable(section.text), LONGEST),
    citation: `${section.path}:${section.line}`,
    path: section.path,
    line: section.line,
    endLine: section.endLine,
    id: null,
    at: null,
    score: 0,
  }));
  return fuse(
    [
      { items: rows, weight: MEMORY_WEIGHT },
      { items: sections, weight: 1 },
    ],
    ({ citation }) => citation,
  )
    .slice(0, limit)
    .map(({ item, score }) => ({ ...item, score }));
}

export function fromMemory(row: MemoryRow): Recalled {
  return {
    kind: row.kind,
    title: showable(row.title),
    text: shortened(showable(row.body), LONGEST),
    citation: citationOf(row),
    path: null,
    line: null,
    endLine: null,
    id: row.id,
    at: row.createdAt,
    score: 0,
  };
}

/** Its own id, and where it came from: "memory 01h… (src/a.ts:12)". */
function citationOf(row: MemoryRow): string {
  const source = row.source ?? {};
  const text = (name: string): string | null => {
    const value = source[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  };
  const path = text('path');
  const line = text('line');
  const parts = [
    path === null ? null : line === null ? path : `${path}:${line}`,
    text('commit') === null ? null : `commit ${text('commit') ?? ''}`,
    text('output') === null ? null : `output ${text('output') ?? ''}`,
    text('url'),
    row.taskKey === null ? null : `task ${row.taskKey}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? `memory ${row.id}` : `memory ${row.id} (${parts.join(', ')})`;
}
