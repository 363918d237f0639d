// A journal in memory that keeps the promises of the real one: atomic commits, fencing, legal moves, append-only
// events, commands applied once. Several engines can share it; it can be told to die at a commit.
import { isLegalRunMove, storedTaskMoves } from '../../../../src/model/transitions';
import {
  FINAL_RUN_STATES,
  type Attempt,
  type AttemptOutput,
  type DocumentEdit,
  type EngineCommand,
  type Run,
  type TaskRun,
} from '../../../../src/model/run';
import type { GateResult } from '../../../../src/model/gate';
import type { Pause } from '../../../../src/model/pause';
import { Fenced, type Journal, type Lease, type RunRecord, type StoredEvent } from '../../../../src/engine/ports';

const LEGAL = new Set(storedTaskMoves().map(([from, to]) => `${from}>${to}`));

/** The host dies here. `after`: the transaction was written, nobody was told. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export interface Shared {
  events: StoredEvent[];
  byRun: Map<string, StoredEvent[]>;
  runs: Map<string, Run>;
  tasks: Map<string, Map<string, TaskRun>>;
  attempts: Map<string, Attempt>;
  /** Run and task → its open attempt. */
  openAttempts: Map<string, string>;
  pauses: Map<string, Pause>;
  edits: Map<string, DocumentEdit>;
  outputs: Map<string, AttemptOutput[]>;
  gates: { readonly attemptId: string; readonly result: GateResult }[];
  commands: Map<string, EngineCommand>;
  version: number;
  epoch: number;
  holder: { owner: string; epoch: number; pid: number } | null;
  commits: number;
}

export const newShared = (): Shared => ({
  events: [],
  byRun: new Map(),
  runs: new Map(),
  tasks: new Map(),
  attempts: new Map(),
  openAttempts: new Map(),
  pauses: new Map(),
  edits: new Map(),
  outputs: new Map(),
  gates: [],
  commands: new Map(),
  version: 1,
  epoch: 0,
  holder: null,
  commits: 0,
});

export interface MemoryJournal extends Journal {
  readonly shared: Shared;
  /** Called before (and after) each write; may throw `Killed`. */
  onCommit: (n: number, moment: 'before' | 'after') => void;
}

export function memoryJournal(shared: Shared = newShared()): MemoryJournal {
  const record = (id: string): RunRecord | null => {
    const run = shared.runs.get(id);
    if (run === undefined) return null;
    const mine = <T extends { readonly runId: string }>(map: ReadonlyMap<string, T>): T[] =>
      [...map.values()].filter(({ runId }) => runId === id);
    return {
      run,
      tasks: [...(shared.tasks.get(id)?.values() ?? [])],
      attempts: mine(shared.attempts),
      pauses: mine(shared.pauses),
      edits: mine(shared.edits),
    };
  };
  const journal: MemoryJournal = {
    shared,
    onCommit: () => {},
    commit(epoch, batch) {
      if (epoch < shared.epoch) throw new Fenced();
      shared.commits += 1;
      journal.onCommit(shared.commits, 'before');
      check(shared, batch);
      const written = batch.events.map((event, n) => ({ seq: shared.events.length + 1 + n, event }));
      for (const stored of written) {
        const { event } = stored;
        shared.events.push(stored);
        const ofRun = shared.byRun.get(event.runId) ?? [];
        ofRun.push(stored);
        shared.byRun.set(event.runId, ofRun);
      }
      for (const run of batch.runs) shared.runs.set(run.id, run);
      for (const task of batch.tasks) {
        const tasks = shared.tasks.get(task.runId) ?? new Map<string, TaskRun>();
        tasks.set(task.taskKey, task);
        shared.tasks.set(task.runId, tasks);
      }
      for (const attempt of batch.attempts) shared.attempts.set(attempt.id, attempt);
      for (const pause of batch.pauses) shared.pauses.set(pause.id, pause);
      for (const edit of batch.edits) shared.edits.set(edit.id, edit);
      for (const output of batch.outputs) {
        shared.outputs.set(output.attemptId, [...(shared.outputs.get(output.attemptId) ?? []), output]);
      }
      shared.gates.push(...batch.gateResults);
      for (const { commandId, result } of batch.applied) {
        const command = shared.commands.get(commandId)!;
        shared.commands.set(commandId, { ...command, appliedAt: 1, result });
      }
      shared.version += 1;
      journal.onCommit(shared.commits, 'after');
      return structuredClone(written);
    },
    openRuns: () =>
      [...shared.runs.values()].filter(({ status }) => !FINAL_RUN_STATES.has(status)).map(({ id }) => record(id)!),
    run: record,
    runs: (limit) => [...shared.runs.values()].reverse().slice(0, limit),
    events: ({ runId, taskKey, afterSeq, limit, newest }) => {
      const all = runId === undefined ? shared.events : (shared.byRun.get(runId) ?? []);
      const out: StoredEvent[] = [];
      for (const stored of all) {
        if (stored.seq <= (afterSeq ?? 0)) continue;
        if (taskKey !== undefined && !('taskKey' in stored.event && stored.event.taskKey === taskKey)) continue;
        out.push(stored);
        if (out.length >= limit && newest !== true) break;
      }
      return structuredClone(newest === true ? out.slice(-limit) : out);
    },
    gateResults: (runId, taskKey) =>
      shared.gates
        .filter(({ attemptId }) => {
          const attempt = shared.attempts.get(attemptId);
          return attempt?.runId === runId && attempt.taskKey === taskKey;
        })
        .map(({ result }) => result),
    outputs: (attemptId) => shared.outputs.get(attemptId) ?? [],
    openPauses: () => [...shared.pauses.values()].filter(({ answer }) => answer === null),
    openCommands: () => [...shared.commands.values()].filter(({ appliedAt }) => appliedAt === null),
    command: (id) => shared.commands.get(id) ?? null,
    submit(command) {
      if (!shared.commands.has(command.id)) shared.commands.set(command.id, command);
      shared.version += 1;
    },
    withdraw(id) {
      const command = shared.commands.get(id);
      if (command === undefined || command.appliedAt !== null) return false;
      shared.commands.set(id, { ...command, appliedAt: 1, result: 'withdrawn' });
      shared.version += 1;
      return true;
    },
    version: () => shared.version,
  };
  return journal;
}

function check(shared: Shared, batch: Parameters<Journal['commit']>[1]): void {
  for (const run of batch.runs) {
    const old = shared.runs.get(run.id);
    if (old === undefined) continue;
    if (!isLegalRunMove(old.status, run.status)) throw new Error(`illegal run move ${old.status} > ${run.status}`);
    if (run.revision < old.revision) throw new Error('stale run revision');
  }
  for (const task of batch.tasks) {
    const old = shared.tasks.get(task.runId)?.get(task.taskKey);
    if (old === undefined || old.state === task.state) continue;
    if (!LEGAL.has(`${old.state}>${task.state}`)) throw new Error(`illegal task move ${old.state} > ${task.state}`);
    if (task.revision <= old.revision) throw new Error('stale task revision');
  }
  for (const attempt of batch.attempts) {
    const key = `${attempt.runId}|${attempt.taskKey}`;
    const open = shared.openAttempts.get(key);
    if (attempt.endedAt !== null) {
      if (open === attempt.id) shared.openAttempts.delete(key);
    } else if (open === undefined || open === attempt.id) shared.openAttempts.set(key, attempt.id);
    else throw new Error('two open attempts of one task');
  }
  for (const pause of batch.pauses) {
    const old = shared.pauses.get(pause.id);
    if (
      old?.answer !== null &&
      old?.answer !== undefined &&
      JSON.stringify(old.answer) !== JSON.stringify(pause.answer)
    ) {
      throw new Error('a pause is answered once');
    }
  }
  for (const { commandId } of batch.applied) {
    if (shared.commands.get(commandId)?.appliedAt !== null) throw new Error('a command is applied once');
  }
}

export function memoryLease(shared: Shared): Lease {
  let mine: number | null = null;
  return {
    tryAcquire(owner) {
      if (shared.holder !== null) return null;
      shared.epoch += 1;
      mine = shared.epoch;
      shared.holder = { owner, epoch: mine, pid: 1 };
      return mine;
    },
    isFree: () => shared.holder === null,
    holder: () => shared.holder,
    release() {
      if (mine !== null && shared.holder?.epoch === mine) shared.holder = null;
      mine = null;
    },
  };
}
