// What the record costs: our commits beside the same rows written raw to SQLite in the same run, a long log's queries,
// full-text search. Usage: node bench/run.mjs store [--events 1000000].
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalBatch } from '../src/engine/ports';
import type { RunEvent } from '../src/model/run-event';
import type { Attempt, Run, TaskRun, TaskSpec } from '../src/model/run';
import { openDatabase } from '../src/store/driver';
import { GENESIS, link, verifyChain } from '../src/store/event-chain';
import { openStore, type Store } from '../src/store/open';
import { median, ms, paired, printTable, type Row } from './lib.mts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NOTHING: JournalBatch = {
  events: [],
  runs: [],
  tasks: [],
  attempts: [],
  outputs: [],
  gateResults: [],
  pauses: [],
  edits: [],
  applied: [],
};

function fresh(folder: string, name: string): Store {
  const root = join(folder, name);
  mkdirSync(root, { recursive: true });
  const opened = openStore({ root, now: Date.now, log, appVersion: 'bench' });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

const spec = (key: string): TaskSpec => ({
  key,
  path: 'plan.md',
  line: 1,
  id: key,
  title: `Task ${key}`,
  kind: 'task',
  type: null,
  priority: 'P1',
  autoAdvance: true,
  pauseAfter: false,
  readyPrompt: null,
  humanRequired: false,
  commands: ['true'],
  criteria: [],
  gates: [],
  needs: [],
  unresolved: [],
  timeoutMs: null,
  repairs: null,
  rank: 0,
});
const run = (id: string): Run => ({
  id,
  requestKey: id,
  title: 'bench',
  scope: { kind: 'ready' },
  status: 'running',
  options: { autoAdvance: true, smartPause: false, contextPreserve: false, concurrency: 1 },
  priority: 0,
  after: [],
  createdAt: 1,
  startedAt: 1,
  endedAt: null,
  reason: null,
  failuresInARow: 0,
  revision: 0,
});

const attemptOf = (runId: string, key: string, at: number): Attempt => ({
  id: `${runId}/${key}/1`,
  runId,
  taskKey: key,
  n: 1,
  kind: 'shell',
  idempotencyKey: `${runId}/${key}/1`,
  epoch: 1,
  command: 'true',
  cwd: '/tmp',
  dir: null,
  pid: null,
  processStart: null,
  bootId: null,
  startedAt: at,
  deadlineAt: null,
  endedAt: null,
  outcome: null,
  exitCode: null,
  signal: null,
  error: null,
});

/** What a no-op task leaves behind in three commits: taken in, started, succeeded. */
function taskBatches(runId: string, key: string): readonly [JournalBatch, JournalBatch, JournalBatch] {
  const about = { runId, taskKey: key, at: Date.now(), actor: 'scheduler' };
  const attempt = attemptOf(runId, key, about.at);
  const { id: attemptId, idempotencyKey } = attempt;
  const shared = spec(key);
  const row = (state: TaskRun['state'], revision: number): TaskRun => ({
    runId,
    taskKey: key,
    spec: shared,
    state,
    attempt: revision === 0 ? 0 : 1,
    nextAt: null,
    verification: null,
    reason: null,
    revision,
    updatedAt: about.at,
  });
  const started: RunEvent = {
    ...about,
    type: 'attempt-started',
    attemptId,
    n: 1,
    kind: 'shell',
    idempotencyKey,
    epoch: 1,
    command: 'true',
    cwd: '/tmp',
    dir: null,
    deadlineAt: null,
  };
  const ended = {
    ...about,
    type: 'attempt-ended',
    attemptId,
    outcome: 'ok',
    exitCode: 0,
    signal: null,
    error: null,
  } as const;
  return [
    { ...NOTHING, events: [{ ...about, type: 'task-added', spec: shared }], tasks: [row('waiting', 0)] },
    {
      ...NOTHING,
      events: [{ ...about, type: 'task-ready' }, started],
      tasks: [row('running', 2)],
      attempts: [attempt],
    },
    {
      ...NOTHING,
      events: [ended, { ...about, type: 'task-succeeded', verification: 'unverified' }],
      tasks: [row('succeeded', 4)],
      attempts: [{ ...attempt, endedAt: about.at, outcome: 'ok', exitCode: 0 }],
    },
  ];
}

const joined = (batches: readonly JournalBatch[]): JournalBatch => ({
  ...NOTHING,
  events: batches.flatMap((batch) => batch.events),
  tasks: batches.flatMap((batch) => batch.tasks),
  attempts: batches.flatMap((batch) => batch.attempts),
});

const rate = (count: number, took: number): string => `${Math.round((count / took) * 1000).toLocaleString('en')}/s`;
const rows: Row[] = [];
const say = (what: string, measured: string, target = '', met = true): void =>
  void rows.push({ what, measured, target, met });
function time(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}
/** Processor time, which a busy machine stretches less than the clock. */
function cpu(work: () => void): number {
  const begin = process.cpuUsage();
  work();
  const used = process.cpuUsage(begin);
  return (used.user + used.system) / 1000;
}

/** Group sizes in tasks: 1 is one fsync per commit, more is what a tick brings together. */
async function commits(folder: string): Promise<void> {
  for (const [group, tasks] of [
    [1, 300],
    [10, 3000],
    [100, 10_000],
  ] as const) {
    const used = { ours: [] as number[], raw: [] as number[] };
    const { a, b, ratio } = await paired(
      5,
      (round) => void used.ours.push(cpu(() => writeOurs(folder, `ours-${group}-${round}`, group, tasks))),
      (round) => void used.raw.push(cpu(() => writeRaw(folder, `raw-${group}-${round}`, group, tasks))),
    );
    const processor = median(used.ours.map((each, round) => each / (used.raw[round] ?? 1)));
    say(`no-op tasks, ${group} to a commit: ours`, rate(tasks, a));
    say(`no-op tasks, ${group} to a commit: the same rows raw`, rate(tasks, b));
    say(`no-op tasks, ${group} to a commit: time over raw`, ratio.toFixed(2), 'at most 2', ratio <= 2);
    say(`no-op tasks, ${group} to a commit: processor over raw`, processor.toFixed(2), 'at most 2', processor <= 2);
  }
}

/** The commits of all tasks in groups: taken in, started, succeeded. */
function* groups(tasks: number, group: number): Generator<JournalBatch> {
  for (let at = 0; at < tasks; at += group) {
    const each = Array.from({ length: group }, (_, n) => taskBatches('r', `t${at + n}`));
    for (const step of [0, 1, 2] as const) yield joined(each.map((batches) => batches[step]));
  }
}

function writeOurs(folder: string, name: string, group: number, tasks: number): void {
  const store = fresh(folder, name);
  const epoch = store.lease.tryAcquire('bench') ?? 0;
  store.journal.commit(epoch, { ...NOTHING, runs: [run('r')] });
  for (const batch of groups(tasks, group)) store.journal.commit(epoch, batch);
  store.close();
}

/** The same tables and indexes without triggers, fencing and the chain; the same rows, the same transactions. */
function writeRaw(folder: string, name: string, group: number, tasks: number): void {
  const db = openDatabase(join(folder, `${name}.db`));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`
    CREATE TABLE task_run(run_id TEXT, task_key TEXT, state TEXT, attempt INTEGER, next_at INTEGER, verification TEXT,
      reason TEXT, revision INTEGER, updated_at INTEGER, spec TEXT, PRIMARY KEY(run_id, task_key)) STRICT;
    CREATE INDEX task_run_key ON task_run(task_key);
    CREATE TABLE attempt(id TEXT PRIMARY KEY, run_id TEXT, task_key TEXT, n INTEGER, kind TEXT,
      idempotency_key TEXT UNIQUE, epoch INTEGER, command TEXT, cwd TEXT, started_at INTEGER, ended_at INTEGER,
      outcome TEXT, exit_code INTEGER) STRICT, WITHOUT ROWID;
    CREATE INDEX attempt_task ON attempt(run_id, task_key, n);
    CREATE TABLE event(seq INTEGER PRIMARY KEY, run_id TEXT, task_key TEXT, type TEXT, at INTEGER, data TEXT, chain BLOB) STRICT;
    CREATE INDEX event_run ON event(run_id, seq);
    CREATE INDEX event_task ON event(task_key, seq);
  `);
  const event = db.prepare('INSERT INTO event(run_id, task_key, type, at, data, chain) VALUES (?, ?, ?, ?, ?, ?)');
  const task = db.prepare('INSERT INTO task_run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const move = db.prepare(
    'UPDATE task_run SET state = ?, revision = ?, updated_at = ? WHERE run_id = ? AND task_key = ?',
  );
  const begin = db.prepare('INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)');
  const end = db.prepare('UPDATE attempt SET ended_at = ?, outcome = ?, exit_code = ? WHERE id = ?');
  const write = (batch: JournalBatch): void => {
    for (const each of batch.events) {
      const key = 'taskKey' in each ? each.taskKey : null;
      event.run(each.runId, key, each.type, each.at, JSON.stringify(each), GENESIS);
    }
    for (const row of batch.tasks) {
      if (row.revision === 0) {
        const values = [row.runId, row.taskKey, row.state, row.attempt, row.nextAt, row.verification, row.reason];
        task.run(...values, row.revision, row.updatedAt, JSON.stringify(row.spec));
      } else move.run(row.state, row.revision, row.updatedAt, row.runId, row.taskKey);
    }
    for (const row of batch.attempts) {
      if (row.endedAt === null) {
        const values = [row.id, row.runId, row.taskKey, row.n, row.kind, row.idempotencyKey, row.epoch];
        begin.run(...values, row.command, row.cwd, row.startedAt);
      } else end.run(row.endedAt, row.outcome, row.exitCode, row.id);
    }
  };
  const commit = db.transaction(write);
  for (const batch of groups(tasks, group)) commit.immediate(batch);
  db.close();
}

function opening(folder: string): void {
  fresh(folder, 'opening').close();
  const times = Array.from({ length: 20 }, () => time(() => fresh(folder, 'opening').close()));
  say('open and close an existing store', ms(median(times)));
}

function longLog(folder: string, count: number): void {
  const store = fresh(folder, 'long');
  const epoch = store.lease.tryAcquire('bench') ?? 0;
  const runs = 100;
  for (let n = 0; n < runs; n += 1) store.journal.commit(epoch, { ...NOTHING, runs: [run(`run ${n}`)] });
  fill(store, count, runs);
  const query = (what: string, ask: (n: number) => unknown): void => {
    const times = Array.from({ length: 200 }, (_, n) => time(() => ask(n)));
    const p95 = [...times].sort((a, b) => a - b)[189] ?? 0;
    say(`${count.toLocaleString('en')} events: ${what}, p95`, ms(p95), 'under 10 ms', p95 < 10);
  };
  query('a page of 100 of one run', (n) => store.journal.events({ runId: `run ${n % runs}`, limit: 100 }));
  query('all of one task', (n) => store.journal.events({ taskKey: `task ${n * 37}`, limit: 100 }));
  query('the latest 100', () => store.journal.events({ afterSeq: count - 100, limit: 100 }));
  query('one transition committed', (n) => {
    const about = { runId: 'run 0', taskKey: `task ${n}`, at: Date.now(), actor: 'bench' };
    store.journal.commit(epoch, { ...NOTHING, events: [{ ...about, type: 'task-ready' }] });
  });
  const checked = time(() => {
    if (verifyChain(store.db).brokenAt !== null) throw new Error('chain broken');
  });
  say(`${count.toLocaleString('en')} events: the whole chain verified`, `${(checked / 1000).toFixed(1)} s`);
  store.close();
  const reopen = time(() => fresh(folder, 'long').close());
  say(`${count.toLocaleString('en')} events: reopened and closed`, `${reopen.toFixed(1)} ms`);
}

/** Chained like real ones, but in large transactions. */
function fill(store: Store, count: number, runs: number): void {
  const insert = store.db.prepare(
    'INSERT INTO event(seq, run_id, task_key, type, at, data, chain) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  let chain = GENESIS;
  const page = store.db.transaction((from: number, to: number) => {
    for (let seq = from; seq <= to; seq += 1) {
      const event = {
        type: 'task-ready',
        runId: `run ${seq % runs}`,
        taskKey: `task ${seq >> 3}`,
        at: seq,
        actor: 'bench',
      };
      const data = JSON.stringify(event);
      chain = link(chain, seq, [data]);
      insert.run(seq, event.runId, event.taskKey, event.type, seq, data, chain);
    }
  });
  const took = time(() => {
    for (let from = 1; from <= count; from += 10_000) page.immediate(from, Math.min(count, from + 9999));
  });
  say(`${count.toLocaleString('en')} events: written and chained`, rate(count, took));
}

/** Twenty thousand words that come up as in any language: the nth about one nth as often as the first. */
function vocabulary(seed: number): () => string {
  const syllables = 'ba de fi go lu ma ne po ri su ta ve wi xo yu ka le mi no ra'.split(' ');
  const words = Array.from({ length: 20_000 }, (_, n) => {
    let word = '';
    for (let rest = n + 400; rest > 0; rest = Math.floor(rest / 20)) word += syllables[rest % 20] ?? '';
    return word;
  });
  let state = seed;
  const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return () => words[Math.floor(words.length ** random()) - 1] ?? '';
}

function search(folder: string, count: number): void {
  const store = fresh(folder, 'search');
  const word = vocabulary(7);
  const text = (length: number): string => Array.from({ length }, word).join(' ');
  const commonest = mostFrequent(Array.from({ length: 5000 }, word), 8);
  const took = time(() => {
    for (let from = 0; from < count; from += 5000) {
      store.memory.addAll(
        Array.from({ length: 5000 }, (_, n) => ({
          id: `m${from + n}`,
          kind: 'note' as const,
          scope: 'workspace',
          taskKey: `task ${n % 500}`,
          runId: null,
          sessionId: null,
          title: text(5),
          body: `${text(40)} only${from + n}`,
          source: null,
          createdAt: 1 + from + n,
        })),
      );
    }
  });
  say(`${count.toLocaleString('en')} memories: added`, rate(count, took));
  for (const [what, query] of [
    ['one rare word', (n) => `only${(n * 1723) % count}`],
    ['a sentence of eight words', () => text(8)],
    ['five of the commonest words', (n) => commonest.slice(n % 3, (n % 3) + 5).join(' ')],
  ] as const satisfies readonly (readonly [string, (n: number) => string])[]) {
    const times = Array.from({ length: 60 }, (_, n) => {
      const asked = query(n);
      return time(() => store.memory.search(asked, { limit: 20 }));
    }).sort((a, b) => a - b);
    const p95 = times[56] ?? 0;
    say(`${count.toLocaleString('en')} memories: ${what}, top 20, p95`, ms(p95), 'under 20 ms', p95 < 20);
  }
  store.close();
}

function mostFrequent(words: readonly string[], many: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, many)
    .map(([word]) => word);
}

const asked = process.argv.indexOf('--events');
const only = process.argv.indexOf('--only') < 0 ? null : process.argv[process.argv.indexOf('--only') + 1];
const folder = mkdtempSync(join(tmpdir(), 'soloflow-bench-'));
try {
  if (only === null || only === 'commits') await commits(folder);
  if (only === null || only === 'commits') opening(folder);
  if (only === null || only === 'log') longLog(folder, asked < 0 ? 1_000_000 : Number(process.argv[asked + 1]));
  if (only === null || only === 'search') search(folder, 100_000);
  printTable('The record', rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
