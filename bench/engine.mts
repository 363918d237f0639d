// What the engine costs: no-op tasks against the same rows written raw in the same groups, growth to 100,000 tasks,
// and shell tasks against bare spawning. Ratios of the least disturbed of several rounds in turn: a busy machine adds to
// a time and never takes away. Usage: node bench/run.mjs engine [--tasks N] [--large N] [--shell N] [--rounds N]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../src/engine/engine';
import type { Journal, JournalBatch, PlanPort, ProcessResult } from '../src/engine/ports';
import { configSchema } from '../src/model/config';
import { ok } from '../src/model/result';
import type { TaskSpec } from '../src/model/run';
import { openDatabase } from '../src/store/driver';
import { openStore, type Store } from '../src/store/open';
import * as rows from '../src/store/rows';
import { createClock } from '../src/system/clock';
import { createIds } from '../src/system/ids';
import { createProcesses } from '../src/system/processes';
import { median, printTable, type Row } from './lib.mts';

const quiet = {
  info: () => {},
  warn: () => {},
  error: (message: string, data?: unknown) => {
    throw new Error(`${message} ${JSON.stringify(data)}`);
  },
};
const CONFIG = configSchema.parse({ run: { overall: 256 } });
const DONE: ProcessResult = { exitCode: 0, signal: null, lost: false, outputs: [], durationMs: 0 };

/** Ten tasks wait for one of the ten before: a graph with width and depth. */
function specs(count: number, command: string | null): readonly TaskSpec[] {
  return Array.from({ length: count }, (_, n) => ({
    key: `plan.md#T-${n}`,
    path: 'plan.md',
    line: n + 1,
    id: `T-${n}`,
    title: `Task ${n}`,
    kind: 'task' as const,
    type: null,
    priority: null,
    autoAdvance: true,
    pauseAfter: null,
    readyPrompt: null,
    humanRequired: false,
    commands: command === null ? [] : [command],
    criteria: [],
    gates: [],
    needs: n < 10 ? [] : [`plan.md#T-${n - 10}`],
    unresolved: [],
    timeoutMs: null,
    repairs: null,
    rank: n,
  }));
}

function planOf(tasks: readonly TaskSpec[]): PlanPort {
  const status = new Map<string, 'open' | 'done'>(tasks.map(({ key }) => [key, 'open']));
  return {
    tasks: () => ok({ title: 'Bench', tasks }),
    status(keys) {
      const found = new Map<string, 'open' | 'done'>();
      for (const key of keys) {
        const known = status.get(key);
        if (known !== undefined) found.set(key, known);
      }
      return found;
    },
    apply: async (change) => {
      if (change.kind === 'set-status' && change.status === 'done') status.set(change.key, 'done');
      return ok('');
    },
    onDidChange: () => ({ dispose: () => {} }),
  };
}

interface Lived {
  readonly ms: number;
  /** Processor time of this process. */
  readonly cpuMs: number;
  readonly batches: readonly JournalBatch[];
}

/** One whole run in a fresh folder. `record` keeps the batches for writing them raw afterwards. */
async function live(count: number, command: string | null, concurrency: number, record: boolean): Promise<Lived> {
  const root = mkdtempSync(join(tmpdir(), 'soloflow-bench-'));
  const opened = openStore({ root, now: Date.now, log: quiet, appVersion: 'bench' });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const store = opened.value;
  const batches: JournalBatch[] = [];
  const clock = createClock(store.now);
  const engine = createEngine({
    root,
    journal: record ? recording(store, batches) : store.journal,
    lease: store.lease,
    processes: createProcesses({ stateDir: join(root, '.soloflow'), graceSeconds: 5, clock }),
    gates: { check: async () => ({ ask: 'never' }) },
    plan: planOf(specs(count, command)),
    approvals: { isApproved: () => true, approve: () => {}, trusted: () => true },
    readiness: { prepare: async () => ({}) },
    context: { preserve: () => {} },
    worker: { canDo: () => true, work: async () => DONE },
    clock,
    ids: createIds(clock),
    log: quiet,
    config: () => CONFIG,
    owner: 'bench',
    env: () => undefined,
  });
  await engine.open();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const run = await engine.start({
    scope: { kind: 'document', path: 'plan.md' },
    options: { autoAdvance: true, smartPause: true, contextPreserve: false, concurrency },
    requestKey: 'bench',
    by: 'bench',
  });
  if (!run.ok) throw new Error(JSON.stringify(run.error));
  const view = await engine.settled(run.value.id);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  if (view.run.status !== 'succeeded') throw new Error(`${view.run.status} ${view.run.reason ?? ''}`);
  await engine.close({ endProcesses: true });
  store.close();
  rmSync(root, { recursive: true, force: true });
  return { ms, cpuMs: (user + system) / 1000, batches };
}

function recording(store: Store, batches: JournalBatch[]): Journal {
  return {
    ...store.journal,
    commit(epoch, batch) {
      batches.push(batch);
      return store.journal.commit(epoch, batch);
    },
  };
}

/** The same rows in the same groups by plain statements into plain tables: no chain, no triggers, no checks. */
function raw(batches: readonly JournalBatch[]): number {
  const root = mkdtempSync(join(tmpdir(), 'soloflow-raw-'));
  const db = openDatabase(join(root, 'raw.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  const table = (name: string, columns: string, key: string) => {
    db.exec(`CREATE TABLE ${name}(${columns}, PRIMARY KEY(${key}))`);
    return db.prepare(
      `INSERT OR REPLACE INTO ${name}(${columns}) VALUES (${columns
        .split(',')
        .map(() => '?')
        .join(', ')})`,
    );
  };
  db.exec('CREATE TABLE event(seq INTEGER PRIMARY KEY, run_id, task_key, kind, at, data)');
  db.exec('CREATE INDEX event_run ON event(run_id, seq)');
  const event = db.prepare('INSERT INTO event(run_id, task_key, kind, at, data) VALUES (?, ?, ?, ?, ?)');
  const run = table('run', rows.runs.columns, 'id');
  const task = table('task_run', rows.tasks.columns, 'run_id, task_key');
  const attempt = table('attempt', rows.attempts.columns, 'id');
  const edit = table('document_edit', rows.edits.columns, 'id');
  const start = performance.now();
  const write = db.transaction((batch: JournalBatch) => {
    for (const each of batch.events)
      event.run(each.runId, 'taskKey' in each ? each.taskKey : null, each.type, each.at, JSON.stringify(each));
    for (const each of batch.runs) run.run(...rows.runs.upsert.values(each));
    for (const each of batch.tasks) task.run(...rows.tasks.upsert.values(each));
    for (const each of batch.attempts) attempt.run(...rows.attempts.upsert.values(each));
    for (const each of batch.edits) edit.run(...rows.edits.upsert.values(each));
  });
  for (const batch of batches) write.immediate(batch);
  const ms = performance.now() - start;
  db.close();
  rmSync(root, { recursive: true, force: true });
  return ms;
}

/** The same number of `sh -c` processes, as many at once. */
async function bare(count: number, concurrency: number): Promise<number> {
  const start = performance.now();
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await new Promise((done) => spawn('/bin/sh', ['-c', 'true'], { stdio: 'ignore' }).on('exit', done));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return performance.now() - start;
}

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '2000' },
    large: { type: 'string', default: '100000' },
    shell: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '5' },
  },
});
const table: Row[] = [];
const rounds = Number(values.rounds);
const least = (times: readonly number[]): number => Math.min(...times);
const spread = (ratios: readonly number[]): string =>
  `rounds ${least(ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}, median ${median(ratios).toFixed(2)}`;

const count = Number(values.tasks);
const pairs: { readonly engine: number; readonly raw: number }[] = [];
// The first round warms up.
for (let round = 0; round <= rounds; round += 1) {
  const lived = await live(count, null, 100, true);
  const pair = { engine: lived.ms, raw: raw(lived.batches) };
  if (round > 0) pairs.push(pair);
}
const engineMs = least(pairs.map((pair) => pair.engine));
const ratio = engineMs / least(pairs.map((pair) => pair.raw));
table.push({
  what: `${count} no-op tasks against the same rows written raw`,
  measured: `${ratio.toFixed(2)} x (${((engineMs * 1000) / count).toFixed(0)} µs a task; ${spread(pairs.map((pair) => pair.engine / pair.raw))})`,
  target: '<= 2 x',
  met: ratio <= 2,
});

const large = Number(values.large);
const small = Math.max(1, Math.round(large / 10));
const smalls: Lived[] = [];
for (let round = 0; round < 3; round += 1) smalls.push(await live(small, null, 100, false));
const big = await live(large, null, 100, false);
const grown = (ofLarge: number, ofSmall: number): number => ofLarge / large / (ofSmall / small);
for (const [by, growth, each] of [
  ['processor', grown(big.cpuMs, least(smalls.map((lived) => lived.cpuMs))), big.cpuMs / large],
  ['clock', grown(big.ms, least(smalls.map((lived) => lived.ms))), big.ms / large],
] as const) {
  table.push({
    what: `time a task at ${large} against ${small} tasks, by the ${by}`,
    measured: `${growth.toFixed(2)} x (${(each * 1000).toFixed(0)} µs a task)`,
    target: 'linear, <= 1.3 x',
    met: growth <= 1.3,
  });
}

const shell = Number(values.shell);
const shells: { readonly engine: number; readonly bare: number }[] = [];
for (let round = 0; round < rounds; round += 1)
  shells.push({ engine: (await live(shell, 'true', 4, false)).ms, bare: await bare(shell, 4) });
const shellMs = least(shells.map((pair) => pair.engine));
const shellRatio = shellMs / least(shells.map((pair) => pair.bare));
table.push({
  what: `${shell} shell tasks against bare spawning`,
  measured: `${shellRatio.toFixed(2)} x (${(shellMs / shell).toFixed(1)} ms a task; ${spread(shells.map((pair) => pair.engine / pair.bare))})`,
  target: '<= 1.3 x',
  met: shellRatio <= 1.3,
});
printTable('engine', table);
