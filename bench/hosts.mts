// Two windows on one workspace, as two real processes: how soon the one that watches sees what the other does, and how
// soon it takes over when the other is killed. Usage: node bench/run.mjs hosts [--rounds N]
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openWorkspace } from '../src/wire';
import { median, printTable } from './lib.mts';

const PLAN = 'Task-List-B-001-windows.md';
const TASKS = 40;
const quiet = { info: () => {}, warn: () => {}, error: (message: string) => console.error(message) };
const say = (...words: readonly (string | number)[]): boolean => process.stdout.write(`${words.join(' ')}\n`);

const plan = (): string =>
  [
    '# Task List: B-001 — Windows',
    '',
    ...Array.from({ length: TASKS }, (_, n) =>
      [`#### Task 1.${n + 1}: Step ${n + 1}`, '', '**Status**: todo', '**Auto-Advance**: yes', '']
        .concat(['**Commands**:', '', '```bash', `echo ${n + 1} >> log.txt; sleep 0.02`, '```', ''])
        .join('\n'),
    ),
  ].join('\n');

/** One window: says every event as it sees it, starts the plan if told, goes on with it when it has taken over. */
async function window(root: string, starts: boolean): Promise<void> {
  const opened = await openWorkspace({
    root,
    by: starts ? 'first' : 'second',
    trusted: () => true,
    needs: 'run',
    watch: false,
    log: quiet,
    version: '0.0.0-bench',
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const { engine, planPort, approvals } = opened.value;
  engine.onEvent(({ seq }) => say('event', seq, Date.now()));
  const scope = { kind: 'document', path: PLAN } as const;
  if (starts) {
    const tasks = planPort.tasks(scope);
    if (!tasks.ok) throw new Error(JSON.stringify(tasks.error));
    approvals.approve(
      tasks.value.tasks.flatMap(({ commands }) => commands),
      'bench',
    );
    await sleep(1000);
    const options = { autoAdvance: true, smartPause: true, contextPreserve: false, concurrency: 2 };
    const run = await engine.start({ scope, options, requestKey: 'bench', by: 'bench' });
    if (!run.ok) throw new Error(JSON.stringify(run.error));
    await engine.settled(run.value.id);
  } else {
    say('ready');
    while (!engine.isRunner()) await sleep(5);
    say('runner', Date.now());
    for (let open = engine.continuations()[0]; open !== undefined; open = engine.continuations()[0]) {
      await engine.wish({ kind: 'resume', runId: open.runId }, 'bench');
      const { run } = await engine.settled(open.runId);
      say('settled', run.status);
      if (run.endedAt === null) break;
    }
  }
  await opened.value.dispose();
}

interface Seen {
  readonly lags: readonly number[];
  readonly inOrder: boolean;
  readonly takeoverMs: number;
  readonly status: string;
}

async function round(): Promise<Seen> {
  const base = mkdtempSync(join(tmpdir(), 'soloflow-windows-'));
  const root = join(base, 'work');
  mkdirSync(root);
  writeFileSync(join(root, PLAN), plan());
  const begin = (starts: boolean): ChildProcess =>
    spawn(process.execPath, [process.argv[1] ?? '', 'window', root, starts ? 'starts' : 'watches'], {
      env: { ...process.env, SOLOFLOW_USER_DIR: join(base, 'user') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const first = begin(true);
  const own = new Map<number, number>();
  const events: { readonly seq: number; readonly at: number }[] = [];
  let killedAt = 0;
  let takenAt = 0;
  let status = '';
  lines(first, ([what, seq, at]) => {
    if (what === 'event') own.set(Number(seq), Number(at));
  });
  // The first one must be the runner by now: it is on its way to start the plan.
  await sleep(500);
  const second = begin(false);
  const over = new Promise((done) => second.on('close', done));
  lines(second, ([what, a, b]) => {
    if (what === 'event') {
      // Only what was done while both lived is followed.
      if (killedAt === 0) events.push({ seq: Number(a), at: Number(b) });
      if (events.length >= 160 && killedAt === 0) {
        killedAt = Date.now();
        first.kill('SIGKILL');
      }
    } else if (what === 'runner') takenAt = Number(a);
    else if (what === 'settled') status = a ?? '';
  });
  await over;
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  const seqs = events.map(({ seq }) => seq);
  const from = seqs[0] ?? 0;
  // The first one was killed before it could say the last of what it had done.
  const lags = events.flatMap(({ seq, at }) => (own.has(seq) ? [at - (own.get(seq) ?? 0)] : []));
  const inOrder = lags.length > 0 && seqs.every((seq, n) => seq === from + n) && [...own.keys()][0] === from;
  return { lags, inOrder, takeoverMs: takenAt - killedAt, status };
}

function lines(child: ChildProcess, take: (words: readonly string[]) => void): void {
  if (child.stdout === null) return;
  createInterface({ input: child.stdout }).on('line', (line) => take(line.split(' ')));
}

if (process.argv[2] === 'window') {
  await window(process.argv[3] ?? '', process.argv[4] === 'starts');
} else {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
  const seen: Seen[] = [];
  for (let n = 0; n < Number(values.rounds); n += 1) seen.push(await round());
  const lags = seen.flatMap((each) => each.lags).sort((a, b) => a - b);
  const p95 = lags[Math.floor(lags.length * 0.95)] ?? Number.NaN;
  const takeover = median(seen.map((each) => each.takeoverMs));
  const worst = Math.max(...seen.map((each) => each.takeoverMs));
  const whole = seen.every((each) => each.inOrder);
  const finished = seen.every((each) => each.status === 'succeeded');
  printTable('hosts', [
    {
      what: 'events of one window seen by the other',
      measured: `${lags.length}, ${whole ? 'all and in order' : 'NOT all in order'}`,
      target: 'all',
      met: whole,
    },
    {
      what: 'time until they are seen',
      measured: `median ${median(lags).toFixed(0)} ms, p95 ${p95} ms`,
      target: 'p95 <= 200 ms',
      met: p95 <= 200,
    },
    {
      what: 'takeover after SIGKILL',
      measured: `median ${takeover} ms, worst ${worst} ms`,
      target: '<= 1000 ms',
      met: worst <= 1000,
    },
    {
      what: 'the run after the takeover',
      measured: finished ? 'succeeded' : 'NOT finished',
      target: 'succeeded',
      met: finished,
    },
  ]);
  process.exitCode = whole && finished ? 0 : 1;
}
