import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectTestCommand } from '../../../src/system/gates/test-command';
import { readJunit, readTestCounts } from '../../../src/system/gates/test-report';

describe('what a runner printed', () => {
  it.each([
    ['node --test', 'ℹ tests 4\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ skipped 1\n', 4, 1, 1],
    ['node --test as TAP', 'ok 1 - a\nnot ok 2 - b\n1..2\n# tests 2\n# pass 1\n# fail 1\n# skipped 0\n', 2, 1, 0],
    ['TAP', 'TAP version 13\n1..4\nok 1 a\nnot ok 2 b\nok 3 c # SKIP no\nnot ok 4 d # TODO later\n', 4, 1, 1],
    [
      'vitest',
      ' Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 3 passed | 1 skipped (5)\n   Start at  10:00:00\n',
      5,
      1,
      1,
    ],
    ['TAP that ends too soon', 'TAP version 13\n1..5\nok 1 a\nok 2 b\n', 5, 3, 0],
    ['TAP that gives up', 'TAP version 13\n1..2\nok 1 a\nok 2 b\nBail out! no database\n', 2, 1, 0],
    ['TAP of two programs', '1..1\nok 1 a\n1..2\nok 1 b\nnot ok 2 c\n', 3, 1, 0],
    ['TAP, its middle cut', '1..900\nok 1 a\n\n[…]\n\nok 899 y\nok 900 z\n', 900, 0, 0],
    ['TAP of nothing', 'TAP version 14\n1..0 # SKIP no database\n', 0, 0, 0],
    ['vitest without tests', 'No test files found, exiting with code 0\n\ninclude: **/*.test.ts\n', 0, 0, 0],
    ['jest without tests', 'No tests found, exiting with code 0\n', 0, 0, 0],
    ['go without tests', '?   \texample.invalid/a\t[no test files]\n', 0, 0, 0],
    ['go, some without', 'ok  \texample.invalid/a\t0.1s\n?   \texample.invalid/b\t[no test files]\n', 1, 0, 0],
    ['dotnet without tests', 'No test is available in /x/App.dll. Make sure that …\n', 0, 0, 0],
    ['jest', 'Test Suites: 1 failed, 1 passed, 2 total\nTests:       1 failed, 2 passed, 3 total\n', 3, 1, 0],
    ['mocha', '\n  3 passing (12ms)\n  1 pending\n  2 failing\n', 6, 2, 1],
    ['pytest', '=========== 1 failed, 3 passed, 2 skipped in 0.12s ===========\n', 6, 1, 2],
    ['pytest -q', '3 passed in 0.01s\n', 3, 0, 0],
    ['pytest errors', '==== 2 passed, 1 error in 1.10s ====\n', 3, 1, 0],
    [
      'go -v',
      '=== RUN TestA\n--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\n--- SKIP: TestC (0.00s)\nFAIL\n',
      3,
      1,
      1,
    ],
    ['go', 'ok  \texample.invalid/a\t0.1s\nFAIL\texample.invalid/b\t0.2s\n', 2, 1, 0],
    [
      'cargo',
      'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured\n',
      7,
      2,
      1,
    ],
    ['dotnet', 'Failed!  - Failed:     1, Passed:     2, Skipped:     1, Total:     4, Duration: 12 ms\n', 4, 1, 1],
  ])('%s', (_name, text, total, failed, skipped) => {
    expect(readTestCounts(text)).toEqual({ total, failed, skipped });
  });

  it.each(['', 'hello', '5 tests passed I think', 'error in 3s', '1..0', 'No tests were found wanting'])(
    'is not made up: %j',
    (text) => {
      expect(readTestCounts(text)).toBeNull();
    },
  );

  it('JUnit', () => {
    const xml = `<?xml version="1.0"?><testsuites><testsuite name="s" tests="3"><testcase name="a"/>
      <testcase name="b"><error message="x"/></testcase><testcase name="c"><skipped/></testcase></testsuite></testsuites>`;
    expect(readJunit(xml)).toEqual({ total: 3, failed: 1, skipped: 1 });
    expect(readJunit('<testsuite tests="0"></testsuite>')).toEqual({ total: 0, failed: 0, skipped: 0 });
    expect(readJunit('<project/>')).toBeNull();
    const odd = `<testsuite><testcase name="a > b"/><testcase name='c > d'><failure message="1 > 2"/></testcase>
      <testcase name="e"><system-out><![CDATA[<failure/></testcase><testcase>]]></system-out></testcase>
      <!-- <testcase name="old"/> --></testsuite>`;
    expect(readJunit(odd)).toEqual({ total: 3, failed: 1, skipped: 0 });
  });
});

const PYTEST = process.platform === 'win32' ? 'python -m pytest' : 'python3 -m pytest';

describe('the test command', () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-detect-')));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it.each<readonly [Record<string, string>, string | null]>([
    [{}, null],
    [{ 'package.json': '{"scripts":{"test":"x"}}' }, 'npm test'],
    [{ 'package.json': '{"scripts":{"test":"x"}}', 'pnpm-lock.yaml': '' }, 'pnpm test'],
    [{ 'package.json': '{"scripts":{"test":"x"}}', 'yarn.lock': '' }, 'yarn test'],
    [{ 'package.json': '{"scripts":{"test":"x"},"packageManager":"pnpm@9.0.0"}' }, 'pnpm test'],
    [{ 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' }, null],
    [{ 'package.json': '{"devDependencies":{"vitest":"1"}}' }, 'npx vitest run'],
    [{ 'package.json': '{"devDependencies":{"jest":"1"}}' }, 'npx jest'],
    [{ 'package.json': '{"devDependencies":{"mocha":"1"}}' }, 'npx mocha'],
    [{ 'package.json': '{}', 'test/a.test.js': '' }, 'node --test'],
    [{ 'package.json': '{}', 'sum.test.mjs': '' }, 'node --test'],
    [{ 'package.json': '{}', 'test/unit/a.test.js': '' }, 'node --test'],
    [{ 'package.json': '{}', 'test/test_sum.py': '' }, PYTEST],
    [{ 'package.json': '{}', 'src/index.js': '' }, null],
    [{ 'tests/test_sum.py': '' }, PYTEST],
    [{ 'sum_test.py': '' }, PYTEST],
    [{ 'sum.py': '' }, null],
    [{ 'package.json': 'not json', 'go.mod': '' }, 'go test ./...'],
    [{ 'pytest.ini': '' }, PYTEST],
    [{ 'pyproject.toml': '[tool.pytest.ini_options]\n' }, PYTEST],
    [{ 'pyproject.toml': '[dependency-groups]\ndev = ["pytest"]\n', 'uv.lock': '' }, 'uv run pytest'],
    [{ 'pyproject.toml': 'pytest = "*"\n', 'poetry.lock': '' }, 'poetry run pytest'],
    [{ 'pyproject.toml': '[project]\n' }, null],
    [{ 'Cargo.toml': '' }, 'cargo test'],
    [{ 'global.json': '{}' }, 'dotnet test'],
    [{ 'App.sln': '' }, 'dotnet test'],
    [{ 'App.Tests.csproj': '' }, 'dotnet test'],
    [{ justfile: 'build:\n  x\ntest *args:\n  y\n' }, 'just test'],
    [{ justfile: 'test := "a:b"\n' }, null],
    // As just 1.57 takes them.
    [{ JUSTFILE: '@test target="a:b" $N=(x + "y"): build\n  y\n' }, 'just test'],
    [{ '.justfile': '[group("x")]\ntest: && after\n  y\n' }, 'just test'],
    [{ justfile: 'tests:\n  y\nalias test := tests\n' }, 'just test'],
    [{ justfile: 'test name:\n  y\n' }, null],
    [{ justfile: 'test +files:\n  y\n' }, null],
    [{ justfile: 'test-all:\n  y\n' }, null],
    [{ Makefile: 'all:\n\ttrue\ntest: all\n\ttrue\n' }, 'make test'],
    [{ Makefile: 'tests:\n\ttrue\n' }, null],
    [{ Makefile: '.PHONY: test\nlint test: all\n\ttrue\n' }, 'make test'],
    [{ Makefile: '.PHONY: test\nall:\n\techo test: me\n' }, null],
    [{ Makefile: 'test := x\n' }, null],
    [{ GNUmakefile: 'test::\n\ttrue\n' }, 'make test'],
  ])('%j gives %s', (files, command) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    expect(detectTestCommand(root)?.command ?? null).toBe(command);
  });
});
