// The tables, as numbered migrations. A migration is never edited once it was released: the next one changes it.
// Times are integer epoch milliseconds; JSON columns hold values of model/; unions that may grow are not enumerated.
import { createHash } from 'node:crypto';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** "SOLO" as a number: says whose file it is. */
export const APPLICATION_ID = 0x53_4f_4c_4f;

const FIRST = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE migration(
  version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL,
  app_version TEXT NOT NULL) STRICT;

CREATE TABLE legal_run(from_state TEXT, to_state TEXT, PRIMARY KEY(from_state, to_state)) STRICT, WITHOUT ROWID;
CREATE TABLE run(
  id TEXT PRIMARY KEY, request_key TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
  scope TEXT NOT NULL CHECK(json_valid(scope)),
  status TEXT NOT NULL CHECK(status IN ('created','running','paused','cancelling','succeeded','failed','cancelled')),
  options TEXT NOT NULL CHECK(json_valid(options)), priority REAL NOT NULL, after TEXT NOT NULL CHECK(json_valid(after)),
  created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER, reason TEXT,
  failures_in_a_row INTEGER NOT NULL, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX run_open ON run(status) WHERE status NOT IN ('succeeded','failed','cancelled');
CREATE INDEX run_created ON run(created_at);
CREATE TRIGGER run_legal BEFORE UPDATE ON run
  WHEN OLD.status <> NEW.status
   AND NOT EXISTS(SELECT 1 FROM legal_run WHERE from_state = OLD.status AND to_state = NEW.status)
  BEGIN SELECT RAISE(ABORT, 'illegal run transition'); END;
CREATE TRIGGER run_revision BEFORE UPDATE ON run
  WHEN NEW.revision < OLD.revision OR (NEW.revision = OLD.revision AND NEW.status <> OLD.status)
  BEGIN SELECT RAISE(ABORT, 'stale run revision'); END;

CREATE TABLE legal_task(from_state TEXT, to_state TEXT, PRIMARY KEY(from_state, to_state)) STRICT, WITHOUT ROWID;
CREATE TABLE task_run(
  run_id TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE, task_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('waiting','ready','running','checking','retrying','paused','succeeded','failed',
    'skipped','cancelling','cancelled')),
  attempt INTEGER NOT NULL, next_at INTEGER, verification TEXT, reason TEXT, revision INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, spec TEXT NOT NULL, PRIMARY KEY(run_id, task_key)) STRICT;
CREATE INDEX task_run_key ON task_run(task_key);
CREATE TRIGGER task_run_moves BEFORE UPDATE OF state, revision ON task_run
  WHEN NEW.revision <= OLD.revision OR NEW.state <> OLD.state
  BEGIN
    SELECT RAISE(ABORT, 'stale task revision')
      WHERE NEW.revision < OLD.revision OR (NEW.revision = OLD.revision AND NEW.state <> OLD.state);
    SELECT RAISE(ABORT, 'illegal task transition')
      WHERE NEW.state <> OLD.state
        AND NOT EXISTS(SELECT 1 FROM legal_task WHERE from_state = OLD.state AND to_state = NEW.state);
  END;

CREATE TABLE attempt(
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL, task_key TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL,
  idempotency_key TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL, command TEXT, cwd TEXT, dir TEXT, pid INTEGER,
  process_start TEXT, boot_id TEXT, started_at INTEGER NOT NULL, deadline_at INTEGER, ended_at INTEGER, outcome TEXT,
  exit_code INTEGER, signal TEXT, error TEXT,
  FOREIGN KEY(run_id, task_key) REFERENCES task_run(run_id, task_key) ON DELETE CASCADE,
  CHECK((ended_at IS NULL) = (outcome IS NULL))) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX attempt_one_open ON attempt(run_id, task_key) WHERE ended_at IS NULL;
CREATE INDEX attempt_task ON attempt(run_id, task_key, n);
CREATE TABLE output(
  attempt_id TEXT NOT NULL REFERENCES attempt(id) ON DELETE CASCADE, stream TEXT NOT NULL CHECK(stream IN ('out','err')),
  bytes INTEGER NOT NULL, truncated INTEGER NOT NULL CHECK(truncated IN (0, 1)), redactions INTEGER NOT NULL,
  head TEXT NOT NULL, tail TEXT NOT NULL, PRIMARY KEY(attempt_id, stream)) STRICT;
CREATE TABLE gate_result(
  attempt_id TEXT NOT NULL REFERENCES attempt(id) ON DELETE CASCADE, gate TEXT NOT NULL, kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK(status IN ('pass','fail','error','waived')), detail TEXT NOT NULL,
  evidence TEXT NOT NULL CHECK(json_valid(evidence)), at INTEGER NOT NULL, PRIMARY KEY(attempt_id, gate)) STRICT;

CREATE TABLE pause(
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE, task_key TEXT,
  dedupe_key TEXT NOT NULL, version INTEGER NOT NULL, reason TEXT NOT NULL CHECK(json_valid(reason)),
  suggestion TEXT CHECK(json_valid(suggestion)), choices TEXT NOT NULL CHECK(json_valid(choices)),
  default_choice TEXT NOT NULL, asked_at INTEGER NOT NULL, answer TEXT CHECK(json_valid(answer)), applied_at INTEGER,
  CHECK(applied_at IS NULL OR answer IS NOT NULL)) STRICT;
CREATE INDEX pause_run ON pause(run_id);
CREATE UNIQUE INDEX pause_open ON pause(dedupe_key) WHERE answer IS NULL;
CREATE TRIGGER pause_answered_once BEFORE UPDATE ON pause
  WHEN OLD.answer IS NOT NULL AND NEW.answer IS NOT OLD.answer
  BEGIN SELECT RAISE(ABORT, 'a pause is answered once'); END;

CREATE TABLE event(
  seq INTEGER PRIMARY KEY, run_id TEXT NOT NULL, task_key TEXT, type TEXT NOT NULL, at INTEGER NOT NULL,
  data TEXT NOT NULL, chain BLOB) STRICT;
CREATE INDEX event_run ON event(run_id, seq);
CREATE INDEX event_task ON event(task_key, seq) WHERE task_key IS NOT NULL;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
  WHEN OLD.seq > coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'retention_floor'), 0)
  BEGIN SELECT RAISE(ABORT, 'event is append only'); END;

CREATE TABLE lease(
  name TEXT PRIMARY KEY CHECK(name = 'engine'), owner TEXT NOT NULL, epoch INTEGER NOT NULL, pid INTEGER NOT NULL,
  taken_at INTEGER NOT NULL, released_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TRIGGER lease_epoch BEFORE UPDATE ON lease
  WHEN NEW.epoch < OLD.epoch OR (NEW.taken_at <> OLD.taken_at AND NEW.epoch = OLD.epoch)
  BEGIN SELECT RAISE(ABORT, 'lease epoch must grow'); END;
CREATE TRIGGER lease_kept BEFORE DELETE ON lease BEGIN SELECT RAISE(ABORT, 'lease epoch must grow'); END;

CREATE TABLE command(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, payload TEXT NOT NULL CHECK(json_valid(payload)),
  by TEXT NOT NULL, at INTEGER NOT NULL, applied_at INTEGER, result TEXT) STRICT;
CREATE INDEX command_open ON command(seq) WHERE applied_at IS NULL;
CREATE TRIGGER command_once BEFORE UPDATE ON command WHEN OLD.applied_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a command is applied once'); END;

CREATE TABLE document_edit(
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE, task_key TEXT NOT NULL,
  path TEXT NOT NULL, change TEXT NOT NULL CHECK(json_valid(change)), at INTEGER NOT NULL, applied_at INTEGER,
  result TEXT) STRICT;
CREATE INDEX document_edit_run ON document_edit(run_id);

CREATE TABLE session(
  id TEXT PRIMARY KEY, surface TEXT NOT NULL, pid INTEGER NOT NULL, app_version TEXT NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX session_started ON session(started_at);

CREATE TABLE memory(
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN ('decision','note','lesson','fact','context')), scope TEXT NOT NULL, task_key TEXT,
  run_id TEXT, session_id TEXT, title TEXT NOT NULL, body TEXT NOT NULL, source TEXT CHECK(json_valid(source)),
  superseded_by TEXT, created_at INTEGER NOT NULL) STRICT;
CREATE INDEX memory_task ON memory(task_key, seq) WHERE task_key IS NOT NULL;
CREATE INDEX memory_kind ON memory(kind, seq);
CREATE VIRTUAL TABLE memory_fts USING fts5(
  title, body, content = 'memory', content_rowid = 'seq', tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TRIGGER memory_added AFTER INSERT ON memory
  BEGIN INSERT INTO memory_fts(rowid, title, body) VALUES (NEW.seq, NEW.title, NEW.body); END;
CREATE TRIGGER memory_dropped AFTER DELETE ON memory
  BEGIN INSERT INTO memory_fts(memory_fts, rowid, title, body) VALUES ('delete', OLD.seq, OLD.title, OLD.body); END;
CREATE TRIGGER memory_kept BEFORE UPDATE OF seq, id, kind, title, body, created_at ON memory
  BEGIN SELECT RAISE(ABORT, 'a memory is superseded, not changed'); END;

CREATE TABLE plan_cache(
  path TEXT PRIMARY KEY, hash TEXT NOT NULL, reader_version TEXT NOT NULL, json TEXT NOT NULL,
  stored_at INTEGER NOT NULL) STRICT;
CREATE TABLE spelling(item_key TEXT, status TEXT, text TEXT NOT NULL, PRIMARY KEY(item_key, status))
  STRICT, WITHOUT ROWID;
CREATE TABLE workflow_stage(
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, data TEXT NOT NULL CHECK(json_valid(data)),
  by TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE INDEX workflow_stage_kind ON workflow_stage(kind, updated_at);

INSERT INTO lease(name, owner, epoch, pid, taken_at, released_at) VALUES ('engine', '', 0, 0, 0, 0);
`;

const ATTEMPT_COLUMNS = `run_id, task_key, n, kind, idempotency_key, epoch, command, cwd, dir, pid, process_start,
  boot_id, started_at, deadline_at, ended_at, outcome, exit_code, signal, error`;

/**
 * Fewer trees to keep up with each write: an attempt's key is its id, which is unique already, and an edit is found by
 * its run. A table that others refer to is replaced after them, or dropping it would take their rows along.
 */
const FEWER_INDEXES = `
CREATE TEMP TABLE old_output AS SELECT * FROM output ORDER BY rowid;
CREATE TEMP TABLE old_gate_result AS SELECT * FROM gate_result ORDER BY rowid;
CREATE TEMP TABLE old_attempt AS SELECT * FROM attempt;
CREATE TEMP TABLE old_edit AS SELECT * FROM document_edit;
DROP TABLE output;
DROP TABLE gate_result;
DROP TABLE attempt;
DROP TABLE document_edit;
CREATE TABLE attempt(
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL, task_key TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL,
  idempotency_key TEXT NOT NULL CHECK(idempotency_key = id), epoch INTEGER NOT NULL, command TEXT, cwd TEXT, dir TEXT,
  pid INTEGER, process_start TEXT, boot_id TEXT, started_at INTEGER NOT NULL, deadline_at INTEGER, ended_at INTEGER,
  outcome TEXT, exit_code INTEGER, signal TEXT, error TEXT,
  FOREIGN KEY(run_id, task_key) REFERENCES task_run(run_id, task_key) ON DELETE CASCADE,
  CHECK((ended_at IS NULL) = (outcome IS NULL))) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX attempt_one_open ON attempt(run_id, task_key) WHERE ended_at IS NULL;
CREATE INDEX attempt_task ON attempt(run_id, task_key, n);
INSERT INTO attempt(id, ${ATTEMPT_COLUMNS}) SELECT id, ${ATTEMPT_COLUMNS.replace('idempotency_key', 'id')} FROM old_attempt;
CREATE TABLE output(
  attempt_id TEXT NOT NULL REFERENCES attempt(id) ON DELETE CASCADE, stream TEXT NOT NULL CHECK(stream IN ('out','err')),
  bytes INTEGER NOT NULL, truncated INTEGER NOT NULL CHECK(truncated IN (0, 1)), redactions INTEGER NOT NULL,
  head TEXT NOT NULL, tail TEXT NOT NULL, PRIMARY KEY(attempt_id, stream)) STRICT;
INSERT INTO output SELECT * FROM old_output ORDER BY rowid;
CREATE TABLE gate_result(
  attempt_id TEXT NOT NULL REFERENCES attempt(id) ON DELETE CASCADE, gate TEXT NOT NULL, kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK(status IN ('pass','fail','error','waived')), detail TEXT NOT NULL,
  evidence TEXT NOT NULL CHECK(json_valid(evidence)), at INTEGER NOT NULL, PRIMARY KEY(attempt_id, gate)) STRICT;
INSERT INTO gate_result SELECT * FROM old_gate_result ORDER BY rowid;
CREATE TABLE document_edit(
  id TEXT NOT NULL, run_id TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE, task_key TEXT NOT NULL,
  path TEXT NOT NULL, change TEXT NOT NULL CHECK(json_valid(change)), at INTEGER NOT NULL, applied_at INTEGER,
  result TEXT, PRIMARY KEY(run_id, id)) STRICT, WITHOUT ROWID;
INSERT INTO document_edit SELECT * FROM old_edit;
DROP TABLE old_output;
DROP TABLE old_gate_result;
DROP TABLE old_attempt;
DROP TABLE old_edit;
`;

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'first tables', sql: FIRST },
  { version: 2, name: 'fewer indexes', sql: FEWER_INDEXES },
];

/** Hex SHA-256 of a migration's text: a file migrated by something else is noticed. */
export const checksum = (migration: Migration): string => createHash('sha256').update(migration.sql).digest('hex');
