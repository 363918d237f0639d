// Care of the record, composed: the store's checks, exports and imports with the engine's folding and the plan's tasks.
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlanPort } from './engine/ports';
import { foldRun } from './engine/loading';
import type { Failure } from './model/failure';
import type { Problem } from './model/problem';
import { err, ok, type Result } from './model/result';
import type { TaskSpec } from './model/run';
import type { Plan } from './plan/ports';
import { examine } from './store/doctor';
import { exportInto } from './store/export';
import { importLines } from './store/import';
import { importWorkflow } from './store/import-workflow';
import { ifPossible, writing } from './store/faults';
import { whyNotKept, type Store } from './store/open';
import { dropFinishedRuns, vacuum } from './store/retention';
import { readWorkflowStates, toWorkflowState } from './store/workflow-state';
import { writeWhole } from './system/document-lines';
import type { ExportFormat, ImportCounts, RecordCare } from './workflow/action';

interface Around {
  readonly root: string;
  readonly plan: Plan;
  readonly planPort: PlanPort;
  readonly configProblems: () => readonly Problem[];
  readonly version: string;
  readonly nextId: () => string;
}

const DAY = 86_400_000;
/** Runs that stay whatever their age. */
const KEPT = 10;

export function recordCare(store: Store, around: Around): RecordCare {
  const exported = (
    format: ExportFormat,
    runId: string | null,
    write: (text: string) => void,
  ): Result<null, Failure> => {
    if (format === 'soloflow') {
      exportInto(store, around.version, runId === null ? undefined : [runId], write);
      return ok(null);
    }
    const wanted = runId ?? store.journal.runs(1)[0]?.id ?? null;
    const record = wanted === null ? null : store.journal.run(wanted);
    if (record === null) return err({ kind: 'unknown-run', id: runId ?? '' });
    write(`${JSON.stringify(toWorkflowState(record), null, 2)}\n`);
    return ok(null);
  };
  /** What is to last must not go into a memory that is gone at the end. */
  const kept = <T>(work: () => Result<T, Failure>): Result<T, Failure> => {
    const lost = whyNotKept(store);
    return lost === null ? work() : err(lost);
  };
  return {
    async doctor(repair) {
      const found = await examine(store, around.root, foldRun);
      const checks = found.map((finding) => ({
        check: finding.check,
        status: finding.status,
        detail: finding.detail,
        repair: finding.repair?.what ?? null,
        repaired: repair && finding.repair !== null ? finding.repair.run() : null,
      }));
      return [...checks, configFinding(around.configProblems())];
    },
    exportInto: exported,
    exportSlowly(format, runId) {
      // As it stands in one moment, however slowly it is taken: nothing is held open in the database meanwhile.
      const folder = mkdtempSync(join(tmpdir(), 'soloflow-export-'));
      const file = join(folder, 'export');
      try {
        const told = intoFile(file, (write) => exported(format, runId, write));
        if (told.ok) return ok(readAndRemove(file, folder));
        rmSync(folder, { recursive: true, force: true });
        return told;
      } catch (error) {
        rmSync(folder, { recursive: true, force: true });
        throw error;
      }
    },
    importLines: (lines, by) => kept(() => importLines(store, foldRun, lines, by)),
    importText: (text, by) =>
      kept(() =>
        /^\s*\{"kind":"header"/.test(text)
          ? importLines(store, foldRun, text.split('\n'), by)
          : importStates(store, around, text, by),
      ),
    forget: (days, limits = {}) =>
      kept(() => {
        const written: string[] = [];
        const dropped = dropFinishedRuns(store.db, {
          endedBefore: store.now() - days * DAY,
          keepLatest: KEPT,
          ...(limits.atMost === undefined ? {} : { atMost: limits.atMost }),
          archive: (runIds) => {
            const folder = join(around.root, '.soloflow', 'archive');
            mkdirSync(folder, { recursive: true });
            const name = freeName(folder, `runs-${store.now()}`);
            written.push(`.soloflow/archive/${name}`);
            intoFile(join(folder, name), (write) => exportInto(store, around.version, runIds, write));
          },
        });
        // Nobody asked and nothing went: there is no space to give back. Where others are at work it stays for later.
        const gives = dropped.runs > 0 || limits.atMost === undefined;
        if (limits.rewrite !== false && gives) ifPossible(() => vacuum(store.db));
        return ok({ ...dropped, archive: dropped.runs > 0 ? (written[0] ?? null) : null });
      }),
  };
}

/** A name that is not taken: the record's clock may stand still. */
function freeName(folder: string, name: string): string {
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? `${name}.jsonl` : `${name}-${n}.jsonl`;
    if (!existsSync(join(folder, free))) return free;
  }
}

/** A new file of what `fill` writes, on the disk when this returns; nothing is left of it when that throws. */
function intoFile<T>(path: string, fill: (write: (text: string) => void) => T): T {
  const file = openSync(path, 'wx', 0o600);
  let done = false;
  try {
    const value = fill((text) => {
      writeWhole(file, text);
    });
    fsyncSync(file);
    done = true;
    return value;
  } finally {
    closeSync(file);
    if (!done) rmSync(path, { force: true });
  }
}

async function* readAndRemove(file: string, folder: string): AsyncGenerator<string> {
  try {
    for await (const piece of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) yield String(piece);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A wrong config is for its author to mend; until then the last good one holds. */
function configFinding(problems: readonly Problem[]) {
  const shown = problems.map(({ path, line, column, message }) => `${path}:${line}:${column} ${message}`);
  const detail =
    problems.length === 0 ? 'The config is fine, or there is none.' : `${shown.join(' ')} The last good config holds.`;
  const status = problems.length === 0 ? ('ok' as const) : ('error' as const);
  return { check: 'config', status, detail, repair: null, repaired: null };
}

/** One workflow state, or several in one file: all of them or none. Those that were imported before stay as they are. */
function importStates(store: Store, around: Around, text: string, by: string): Result<ImportCounts, Failure> {
  const states = readWorkflowStates(text);
  if (!states.ok) return states;
  const take = store.db.transaction((): Result<ImportCounts, Failure> => {
    const counts = { runs: 0, events: 0, memories: 0, skipped: 0 };
    for (const state of states.value) {
      const imported = importWorkflow(store, {
        state,
        resolve: (id) => taskOf(around, id),
        nextId: around.nextId,
        requestKey: `import:${createHash('sha256').update(JSON.stringify(state)).digest('hex')}`,
        by,
      });
      if (!imported.ok && states.value.length === 1) return imported;
      if (imported.ok) counts.runs += 1;
      else counts.skipped += 1;
    }
    return ok(counts);
  });
  return writing(() => take.immediate());
}

/** The task of the plan that an id of a foreign state means. */
function taskOf({ plan, planPort }: Around, id: string): TaskSpec | null {
  const item = plan.find(id);
  if (!item.ok) return null;
  const { key } = item.value;
  const tasks = planPort.tasks({ kind: 'only', key });
  // An item that has tasks is none of them.
  return tasks.ok ? (tasks.value.tasks.find((task) => task.key === key) ?? null) : null;
}
