// Temp folders, values and child processes for the store's tests.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, expect } from 'vitest';
import type { JournalBatch, Log } from '../../../src/engine/ports';
import type { Pause } from '../../../src/model/pause';
import type { Attempt, EngineCommand, Run, TaskRun, TaskSpec } from '../../../src/model/run';
import { openStore, type OpenOptions, type Store } from '../../../src/store/open';
import { blankAttempt, blankSpec } from '../support/blanks';

export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'soloflow-store-')));
  folders.push(folder);
  return folder;
}

let time = 1_700_000_000_000;
export const tick = (): number => (time += 1);

export function open(root: string, options: Partial<OpenOptions> = {}): Store {
  const opened = openStore({ root, now: tick, log: silent, appVersion: '0.0.0-test', ...options });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  stores.push(opened.value);
  return opened.value;
}

export const spec = (key: string, needs: readonly string[] = []): TaskSpec =>
  blankSpec(key, {
    id: key,
    title: `Task ${key}`,
    priority: 'P1',
    commands: ['true'],
    criteria: [{ text: 'it works', done: false }],
    needs,
  });

export const run = (id: string, changes: Partial<Run> = {}): Run => ({
  id,
  requestKey: `request ${id}`,
  title: 'A plan',
  scope: { kind: 'document', path: 'plan.md' },
  status: 'running',
  options: { autoAdvance: false, smartPause: true, contextPreserve: true, concurrency: 1 },
  priority: 0,
  after: [],
  createdAt: tick(),
  startedAt: null,
  endedAt: null,
  reason: null,
  failuresInARow: 0,
  revision: 1,
  ...changes,
});

export const task = (runId: string, key: string, changes: Partial<TaskRun> = {}): TaskRun => ({
  runId,
  taskKey: key,
  spec: spec(key),
  state: 'waiting',
  attempt: 0,
  nextAt: null,
  verification: null,
  reason: null,
  revision: 1,
  updatedAt: tick(),
  ...changes,
});

export const attempt = (runId: string, key: string, id: string, changes: Partial<Attempt> = {}): Attempt =>
  blankAttempt(id, { runId, taskKey: key, command: 'true', cwd: '/tmp', startedAt: tick(), ...changes });

export const pause = (runId: string, id: string, changes: Partial<Pause> = {}): Pause => ({
  id,
  runId,
  taskKey: 'a',
  dedupeKey: `${runId} a your-turn`,
  reason: { kind: 'your-turn' },
  suggestion: { kind: 'do', what: 'it' },
  choices: [{ id: 'done', takesText: true }],
  default: 'done',
  askedAt: tick(),
  answer: null,
  appliedAt: null,
  ...changes,
});

export const command = (id: string, changes: Partial<EngineCommand> = {}): EngineCommand => ({
  id,
  kind: 'pause',
  payload: { runId: 'r1' },
  by: 'cli',
  at: tick(),
  appliedAt: null,
  result: null,
  ...changes,
});

export const batch = (parts: Partial<JournalBatch>): JournalBatch => ({
  events: [],
  runs: [],
  tasks: [],
  attempts: [],
  outputs: [],
  gateResults: [],
  pauses: [],
  edits: [],
  applied: [],
  ...parts,
});

/** A run with tasks a, b, c, recorded by a runner whose epoch is returned. */
export function recordRun(store: Store, id: string, keys: readonly string[] = ['a', 'b', 'c']): number {
  const epoch = store.lease.tryAcquire('test')!;
  expect(epoch).not.toBeNull();
  const value = run(id);
  store.journal.commit(
    epoch,
    batch({
      runs: [value],
      tasks: keys.map((key) => task(id, key)),
      events: [
        { type: 'run-created', runId: id, at: tick(), actor: 'test', run: value },
        ...keys.map((key) => ({
          type: 'task-added' as const,
          runId: id,
          taskKey: key,
          at: tick(),
          actor: 'test',
          spec: spec(key),
        })),
      ],
    }),
  );
  return epoch;
}

const bundles: string[] = [];
afterAll(() => {
  for (const folder of bundles.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Bundles a script of this folder for a real second process. */
export async function bundle(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'soloflow-child-'));
  bundles.push(folder);
  const outfile = join(folder, `${name}.cjs`);
  await build({
    entryPoints: [resolve(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    // The native module is found from the repository, not from the temp folder.
    external: [],
    define: { 'import.meta.url': JSON.stringify(`file://${resolve(import.meta.dirname, '../../../package.json')}`) },
    logLevel: 'error',
  });
  return outfile;
}

/** A child of this very runtime; lines of its output, and a way to wait for one. */
export interface Child {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  line(test: (line: string) => boolean): Promise<string>;
  readonly exited: Promise<number | null>;
}
export function child(script: string, args: readonly string[]): Child {
  const process_ = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const waiting: { test: (line: string) => boolean; resolve: (line: string) => void }[] = [];
  let rest = '';
  process_.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      for (const waiter of waiting) if (waiter.test(line)) waiter.resolve(line);
    }
  });
  return {
    process: process_,
    lines,
    line: (test) => {
      const found = lines.find(test);
      if (found !== undefined) return Promise.resolve(found);
      return new Promise((resolve) => waiting.push({ test, resolve }));
    },
    exited: new Promise((resolve) => process_.on('close', resolve)),
  };
}
