// Reads an export back. What is here already stays as it is; runs that were still open come back paused, because
// nobody has asked for them to go on in this place.
import type { RunEvent } from '../model/run-event';
import type { Failure } from '../model/failure';
import type { MemoryRow } from '../model/memory';
import { err, ok, type Result } from '../model/result';
import { FINAL_RUN_STATES, type Run } from '../model/run';
import { createBatchWriter } from './batch';
import type { Database } from './driver';
import { EXPORT_FORMAT, EXPORT_VERSION, NO_PARTS, type RunExport, type RunParts } from './export';
import { writing } from './faults';
import { shapeProblem, strangers } from './import-shape';
import type { MemoryRows } from './memory-rows';
import type { Session } from './sessions';
import type { Stage } from './stages';

export interface ImportTarget {
  readonly db: Database;
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

/** One transaction: all of it or, at the first line that does not fit, nothing. `lines` may be empty strings too. */
export function importLines(target: ImportTarget, lines: Iterable<string>, by: string): Result<Imported, Failure> {
  const { db } = target;
  const importer = createImporter(target, by);
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
    importer.finish();
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

function createImporter(target: ImportTarget, by: string) {
  const { db, now } = target;
  const write = createBatchWriter(db);
  const known = db.prepare<[string, string], { id: string }>('SELECT id FROM run WHERE id = ? OR request_key = ?');
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
    if (known.get(run.run.id, run.run.requestKey) !== undefined) {
      counts.skipped += 1;
      return;
    }
    const open = !FINAL_RUN_STATES.has(run.run.status);
    const kept: Run = open
      ? { ...run.run, status: 'paused', reason: 'imported', revision: run.run.revision + 1 }
      : run.run;
    const { tasks, attempts, outputs, gateResults, pauses, edits } = run;
    write({ events: [], runs: [kept], tasks, attempts, outputs, gateResults, pauses, edits, applied: [] }, now());
    if (open) paused.push(kept);
    taken.set(kept.id, kept);
    counts.runs += 1;
  }
  /** The lists of a part alone: its run stands already. */
  function takePart(run: Run, value: unknown): string | null {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'A part of a run is no list.';
    const whole = { run, ...NO_PARTS, ...value };
    const problem = shapeProblem('run', whole);
    if (problem !== null) return problem;
    const parts: RunParts & { readonly run: Run } = whole;
    if (strangers(parts)) return 'Something in this run is about another run.';
    const { run: _, ...lists } = parts;
    return attemptTo(() => write({ ...NOTHING, ...lists }, now()));
  }
  const append = (events: readonly RunEvent[]): void => void write({ ...NOTHING, events }, now());

  return {
    counts: () => counts,
    hadHeader: () => header,
    finish: () => {
      const about = { at: now(), actor: by, reason: 'imported', ended: true } as const;
      append(paused.map((run) => ({ type: 'run-paused', runId: run.id, ...about })));
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
          const problem = shapeProblem('run', line['run']);
          if (problem !== null) return problem;
          const run = line['run'] as RunExport;
          if (strangers(run)) return 'Something in this run is about another run.';
          return attemptTo(() => takeRun(run));
        }
        case 'run-part': {
          const run = taken.get(String(line['runId']));
          return run === undefined ? null : takePart(run, line['part']);
        }
        case 'event': {
          const problem = shapeProblem('event', line['event']);
          if (problem !== null) return problem;
          const event = line['event'] as RunEvent;
          if (!taken.has(event.runId)) return null;
          counts.events += 1;
          return attemptTo(() => append([event]));
        }
        case 'memory': {
          const problem = shapeProblem('memory', line['memory']);
          if (problem !== null) return problem;
          const memory = line['memory'] as MemoryRow;
          return attemptTo(() => {
            if (target.memory.get(memory.id) !== null) return;
            target.memory.add(memory);
            if (memory.supersededBy !== null) supersede.run(memory.supersededBy, memory.id);
            counts.memories += 1;
          });
        }
        case 'session': {
          const { id, surface, pid, appVersion, startedAt, endedAt } = line['session'] as Session;
          return attemptTo(() => void session.run(id, surface, pid, appVersion, startedAt, endedAt));
        }
        case 'stage': {
          const { id, kind, status, data, by, createdAt, updatedAt } = line['stage'] as Stage;
          return attemptTo(() => void stage.run(id, kind, status, JSON.stringify(data), by, createdAt, updatedAt));
        }
        case 'spelling':
          return attemptTo(() => void spelling.run(line['itemKey'], line['status'], line['text']));
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
