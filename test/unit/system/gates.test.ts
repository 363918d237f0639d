import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GateContext } from '../../../src/engine/ports';
import { configSchema } from '../../../src/model/config';
import type { Gate, GateResult } from '../../../src/model/gate';
import type { TaskSpec } from '../../../src/model/run';
import { createClock } from '../../../src/system/clock';
import { createDiskDocuments } from '../../../src/system/document-files';
import { createGates, type GatesOptions } from '../../../src/system/gates/gates';
import { createPosixProcesses } from '../../../src/system/posix-processes';
import type { HostProcesses } from '../../../src/system/supervised-processes';
import { blankAttempt, blankSpec } from '../support/blanks';

const config = configSchema.parse({});
let root: string;
let processes: HostProcesses;
let approved: Set<string> | 'all';

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-gates-')));
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  processes = createPosixProcesses({
    stateDir: path.join(root, '.soloflow'),
    graceSeconds: 1,
    clock: createClock(),
    env,
    patienceMs: 200,
  });
  approved = 'all';
});
afterEach(() => {
  processes.dispose();
  rmSync(root, { recursive: true, force: true });
});

const put = (file: string, text: string): void => {
  const full = path.join(root, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
};
const old = (file: string): void => utimesSync(path.join(root, file), new Date(1_000_000), new Date(1_000_000));

const spec = (extra: Partial<TaskSpec> = {}): TaskSpec => blankSpec('plan.md#1', { id: '1', title: 'Task', ...extra });

async function check(
  gate: Gate,
  extra: {
    spec?: Partial<TaskSpec>;
    since?: number;
    documents?: readonly string[];
    signal?: AbortSignal;
    options?: Partial<GatesOptions>;
  } = {},
) {
  const documents = createDiskDocuments({ root, config: () => config });
  const gates = createGates({
    root,
    documents,
    config: () => config,
    approvals: {
      trusted: () => true,
      isApproved: (command) => approved === 'all' || approved.has(command),
      approve: () => undefined,
    },
    processes,
    ...extra.options,
  });
  const context: GateContext = {
    runId: 'r',
    spec: spec(extra.spec),
    attempt: blankAttempt('a', { taskKey: 'plan.md#1' }),
    since: extra.since ?? 0,
    documents: () => new Set(extra.documents ?? ['plan.md']),
    signal: extra.signal ?? new AbortController().signal,
  };
  return gates.check(gate, context);
}
async function result(gate: Gate, extra: Parameters<typeof check>[1] = {}): Promise<GateResult> {
  const found = await check(gate, extra);
  if ('ask' in found) throw new Error(`asked: ${found.ask}`);
  return found;
}

describe('a command gate', () => {
  it('is green on status 0, with its evidence', async () => {
    const found = await result({ kind: 'command', name: 'c', command: 'echo fine; echo "$SOLOFLOW_TASK" >&2' });
    expect(found).toMatchObject({
      gate: 'c',
      kind: 'command',
      status: 'pass',
      evidence: { exitCode: 0, outputTail: 'fine\n\nplan.md#1\n' },
    });
    expect(found.evidence.durationMs).toBeGreaterThanOrEqual(0);
  });
  it('is red on any other', async () => {
    const found = await result({ kind: 'command', name: 'c', command: 'echo broken; exit 3' });
    expect(found).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('exit code 3'),
      evidence: { exitCode: 3, outputTail: 'broken\n' },
    });
  });
  it('keeps the end of both streams, however much the other one says', async () => {
    const command = 'echo "expected 3 got 4"; seq 1 5000 | sed "s/$/ warning/" >&2; exit 1';
    const { evidence } = await result({ kind: 'command', name: 'c', command });
    expect(evidence.outputTail).toContain('expected 3 got 4');
    expect(evidence.outputTail).toContain('5000 warning');
    expect(evidence.outputTail?.length).toBeLessThan(4100);
  });
  it('does not run unapproved or untrusted, and says what it would run', async () => {
    approved = new Set(['true']);
    const found = await result({ kind: 'command', name: 'c', command: 'touch ran' });
    expect(found).toMatchObject({ status: 'error', detail: expect.stringContaining('not approved: touch ran') });
    const approvals = { trusted: () => false, isApproved: () => true, approve: () => undefined };
    expect(
      await result({ kind: 'command', name: 'c', command: 'touch ran' }, { options: { approvals } }),
    ).toMatchObject({
      status: 'error',
      detail: expect.stringContaining('not trusted'),
    });
    expect(await result({ kind: 'files', name: 'f', paths: ['ran'], expect: 'exist' })).toMatchObject({
      status: 'fail',
    });
  });
  it('is ended when cancelled or when its time is up', async () => {
    const stop = new AbortController();
    const pending = result({ kind: 'command', name: 'c', command: 'touch up; sleep 60' }, { signal: stop.signal });
    while ((await result({ kind: 'files', name: 'f', paths: ['up'], expect: 'exist' })).status !== 'pass');
    stop.abort();
    expect(await pending).toMatchObject({ status: 'error', detail: expect.stringContaining('cancelled') });
    const short = configSchema.parse({ run: { timeoutMinutes: 0.003 } });
    expect(
      await result({ kind: 'command', name: 'c', command: 'sleep 60' }, { options: { config: () => short } }),
    ).toMatchObject({
      status: 'error',
      detail: expect.stringContaining('time was up'),
    });
  });
});

describe('a files gate', () => {
  it('exist: plain paths and globs', async () => {
    put('a.txt', 'x');
    put('dist/b.js', 'x');
    expect(await result({ kind: 'files', name: 'f', paths: ['a.txt', 'dist/*.js'], expect: 'exist' })).toMatchObject({
      status: 'pass',
      evidence: { files: ['a.txt', 'dist/b.js'] },
    });
    const red = await result({
      kind: 'files',
      name: 'f',
      paths: ['a.txt', 'gone.txt', '*.css', '../x'],
      expect: 'exist',
    });
    expect(red.status).toBe('fail');
    expect(red.evidence.findings).toEqual([
      'gone.txt: does not exist',
      '*.css: no such file',
      '../x: outside the workspace',
    ]);
  });
  it('changed: since the attempt began', async () => {
    const since = Date.now();
    put('new.txt', 'x');
    put('old.txt', 'x');
    old('old.txt');
    expect((await result({ kind: 'files', name: 'f', paths: ['new.txt'], expect: 'changed' }, { since })).status).toBe(
      'pass',
    );
    expect((await result({ kind: 'files', name: 'f', paths: ['old.txt'], expect: 'changed' }, { since })).status).toBe(
      'fail',
    );
  });
  it('created: not what the last commit before it has, even when it was replaced', async () => {
    put('kept.txt', 'x');
    git('init', '-q');
    git('add', '.');
    gitAt(new Date(Date.now() - 60_000), 'commit', '-qm', 'one');
    const since = Date.now();
    rmSync(path.join(root, 'kept.txt'));
    put('kept.txt', 'y');
    put('fresh.txt', 'x');
    expect(
      (await result({ kind: 'files', name: 'f', paths: ['fresh.txt'], expect: 'created' }, { since })).status,
    ).toBe('pass');
    expect((await result({ kind: 'files', name: 'f', paths: ['kept.txt'], expect: 'created' }, { since })).status).toBe(
      'fail',
    );
    expect(
      (await result({ kind: 'files', name: 'f', paths: ['fresh.txt'], expect: 'created' }, { since: since + 60_000 }))
        .status,
    ).toBe('fail');
    // Who commits what was just made has made it all the same.
    git('add', 'fresh.txt');
    git('commit', '-qm', 'two');
    expect(
      (await result({ kind: 'files', name: 'f', paths: ['fresh.txt'], expect: 'created' }, { since })).status,
    ).toBe('pass');
  });
});

function git(...args: readonly string[]): void {
  gitAt(new Date(), ...args);
}
function gitAt(when: Date, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
    cwd: root,
    env: { ...process.env, GIT_COMMITTER_DATE: when.toISOString() },
  });
}

describe('a criteria gate', () => {
  const criteria = [
    { text: 'It builds', done: false },
    { text: 'It **works**', done: false },
  ];
  it('reads the document again', async () => {
    put('plan.md', '# Other\n- [ ] It builds\n## Task\n- [x] It builds\n  1. [X] It works\n## Later\n- [ ] It works\n');
    expect(await result({ kind: 'criteria', name: 'c' }, { spec: { criteria, line: 3 } })).toMatchObject({
      status: 'pass',
    });
    put('plan.md', '## Task\n- [x] It builds\n- [ ] It works\n');
    // What is not ticked is for a person to say, and only that.
    expect(await check({ kind: 'criteria', name: 'c' }, { spec: { criteria } })).toEqual({
      ask: 'Are these met? It **works**',
    });
    rmSync(path.join(root, 'plan.md'));
    expect((await result({ kind: 'criteria', name: 'c' }, { spec: { criteria } })).status).toBe('error');
  });
  it('does not ask about what another gate of the task decides about', async () => {
    put('plan.md', '- [ ] It builds\n- [ ] It works\n');
    const gates: readonly Gate[] = [
      { kind: 'command', name: 'It builds', command: 'true', boxes: ['It builds'] },
      { kind: 'criteria', name: 'c' },
    ];
    expect(await check(gates[1]!, { spec: { criteria, gates } })).toEqual({ ask: 'Are these met? It **works**' });
    const alone = { criteria: criteria.slice(0, 1), gates };
    expect((await result(gates[1]!, { spec: alone })).status).toBe('pass');
  });
  it('asks where there is no box, and believes the plan where it is given', async () => {
    put('plan.md', '- It builds\n');
    expect(
      await check({ kind: 'criteria', name: 'c' }, { spec: { criteria: [{ text: 'It builds', done: null }] } }),
    ).toEqual({
      ask: 'Are these met? It builds',
    });
    const reader = () => Promise.resolve([{ text: 'It builds', done: true }]);
    expect((await result({ kind: 'criteria', name: 'c' }, { options: { criteria: reader } })).status).toBe('pass');
  });
});

describe('a tests gate', () => {
  it('runs the detected tests of a project, green and red', async () => {
    put('package.json', '{"name":"x","scripts":{"test":"node --test"}}');
    put('a.test.mjs', "import test from 'node:test';\ntest('one', () => {});\ntest.skip('two', () => {});\n");
    const green = await result({ kind: 'tests', name: 't', command: null });
    expect(green).toMatchObject({
      status: 'pass',
      evidence: { command: 'npm test', exitCode: 0, tests: { total: 2, failed: 0, skipped: 1 } },
    });
    put('b.test.mjs', "import test from 'node:test';\ntest('three', () => { throw new Error('no'); });\n");
    expect(await result({ kind: 'tests', name: 't', command: null })).toMatchObject({
      status: 'fail',
      evidence: { exitCode: 1, tests: { total: 3, failed: 1, skipped: 1 } },
    });
  });
  it('believes reported failures more than a status 0, reads JUnit files, and does not accept that nothing ran', async () => {
    expect(await result({ kind: 'tests', name: 't', command: 'printf "1..2\\nok 1\\nnot ok 2\\n"' })).toMatchObject({
      status: 'fail',
    });
    const junit =
      '<testsuite tests="2"><testcase name="a"/><testcase name="b"><failure>no</failure></testcase></testsuite>';
    expect(
      await result({ kind: 'tests', name: 't', command: `mkdir -p reports; echo '${junit}' > reports/junit.xml` }),
    ).toMatchObject({
      status: 'fail',
      evidence: { tests: { total: 2, failed: 1, skipped: 0 } },
    });
    expect(
      await result({ kind: 'tests', name: 't', command: 'rm -r reports; printf "1..1\\nok 1 # SKIP\\n"' }),
    ).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('no test ran'),
    });
    expect((await result({ kind: 'tests', name: 't', command: 'true' })).status).toBe('pass');
  });
  it('says so when no test command can be found', async () => {
    expect(await result({ kind: 'tests', name: 't', command: null })).toMatchObject({
      status: 'error',
      detail: expect.stringContaining('No test command'),
    });
  });
});

describe('a references gate', () => {
  const gate: Gate = { kind: 'references', name: 'r', paths: ['docs/**'] };
  it('is green when everything leads somewhere', async () => {
    put(
      'docs/a.md',
      '# One\n[b](b.md#two-words) [root](/README.md) [me](#one) ![i](img%20x.png) [e](https://x.invalid/y)\n[r][ref] `[no](gone.md)`\n\n[ref]: ../README.md\n',
    );
    put(
      'docs/b.md',
      'Two *Words*\n---\n```\n[no](gone.md)\n```\n<!-- [no](gone.md) --> <a id="here"></a>[x](#here) [dir](../docs/)\n',
    );
    put('docs/img x.png', '');
    put('README.md', '# R\n');
    expect(await result(gate)).toMatchObject({
      status: 'pass',
      evidence: { files: ['docs/a.md', 'docs/b.md'], findings: [] },
    });
  });
  it('is red with every broken one and its line', async () => {
    put(
      'docs/a.md',
      '# One\n\n[x](gone.md) [y](#two)\n[z](b.md#three) [w](../../out.md) [q][undef]\n[p]: nowhere.md\n',
    );
    put('docs/b.md', '# B\n');
    const red = await result(gate);
    expect(red.status).toBe('fail');
    expect(red.evidence.findings).toEqual([
      'docs/a.md:4 [undef] is not defined',
      'docs/a.md:3 gone.md does not exist',
      'docs/a.md:3 #two has no such heading',
      'docs/a.md:4 b.md#three has no such heading',
      'docs/a.md:4 ../../out.md leads out of the workspace',
      'docs/a.md:5 nowhere.md does not exist',
    ]);
  });
  it('counts ids that the plan cannot resolve, and looks at what changed when no paths are named', async () => {
    put('plan.md', '# Plan\n');
    put('fresh.md', '[x](gone.md)\n');
    put('stale.md', '[x](gone.md)\n');
    old('plan.md');
    old('stale.md');
    const problem = {
      code: 'unknown-dependency',
      severity: 'error',
      path: 'plan.md',
      line: 7,
      column: 1,
      span: { start: 0, end: 0 },
      message: 'B-9 is unknown.',
      fixes: [],
    } as const;
    const red = await result(
      { kind: 'references', name: 'r', paths: [] },
      { since: Date.now() - 5000, options: { planProblems: () => [problem] } },
    );
    expect(red.evidence.findings).toEqual(['fresh.md:1 gone.md does not exist', 'plan.md:7 B-9 is unknown.']);
  });
});

describe('a navigation gate', () => {
  const gate: Gate = { kind: 'navigation', name: 'n', paths: ['docs/**'] };
  it('is green when documents are reachable and in order', async () => {
    put('README.md', '# R\n[a](docs/a.md)\n');
    put('docs/a.md', '# A\n## B\n### C\n## D\n[b](b.md)\n');
    put('docs/b.md', '# B\n');
    expect(await result(gate)).toMatchObject({ status: 'pass' });
  });
  it('is red when one is not, or a level is skipped', async () => {
    put('README.md', '# R\n');
    put('docs/a.md', '# A\n### C\n');
    expect((await result(gate)).evidence.findings).toEqual([
      'docs/a.md:2 heading level 3 follows level 1: C',
      'docs/a.md: no link leads here from README.md',
    ]);
  });
});

describe('problems, tree and person', () => {
  it('problems come from the editor', async () => {
    const gate: Gate = { kind: 'problems', name: 'p' };
    expect(await result(gate, { options: { newProblems: () => Promise.resolve(null) } })).toMatchObject({
      status: 'error',
      detail: expect.stringContaining('cannot be told'),
    });
    expect((await result(gate)).status).toBe('error');
    expect((await result(gate, { options: { newProblems: () => Promise.resolve([]) } })).status).toBe('pass');
    expect(await result(gate, { options: { newProblems: () => Promise.resolve(['a.ts:1 broken']) } })).toMatchObject({
      status: 'fail',
      evidence: { findings: ['a.ts:1 broken'] },
    });
  });
  it('tree: clean and committed', async () => {
    const clean: Gate = { kind: 'tree', name: 't', expect: 'clean' };
    const committed: Gate = { kind: 'tree', name: 't', expect: 'committed' };
    expect(await result(clean)).toMatchObject({ status: 'error', detail: expect.stringContaining('no-repository') });
    git('init', '-q');
    put('a.txt', 'x');
    put('plan.md', 'x');
    expect(await result(clean)).toMatchObject({ status: 'fail', evidence: { files: ['a.txt'] } });
    git('add', '.');
    git('commit', '-qm', 'one');
    put('plan.md', 'ticked by the run itself');
    expect(await result(clean)).toMatchObject({ status: 'pass', detail: expect.stringContaining('one') });
    // Another document of the same run is written by it as well.
    put('other.md', 'x');
    git('add', '.');
    git('commit', '-qm', 'one');
    put('other.md', 'ticked');
    put('.other.md.0123456789ab.tmp', 'being written');
    expect((await result(clean, { documents: ['plan.md', 'other.md'] })).status).toBe('pass');
    rmSync(path.join(root, '.other.md.0123456789ab.tmp'));
    expect(await result(clean)).toMatchObject({ status: 'fail', evidence: { files: ['other.md'] } });
    git('checkout', '-q', 'other.md');
    expect((await result(committed, { since: Date.now() - 60_000 })).status).toBe('pass');
    expect((await result(committed, { since: Date.now() + 60_000 })).status).toBe('fail');
  });
  it('a person is asked', async () => {
    expect(await check({ kind: 'person', name: 'p', question: 'Good?' })).toEqual({ ask: 'Good?' });
  });
  it('a gate that breaks is not green', async () => {
    const criteria = () => Promise.reject(new Error('broken\nreader'));
    expect(await result({ kind: 'criteria', name: 'c' }, { options: { criteria } })).toMatchObject({
      status: 'error',
      detail: 'broken reader',
    });
  });
});
