// A document that is replaced (saved by rename, checked out, rewritten by an agent) in the very moment its run starts:
// the run always comes to its end or to a question.
import { mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { type OpenWorkspace, openWorkspace } from '../../../src/wire';

/** More of them on wish: the moments differ from run to run. */
const ROUNDS = Number(process.env['REPLACED_ROUNDS'] ?? '18');
const AT_ONCE = 5;
const LONGEST_MS = 30_000;

let base = '';
let workspace: OpenWorkspace | null = null;
afterEach(async () => {
  await workspace?.dispose();
  workspace = null;
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

const task = (n: number, title: string, done: boolean, command: string): string =>
  [`#### Task 1.${n}: ${title}`, '', `**Status**: ${done ? 'completed' : 'todo'}`, '**Auto-Advance**: yes', '']
    .concat([`**Dependencies**: ${n === 1 ? 'None' : `Task 1.${n - 1}`}`, ''])
    .concat(['**Commands**:', '', '```bash', command, '```', ''])
    .join('\n');
const text = (tasks: readonly string[]): string => ['# Task List: B-001 — Replaced', '', ...tasks].join('\n');
const plain = [task(1, 'One', false, 'true'), task(2, 'Two', false, 'true'), task(3, 'Three', false, 'true')];

/** What the document may have become. */
const versions: readonly string[] = [
  text(plain),
  text([task(1, 'One', true, 'true'), ...plain.slice(1)]),
  text([task(1, 'First', false, 'true'), ...plain.slice(1)]),
  text([plain[0] ?? '', task(2, 'Two', false, 'echo other'), plain[2] ?? '']),
  text(plain.slice(0, 2)),
  text([...plain, task(4, 'Four', false, 'true')]),
  text([task(7, 'Seven', false, 'true')]),
  '# Nothing is left\n',
  '',
];

/** Gives what the run came to, or that it came to nothing. */
async function round(open: OpenWorkspace, root: string, n: number): Promise<string> {
  const path = `Task-List-B-${String(n + 1).padStart(3, '0')}-replaced.md`;
  const file = join(root, path);
  writeFileSync(file, text(plain));
  await open.plan.open();
  const version = versions[n % versions.length] ?? '';
  const replaced = (async () => {
    await sleep((n * 7) % 40);
    if (n % 3 === 0) unlinkSync(file);
    if (n % 6 === 0) await sleep(n % 50);
    writeFileSync(`${file}.new`, version);
    renameSync(`${file}.new`, file);
  })();
  const scope = { kind: 'document', path } as const;
  const options = { autoAdvance: true, smartPause: true, contextPreserve: false, concurrency: 1 + (n % 2) };
  const run = await open.engine.start({ scope, options, requestKey: `round ${n}`, by: 'test' });
  await replaced;
  if (!run.ok) return `refused: ${run.error.kind}`;
  const view = await open.engine.settled(run.value.id, AbortSignal.timeout(LONGEST_MS));
  const asks = view.pauses.filter(({ answer }) => answer === null).map(({ reason }) => reason.kind);
  if (view.run.endedAt !== null) return view.run.status;
  return asks.length > 0 ? `asks: ${asks.join(', ')}` : `STUCK round ${n}: ${JSON.stringify(view, null, 1)}`;
}

// The editor follows changes of files, the terminal sees them when it reads or writes.
it.each([true, false])(
  'leaves no run that neither asks nor ends, watched: %s',
  { timeout: 60_000 + ROUNDS * 5000 },
  async (watch) => {
    base = mkdtempSync(join(tmpdir(), 'soloflow-replaced-'));
    vi.stubEnv('SOLOFLOW_USER_DIR', join(base, 'user'));
    const root = join(base, 'work');
    mkdirSync(root);
    const problems: string[] = [];
    const opened = await openWorkspace({
      root,
      by: 'test',
      trusted: () => true,
      needs: 'run',
      watch,
      log: { info: () => undefined, warn: () => undefined, error: (message) => problems.push(message) },
      version: '0.0.0-test',
    });
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    workspace = opened.value;
    workspace.approvals.approve(['true', 'echo other'], 'test');
    const ends: string[] = [];
    for (let n = 0; n < ROUNDS; n += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, ROUNDS - n) }, (_, k) => n + k);
      const open = workspace;
      ends.push(...(await Promise.all(some.map((each) => round(open, root, each)))));
    }
    expect(ends.filter((end) => end.startsWith('STUCK'))).toEqual([]);
    expect(problems).toEqual([]);
    // It was no walk over nothing: some came to their end, whatever happened to their document.
    expect(ends).toContain('succeeded');
  },
);
