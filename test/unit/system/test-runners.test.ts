// Every test runner that is known by name: found by what lies in the project, run as a real executable on PATH (a
// stand-in that insists on its arguments and prints what the real one prints), read by exit code and report.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GateContext } from '../../../src/engine/ports';
import { configSchema } from '../../../src/model/config';
import { createClock } from '../../../src/system/clock';
import { createDiskDocuments } from '../../../src/system/document-files';
import { createGates } from '../../../src/system/gates/gates';
import { createPosixProcesses } from '../../../src/system/posix-processes';
import type { HostProcesses } from '../../../src/system/supervised-processes';

const config = configSchema.parse({});
let root: string;
let bin: string;
let processes: HostProcesses;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-runners-')));
  bin = path.join(root, '.bin');
  mkdirSync(bin);
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  processes = createPosixProcesses({
    stateDir: path.join(root, '.soloflow'),
    graceSeconds: 1,
    clock: createClock(),
    env,
    patienceMs: 200,
  });
});
afterEach(() => {
  processes.dispose();
  rmSync(root, { recursive: true, force: true });
});

/** Prints `lines` and ends with `code` when it is called as it should be, and with 64 when not. */
function standIn(command: string, lines: readonly string[], code: number, junit: string | null): void {
  const [name = '', ...args] = command.split(' ');
  const report = junit === null ? [] : [`cat > junit.xml <<'END'`, junit, 'END'];
  const text = [
    '#!/bin/sh',
    `[ "$*" = "${args.join(' ')}" ] || { echo "called as: $*"; exit 64; }`,
    `cat <<'END'`,
    ...lines,
    'END',
    ...report,
    `exit ${code}`,
  ];
  writeFileSync(path.join(bin, name), `${text.join('\n')}\n`, { mode: 0o755 });
}

async function check() {
  const gates = createGates({
    root,
    documents: createDiskDocuments({ root, config: () => config }),
    config: () => config,
    approvals: { trusted: () => true, isApproved: () => true, approve: () => undefined },
    processes,
    env: () => ({ PATH: `${bin}:${process.env['PATH'] ?? ''}` }),
  });
  const heard: string[] = [];
  const context = {
    runId: 'r',
    spec: { key: 'k' },
    attempt: { id: 'a' },
    since: 0,
    signal: new AbortController().signal,
    output: (_stream: string, text: string, command: string) => heard.push(`${command}> ${text}`),
  } as unknown as GateContext;
  const result = await gates.check({ kind: 'tests', name: 'Tests', command: null }, context);
  if ('ask' in result) throw new Error(result.ask);
  return { result, heard };
}

type Runner = readonly [
  command: string,
  files: Readonly<Record<string, string>>,
  green: readonly string[],
  red: readonly string[],
];
const script = '{"scripts":{"test":"x"}}';
const tap = (failed: boolean) => [
  'TAP version 13',
  'ok 1 - a',
  failed ? 'not ok 2 - b' : 'ok 2 - b',
  'ok 3 - c # SKIP',
  '1..3',
];
const python = process.platform === 'win32' ? 'python' : 'python3';
const pytest = [
  ['=== 2 passed, 1 skipped in 0.02s ==='],
  ['FAILED test_a.py::b - assert 3 == 5', '=== 1 failed, 1 passed, 1 skipped in 0.02s ==='],
] as const;
const RUNNERS: readonly Runner[] = [
  ['npm test', { 'package.json': script }, tap(false), tap(true)],
  ['pnpm test', { 'package.json': script, 'pnpm-lock.yaml': '' }, tap(false), tap(true)],
  ['yarn test', { 'package.json': script, 'yarn.lock': '' }, tap(false), tap(true)],
  [
    'npx vitest run',
    { 'package.json': '{"devDependencies":{"vitest":"4"}}' },
    ['      Tests  2 passed | 1 skipped (3)'],
    [' FAIL  a.test.ts > b', '      Tests  1 failed | 1 passed | 1 skipped (3)'],
  ],
  [
    'npx jest',
    { 'package.json': '{"devDependencies":{"jest":"30"}}' },
    ['Tests:       1 skipped, 2 passed, 3 total'],
    ['Tests:       1 failed, 1 skipped, 1 passed, 3 total'],
  ],
  [
    'npx mocha',
    { 'package.json': '{"devDependencies":{"mocha":"12"}}' },
    ['  2 passing (4ms)', '  1 pending'],
    ['  1 passing (4ms)', '  1 pending', '  1 failing'],
  ],
  [
    'node --test',
    { 'package.json': '{}', 'test/a.js': '' },
    ['ℹ tests 3', 'ℹ pass 2', 'ℹ fail 0', 'ℹ skipped 1'],
    ['ℹ tests 3', 'ℹ pass 1', 'ℹ fail 1', 'ℹ skipped 1'],
  ],
  [`${python} -m pytest`, { 'pytest.ini': '' }, ...pytest],
  [`${python} -m pytest`, { 'requirements-dev.txt': 'pytest>=8\n' }, ...pytest],
  [`${python} -m pytest`, { 'setup.cfg': '[tool:pytest]\n' }, ...pytest],
  ['uv run pytest', { 'pytest.ini': '', 'uv.lock': '' }, ...pytest],
  ['poetry run pytest', { 'pytest.ini': '', 'poetry.lock': '' }, ...pytest],
  [
    'go test ./...',
    { 'go.mod': '' },
    ['--- PASS: A (0s)', '--- PASS: B (0s)', '--- SKIP: C (0s)'],
    ['--- PASS: A (0s)', '--- FAIL: B (0s)', '--- SKIP: C (0s)'],
  ],
  [
    'cargo test',
    { 'Cargo.toml': '' },
    ['test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured'],
    ['test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured'],
  ],
  [
    'dotnet test',
    { 'App.sln': '' },
    ['Passed!  - Failed:     0, Passed:     2, Skipped:     1, Total:     3, Duration: 5 ms'],
    ['Failed!  - Failed:     1, Passed:     1, Skipped:     1, Total:     3, Duration: 5 ms'],
  ],
  ['just test', { justfile: 'test:\n  x\n' }, tap(false), tap(true)],
  ['make test', { Makefile: 'test:\n\tx\n' }, tap(false), tap(true)],
];

describe.each(RUNNERS)('%s', (command, files, green, red) => {
  beforeEach(() => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
  });

  it('passes by exit code and report, and is seen while it runs', async () => {
    standIn(command, green, 0, null);
    const { result, heard } = await check();
    expect(result).toMatchObject({
      status: 'pass',
      detail: `${command}: 2 passed, 0 failed, 1 skipped`,
      evidence: { command, exitCode: 0, tests: { total: 3, failed: 0, skipped: 1 } },
    });
    expect(heard.join('')).toContain(`${command}> `);
  });

  it('fails by exit code, also by a report that knows of failures where the exit code does not', async () => {
    standIn(command, red, 1, null);
    expect((await check()).result).toMatchObject({
      status: 'fail',
      detail: 'exit code 1, 1 passed, 1 failed, 1 skipped',
      evidence: { exitCode: 1, tests: { total: 3, failed: 1 } },
    });
    standIn(command, red, 0, null);
    expect((await check()).result).toMatchObject({ status: 'fail', evidence: { exitCode: 0, tests: { failed: 1 } } });
  });
});

it('JUnit is believed before what was printed', async () => {
  writeFileSync(path.join(root, 'Makefile'), 'test:\n\tx\n');
  standIn(
    'make test',
    ['  9 passing'],
    0,
    '<testsuite><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>',
  );
  expect((await check()).result).toMatchObject({
    status: 'fail',
    evidence: { tests: { total: 2, failed: 1, skipped: 0 } },
  });
});
