// Reads an export back. What is here already stays as it is; runs that were still open come back paused, because
// nobody has asked for them to go on in this place.
import type { Journal } from '../engine/ports';
import type { RunEvent } from '../model/run-event';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import { FINAL_RUN_STATES, type Run } from '../model/run';
import { createBatchWriter } from './batch';
import type { Database } from './driver';
import { EXPORT_FORMAT, EXPORT_VERSION, NO_PARTS, type RunExport } from './export';
import { writing } from './faults';
import { shaped, strangers } from './import-shape';
import type { MemoryRows } from './memory-rows';
import { contradictionIn, type Fold } from './rebuild';

export interface ImportTarget {
  readonly db: Database;
  readonly journal: Journal;
  readonly memory: MemoryRows;
  readonly now: () => number;
}
export interface Imported {
  readonly runs: number;
  readonly events: number;
  readonly memories: number;
  /** Runs that were here already. */
  readonly skipped: number;
}

type Line = { readonly kind?: unknown } & Readonly<Record<string, unknown>>;

/**
 * One transaction: all of it or, at the first line that does not fit, nothing. `lines` may be empty strings too. `fold`
 * says what the events of a run give: a run whose events contradict each other could never be gone on with.
 */
export function importLines(
  target: ImportTarget,
  fold: Fold,
  lines: Iterable<string>,
  by: string,
): Result<Imported, Failure> {
  const { db } = target;
  const importer = createImporter(target, fold, by);
  const read = db.transaction((): Result<Imported, Failure> => {
    let n = 0;
    for (const text of lines) {
      n += 1;
      if (text.trim() === '') continue;
      const refused = importer.line(text, n);
      if (refused !== null) throw new Refused({ kind: 'invalid-input', field: `line ${n}`, message: refused });
    }
    if (!importer.hadHeader()) {
      throw new Refused({ kind: 'invalid-input', field: 'file', message: 'This is not a Soloflow export.' });
    }
    const refused = importer.finish();
    if (refused !== null) throw new Refused({ kind: 'invalid-input', field: refused.run, message: refused.why });
    return ok(importer.counts());
  });
  try {
    return writing(() => read.immediate());
  } catch (error) {
    if (error instanceof Refused) return err(error.failure);
    throw error;
  }
}

/** Rolls the transaction back on its way out. */
class Refused extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super('refused');
    this.failure = failure;
  }
}

function createImporter(target: ImportTarget, fold: Fold, by: string) {
  const { db, now } = target;
  const write = createBatchWriter(db);
  const known = db.prepare<[string], { id: string }>('SELECT id FROM run WHERE id = ?');
  const asked = db.prepare<[string], { id: string }>('SELECT id FROM run WHERE request_key = ?');
  const session = db.prepare(
    'INSERT OR IGNORE INTO session(id, surface, pid, app_version, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const stage = db.prepare(
    `INSERT OR IGNORE INTO workflow_stage(id, kind, status, data, by, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const spelling = db.prepare('INSERT OR IGNORE INTO spelling(item_key, status, text) VALUES (?, ?, ?)');
  const supersede = db.prepare('UPDATE memory SET superseded_by = ? WHERE id = ? AND superseded_by IS NULL');
  const taken = new Map<string, Run>();
  const counts = { runs: 0, events: 0, memories: 0, skipped: 0 };
  const paused: Run[] = [];
  let header = false;

  function takeRun(run: RunExport): void {
    if (known.get(run.run.id) !== undefined) {
      counts.skipped += 1;
      return;
    }
    const open = !FINAL_RUN_STATES.has(run.run.status);
    const { id, requestKey } = run.run;
    // The first run of a document is asked for by the same key everywhere: that makes the two no one run.
    const isTaken = asked.get(requestKey) !== undefined;
    const own: Run = isTaken ? { ...run.run, requestKey: `${requestKey} ${id}` } : run.run;
    const kept: Run = open ? { ...own, status: 'paused', reason: 'imported', revision: own.revision + 1 } : own;
    const { tasks, attempts, outputs, gateResults, pauses, edits } = run;
    write({ events: [], runs: [kept], tasks, attempts, outputs, gateResults, pauses, edits, applied: [] }, now());
    if (open) paused.push(kept);
    taken.set(kept.id, kept);
    counts.runs += 1;
  }
  /** The lists of a part alone: its run stands already. */
  function takePart(run: Run, value: unknown): string | null {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'A part of a run is no list.';
    const part = shaped('run', { run, ...NO_PARTS, ...value });
    if (typeof part === 'string') return part;
    if (strangers(part.value)) return 'Something in this run is about another run.';
    const { run: _, ...lists } = part.value;
    return attemptTo(() => write({ ...NOTHING, ...lists }, now()));
  }
  const keyOf = ({ runId, run }: Extract<RunEvent, { type: 'run-created' }>): string =>
    taken.get(runId)?.requestKey ?? run.requestKey;
  const append = (events: readonly RunEvent[]): void => void write({ ...NOTHING, events }, now());
  /** What is a line's own is checked, then taken. */
  const take = <K extends Parameters<typeof shaped>[0]>(
    kind: K,
    value: unknown,
    into: (value: Exclude<ReturnType<typeof shaped<K>>, string>['value']) => void,
  ): string | null => {
    const read = shaped(kind, value);
    return typeof read === 'string' ? read : attemptTo(() => into(read.value));
  };

  return {
    counts: () => counts,
    hadHeader: () => header,
    /** null, or which run cannot be taken and why. */
    finish: (): { readonly run: string; readonly why: string } | null => {
      const about = { at: now(), actor: by, reason: 'imported', ended: true } as const;
      append(paused.map((run) => ({ type: 'run-paused', runId: run.id, ...about })));
      for (const run of taken.keys()) {
        const contradiction = contradictionIn(target.journal, run, fold);
        if (contradiction !== null) return { run, why: `Its events contradict each other: ${contradiction}` };
      }
      return null;
    },
    /** null, or why this line cannot be taken. */
    line: (text: string, n: number): string | null => {
      const line = parse(text);
      if (line === null) return 'This is not JSON.';
      if (!header && line['kind'] !== 'header') return 'This is not a Soloflow export.';
      switch (line['kind']) {
        case 'header':
          if (line['format'] !== EXPORT_FORMAT) return 'This is not a Soloflow export.';
          if (line['version'] !== EXPORT_VERSION) return `Version ${String(line['version'])} is not known here.`;
          header = n > 0;
          return null;
        case 'run': {
          const read = shaped('run', line['run']);
          if (typeof read === 'string') return read;
          if (strangers(read.value)) return 'Something in this run is about another run.';
          return attemptTo(() => takeRun(read.value));
        }
        case 'run-part': {
          const run = taken.get(String(line['runId']));
          return run === undefined ? null : takePart(run, line['part']);
        }
        case 'event':
          return take('event', line['event'], (event) => {
            if (!taken.has(event.runId)) return;
            counts.events += 1;
            append([
              event.type === 'run-created' ? { ...event, run: { ...event.run, requestKey: keyOf(event) } } : event,
            ]);
          });
        case 'memory':
          return take('memory', line['memory'], (memory) => {
            if (target.memory.get(memory.id) !== null) return;
            target.memory.add(memory);
            if (memory.supersededBy !== null) supersede.run(memory.supersededBy, memory.id);
            counts.memories += 1;
          });
        case 'session':
          return take('session', line['session'], ({ id, surface, pid, appVersion, startedAt, endedAt }) => {
            session.run(id, surface, pid, appVersion, startedAt, endedAt);
          });
        case 'stage':
          return take('stage', line['stage'], ({ id, kind, status, data, by, createdAt, updatedAt }) => {
            stage.run(id, kind, status, JSON.stringify(data), by, createdAt, updatedAt);
          });
        case 'spelling':
          return take('spelling', line, ({ itemKey, status, text }) => {
            spelling.run(itemKey, status, text);
          });
        default:
          return `"${String(line['kind'])}" is not known here.`;
      }
    },
  };
}

const NOTHING = { events: [], runs: [], ...NO_PARTS, applied: [] };

function parse(text: string): Line | null {
  try {
    const value = JSON.parse(text) as unknown;
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Line) : null;
  } catch {
    return null;
  }
}

/** The tables check every value: what they refuse, or what is missing, is named. */
function attemptTo(take: () => void): string | null {
  try {
    take();
    return null;
  } catch (error) {
    if (error instanceof TypeError) return 'Something is missing here.';
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT')) {
      return `This does not fit: ${error.message}`;
    }
    throw error;
  }
}
