// Statements over what was learned: decisions, notes, lessons, facts, contexts. Nothing is changed, only superseded.
import type { MemoryStore } from '../memory/ports';
import type { MemoryFilter, MemoryKind, MemoryRow, NewMemory } from '../model/memory';
import type { Database } from './driver';
import { writing } from './faults';
import { bookkeeping } from './connect';
import type { Row } from './table';

export interface MemoryRows extends MemoryStore {
  /** Many at once, in one transaction. */
  addAll(memories: readonly NewMemory[]): void;
  /** What is added in `work` is one write that does not wait for the disk: the next transition takes it along. */
  together(work: () => void): void;
}

const COLUMNS = 'id, kind, scope, task_key, run_id, session_id, title, body, source, created_at';
/** Of contexts: those that were kept at a turn of a run, not those that somebody wrote. */
export const KEPT_BY_ITSELF = `kind = 'context' AND title <> 'manual'`;
const HALF_LIFE_DAYS = 30;
const DAY = 86_400_000;
/** Candidates that bm25 hands over before recency is weighed in. */
const POOL = 4;
/** How many times as many rows are ranked before conditions are asked of them. */
const FIRST_LOOK = 3;
/** A word in more rows than this is common. */
const COMMON = 1500;
/** Rows that all asked words may have together: each is ranked. The rarest word is always asked for. */
const MOST_RANKED = 2500;
const MOST_COMMON_WORDS = 3;
const MOST_WORDS = 10;

export function createMemoryRows(db: Database, now: () => number): MemoryRows {
  const insert = db.prepare(
    `INSERT INTO memory(${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING`,
  );
  const point = db.prepare('UPDATE memory SET superseded_by = ? WHERE id = ? AND superseded_by IS NULL');
  const bySeq = db.prepare<[number], Row>('SELECT * FROM memory WHERE seq = ?');
  const byId = db.prepare<[string], Row>('SELECT * FROM memory WHERE id = ?');
  const countUpTo = db.prepare<[string, number], { n: number }>(
    'SELECT count(*) AS n FROM (SELECT 1 FROM memory_fts WHERE memory_fts MATCH ? LIMIT ?)',
  );
  const frequency = (word: string): number => countUpTo.get(`"${word}"`, COMMON + 1)?.n ?? 0;
  const add = (memory: NewMemory): void => {
    insert.run(
      memory.id,
      memory.kind,
      memory.scope,
      memory.taskKey,
      memory.runId,
      memory.sessionId,
      memory.title,
      memory.body,
      memory.source === null ? null : JSON.stringify(memory.source),
      memory.createdAt,
    );
  };
  const addAll = db.transaction((memories: readonly NewMemory[]) => memories.forEach(add));
  const supersede = db.transaction((id: string, by: NewMemory) => {
    add(by);
    point.run(by.id, id);
  });

  const inOne = db.transaction((work: () => void) => work());

  return {
    together: (work) => writing(() => bookkeeping(db, () => inOne.immediate(work))),
    add: (memory) => writing(() => add(memory)),
    addAll: (memories) => writing(() => addAll.immediate(memories)),
    supersede: (id, by) => writing(() => supersede.immediate(id, by)),
    get: (id) => {
      const row = byId.get(id);
      return row === undefined ? null : toMemory(row);
    },
    latest: (filter) => {
      const { where, values } = conditions(filter);
      return db
        .prepare<unknown[], Row>(`SELECT * FROM memory m WHERE ${where} ORDER BY m.seq DESC LIMIT ?`)
        .all(...values, filter.limit)
        .map(toMemory);
    },
    search: (query, filter) => {
      const asked = ftsQuery(query, frequency);
      if (asked === null) return [];
      const { where, values } = conditions(filter);
      // Ranks first, rows after: a word may stand in thousands of long rows.
      const rank = asked.ranked ? 'bm25(memory_fts, 4.0, 1.0)' : '-1.0';
      const order = asked.ranked ? 'rank' : 'rowid DESC';
      const wanted = filter.limit * POOL;
      const first = db
        .prepare<unknown[], { readonly seq: number; readonly rank: number }>(
          `SELECT f.rowid AS seq, f.rank AS rank FROM (
             SELECT rowid, ${rank} AS rank FROM memory_fts WHERE memory_fts MATCH ? ORDER BY ${order} LIMIT ?) f
           CROSS JOIN memory m ON m.seq = f.rowid WHERE ${where} ORDER BY f.rank, f.rowid DESC`,
        )
        .all(asked.match, wanted * FIRST_LOOK, ...values);
      // Conditions that few rows meet: then each row that holds a word is looked at.
      const found =
        first.length >= filter.limit
          ? first.slice(0, wanted)
          : db
              .prepare<unknown[], { readonly seq: number; readonly rank: number }>(
                `SELECT m.seq AS seq, ${rank} AS rank FROM memory_fts CROSS JOIN memory m ON m.seq = memory_fts.rowid
                 WHERE memory_fts MATCH ? AND ${where}
                 ORDER BY ${asked.ranked ? 'rank' : 'memory_fts.rowid DESC'} LIMIT ?`,
              )
              .all(asked.match, ...values, wanted);
      const moment = now();
      return found
        .flatMap(({ seq, rank }) => {
          const row = bySeq.get(seq);
          return row === undefined ? [] : [{ row: toMemory(row), score: -rank * freshness(moment, row) }];
        })
        .sort((a, b) => b.score - a.score || b.row.createdAt - a.row.createdAt)
        .slice(0, filter.limit);
    },
  };
}

/** From 1.25 for now down to 1 for long ago: recency decides between equals, it does not bury what fits best. */
function freshness(now: number, row: Row): number {
  const days = Math.max(0, now - (row['created_at'] as number)) / DAY;
  return 1 + 0.25 * 0.5 ** (days / HALF_LIFE_DAYS);
}

/**
 * Words of any script as quoted FTS5 strings; null: no word in it. Words that stand in thousands of rows tell next to
 * nothing and cost the most: the rarest are asked for. Where all are common, nothing ranks one row over another.
 */
export function ftsQuery(
  query: string,
  frequency: (word: string) => number,
): { readonly match: string; readonly ranked: boolean } | null {
  const words = [...new Set(query.match(/[\p{L}\p{N}_]+/gu))]
    .slice(0, 32)
    .map((word) => ({ quoted: `"${word}"`, rows: frequency(word) }))
    .sort((a, b) => a.rows - b.rows);
  if (words.length === 0) return null;
  let ranked = 0;
  const telling = words
    .filter(({ rows }) => rows > 0 && rows <= COMMON)
    .slice(0, MOST_WORDS)
    .filter(({ rows }, at) => (ranked += rows) <= MOST_RANKED || at === 0);
  if (telling.length > 0) return { match: telling.map(({ quoted }) => quoted).join(' OR '), ranked: true };
  const common = words.filter(({ rows }) => rows > COMMON).slice(0, MOST_COMMON_WORDS);
  return common.length === 0 ? null : { match: common.map(({ quoted }) => quoted).join(' OR '), ranked: false };
}

function conditions(filter: MemoryFilter): { readonly where: string; readonly values: readonly unknown[] } {
  const parts: [string, ...unknown[]][] = [];
  if (filter.taskKey !== undefined) parts.push(['m.task_key = ?', filter.taskKey]);
  if (filter.runId !== undefined) parts.push(['m.run_id = ?', filter.runId]);
  if (filter.scope !== undefined) parts.push(['m.scope = ?', filter.scope]);
  if (filter.kinds !== undefined) {
    parts.push([`m.kind IN (${filter.kinds.map(() => '?').join(', ')})`, ...filter.kinds]);
  }
  if (filter.withSuperseded !== true) parts.push(['m.superseded_by IS NULL']);
  return {
    where: parts.length === 0 ? 'TRUE' : parts.map(([sql]) => sql).join(' AND '),
    values: parts.flatMap(([, ...values]) => values),
  };
}

/** A row as a value. */
export const toMemory = (row: Row): MemoryRow => ({
  id: row['id'] as string,
  kind: row['kind'] as MemoryKind,
  scope: row['scope'] as string,
  taskKey: row['task_key'] as string | null,
  runId: row['run_id'] as string | null,
  sessionId: row['session_id'] as string | null,
  title: row['title'] as string,
  body: row['body'] as string,
  source: row['source'] === null ? null : (JSON.parse(row['source'] as string) as Readonly<Record<string, unknown>>),
  supersededBy: row['superseded_by'] as string | null,
  createdAt: row['created_at'] as number,
});
