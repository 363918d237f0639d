// Sections of documents in a full-text index: a file of its own beside the record, a cache that is made anew whenever it is odd.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { MEMORY_ROLES } from '../model/memory';
import type { AnchoredPassage, DocumentIndex, IndexedSection } from '../memory/ports';
import { protect } from './connect';
import { openDatabase, type Database } from './driver';
import { isStrange } from './folder';

export interface OpenDocumentIndex extends DocumentIndex {
  close(): void;
}

const FILE = 'documents.db';
/** "SOLD" as a number. */
const APPLICATION_ID = 0x53_4f_4c_44;
/** Grows whenever the tables, or what is written into them, change: older files are thrown away. */
const VERSION = 1;
/** Sections written in one transaction. */
const SLICE = 40;

const TABLES = `
CREATE TABLE document(path TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE section(
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, line INTEGER NOT NULL, end_line INTEGER NOT NULL, trail TEXT NOT NULL,
  body TEXT NOT NULL) STRICT;
CREATE INDEX section_path ON section(path);
CREATE TABLE anchor(
  path TEXT NOT NULL, key TEXT NOT NULL, priority INTEGER NOT NULL, pins TEXT NOT NULL, line INTEGER NOT NULL,
  end_line INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX anchor_path ON anchor(path);
CREATE VIRTUAL TABLE section_fts USING fts5(
  names, trail, body, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2');
`;

/** Weights of a document's name, the headings above, and the text itself. */
const WEIGHTS = '2.0, 3.0, 1.0';

/** `root` null: in memory only. Never throws: a file that cannot be used is replaced, else the index is in memory. */
export function openDocumentIndex(root: string | null): OpenDocumentIndex {
  const db = (root === null ? null : openFile(join(root, '.soloflow', FILE))) ?? fresh(openDatabase(':memory:'));
  return indexIn(db);
}

function openFile(path: string): Database | null {
  try {
    if (isStrange(path)) return null;
    const found = openSound(path);
    if (found !== null) return found;
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
    return openSound(path);
  } catch {
    // Locked, read-only, full: the memory does for this session.
    return null;
  }
}

/** null: it is there, but not what we wrote. */
function openSound(path: string): Database | null {
  const db = openDatabase(path);
  try {
    protect(db);
    db.pragma('journal_mode = WAL');
    // What is lost with the power is simply read again.
    db.pragma('synchronous = OFF');
    const empty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
    if (empty) return fresh(db);
    if (isOurs(db)) return db;
  } catch {
    // Not a database, or a broken one.
  }
  db.close();
  return null;
}

function fresh(db: Database): Database {
  db.transaction(() => {
    db.exec(TABLES);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${VERSION}`);
  }).immediate();
  return db;
}

/** A cloned repository may bring a file with triggers or views of its own: the schema must be ours to the letter. */
function isOurs(db: Database): boolean {
  if (Number(db.pragma('application_id', { simple: true })) !== APPLICATION_ID) return false;
  if (Number(db.pragma('user_version', { simple: true })) !== VERSION) return false;
  const model = fresh(openDatabase(':memory:'));
  const same = schemaOf(db) === schemaOf(model);
  model.close();
  return same && db.pragma('quick_check(1)', { simple: true }) === 'ok';
}

const schemaOf = (db: Database): string =>
  db
    .prepare<[], { readonly name: string; readonly sql: string | null }>(
      'SELECT name, sql FROM sqlite_schema ORDER BY type, name',
    )
    .all()
    .map(({ name, sql }) => `${name} ${sql ?? ''}`)
    .join('\n');

type Row = Readonly<Record<string, string | number>>;

function indexIn(db: Database): OpenDocumentIndex {
  const putSection = db.prepare('INSERT INTO section(path, line, end_line, trail, body) VALUES (?, ?, ?, ?, ?)');
  const putWords = db.prepare('INSERT INTO section_fts(rowid, names, trail, body) VALUES (?, ?, ?, ?)');
  const putAnchor = db.prepare('INSERT INTO anchor VALUES (?, ?, ?, ?, ?, ?, ?)');
  const putDocument = db.prepare('INSERT OR REPLACE INTO document VALUES (?, ?)');
  const dropWords = db.prepare('DELETE FROM section_fts WHERE rowid IN (SELECT id FROM section WHERE path = ?)');
  const drops = ['section', 'anchor', 'document'].map((table) => db.prepare(`DELETE FROM ${table} WHERE path = ?`));
  const count = db.prepare<[string, number], { n: number }>(
    'SELECT count(*) AS n FROM (SELECT 1 FROM section_fts WHERE section_fts MATCH ? LIMIT ?)',
  );
  const search = db.prepare<[string, number], Row>(
    `SELECT s.*, found.score FROM (
       SELECT rowid AS id, bm25(section_fts, ${WEIGHTS}) AS score FROM section_fts WHERE section_fts MATCH ?
       ORDER BY score LIMIT ?) found JOIN section s ON s.id = found.id ORDER BY found.score`,
  );
  const drop = (path: string): void => {
    dropWords.run(path);
    for (const each of drops) each.run(path);
  };
  /** False: the file is busy, full or gone. A cache may be. */
  const tried = (write: () => void): boolean => {
    try {
      db.transaction(write).immediate();
      return true;
    } catch {
      return false;
    }
  };

  return {
    hashes: () =>
      new Map(
        db
          .prepare<[], Row>('SELECT path, hash FROM document')
          .all()
          .map((row) => [String(row['path']), String(row['hash'])]),
      ),
    *replace(path, hash, sections, anchors) {
      const names = nameWords(path);
      const isGone = tried(() => {
        drop(path);
        for (const each of anchors)
          putAnchor.run(path, each.key, each.priority, each.pins.join(' '), each.line, each.endLine, each.text);
      });
      yield isGone;
      if (!isGone) return;
      for (let at = 0; at < sections.length; at += SLICE) {
        const written = tried(() => {
          for (const each of sections.slice(at, at + SLICE)) {
            const { lastInsertRowid } = putSection.run(path, each.line, each.endLine, each.trail, each.text);
            putWords.run(lastInsertRowid, names, each.trail, withParts(each.text));
          }
        });
        yield written;
        if (!written) return;
      }
      yield tried(() => void putDocument.run(path, hash));
    },
    remove: (path) => void tried(() => drop(path)),
    candidates: (terms, limit) =>
      terms.length === 0 ? [] : search.all(terms.map(quoted).join(' OR '), limit).map(toSection),
    frequency: (term, limit) => count.get(quoted(term), limit)?.n ?? 0,
    size: () => db.prepare<[], { n: number }>('SELECT count(*) AS n FROM section').get()?.n ?? 0,
    anchors: () => db.prepare<[], Row>('SELECT * FROM anchor ORDER BY priority, path, line').all().map(toAnchor),
    close: () => void db.close(),
  };
}

/** A word or several in a row, as FTS5 takes it literally. */
const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;

/** "docs/PRD-B-1034-Memory_System.md" → its words. */
const nameWords = (path: string): string => withParts(path.replace(/\.[a-z]+$/i, '').replace(/[^\p{L}\p{N}]+/gu, ' '));

/** Words inside of words are words, too: what camelCase glues together is added apart. */
function withParts(text: string): string {
  const parts = text.match(/\b\p{Lu}?\p{Ll}+(?:\p{Lu}\p{Ll}+)+\b/gu);
  return parts === null
    ? text
    : `${text}\n${[...new Set(parts)].map((word) => word.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')).join('\n')}`;
}

const toSection = (row: Row): IndexedSection => ({
  path: String(row['path']),
  line: Number(row['line']),
  endLine: Number(row['end_line']),
  trail: String(row['trail']),
  text: String(row['body']),
  score: -Number(row['score']),
});

function toAnchor(row: Row): AnchoredPassage {
  const pins = new Set(String(row['pins']).split(' '));
  return {
    path: String(row['path']),
    key: String(row['key']),
    priority: Number(row['priority']),
    pins: MEMORY_ROLES.filter((role) => pins.has(role)),
    line: Number(row['line']),
    endLine: Number(row['end_line']),
    text: String(row['body']),
  };
}
