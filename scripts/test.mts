// npm test: every check and every test there is, each step with its count and its time, one line at the end.
// "npm test -- unit types" runs only the steps whose names begin so.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';

const repository = resolve(import.meta.dirname, '..');
const results = join(repository, 'test-results');

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** File the step leaves its results in, and how they are counted; without it the step is one check. */
  readonly results?: { readonly file: string; readonly count: (json: unknown) => Count };
  /** Runs only when these steps went well: its result would say nothing. */
  readonly after?: readonly string[];
}

const bin = (name: string): string => join(repository, 'node_modules/.bin', name);
const sources = ['src', 'test', 'bench', 'scripts'];

const STEPS: readonly Step[] = [
  { name: 'lint', command: [bin('oxlint'), '--type-aware', '--deny-warnings', ...sources] },
  { name: 'format', command: [bin('oxfmt'), '--check', ...sources] },
  { name: 'types', command: [bin('tsc'), '-p', 'tsconfig.json'] },
  { name: 'unused code', command: [bin('knip')] },
  {
    name: 'unit',
    command: [
      process.execPath,
      join(repository, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      '--outputFile.json=test-results/unit.json',
    ],
    results: { file: 'unit.json', count: countVitest },
  },
  { name: 'build', command: [process.execPath, 'scripts/build.mjs'] },
  { name: 'editor server', command: [process.execPath, 'scripts/editor-server.mts'] },
  {
    name: 'extension host',
    command: [process.execPath, 'scripts/test-editor.mts'],
    results: { file: 'editor.json', count: countMocha },
    after: ['build', 'editor server'],
  },
  { name: 'package', command: [process.execPath, 'scripts/package.mts'] },
  {
    name: 'user interface',
    command: [process.execPath, 'test/ui/run.mts'],
    results: { file: 'ui.json', count: countStories },
    after: ['package', 'editor server'],
  },
];

/** A file that could not even be loaded has no failed test in it, but it failed. */
function countVitest(json: unknown): Count {
  const report = json as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    testResults: readonly { status: string; assertionResults: readonly { status: string }[] }[];
  };
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken, skipped: report.numPendingTests };
}

function countMocha(json: unknown): Count {
  const { stats } = json as { stats: { passes: number; failures: number; pending: number } };
  return { passed: stats.passes, failed: stats.failures, skipped: stats.pending };
}

function countStories(json: unknown): Count {
  const report = json as { passed: number; failed: number };
  return { passed: report.passed, failed: report.failed, skipped: 0 };
}

function run(command: readonly string[]): Promise<number> {
  const [file = '', ...args] = command;
  return new Promise((done) => {
    const child = spawn(file, args, { cwd: repository, stdio: 'inherit', shell: process.platform === 'win32' });
    child.once('error', (error) => {
      console.error(error.message);
      done(127);
    });
    child.once('exit', (code, signal) => {
      if (signal !== null) console.error(`ended by ${signal}`);
      done(code ?? 1);
    });
  });
}

async function perform(step: Step): Promise<Count> {
  const file = step.results === undefined ? null : join(results, step.results.file);
  if (file !== null) rmSync(file, { force: true });
  const code = await run(step.command);
  if (step.results === undefined || file === null)
    return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  if (!existsSync(file)) {
    console.error(`${step.name}: no results were left (exit code ${code})`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const count = step.results.count(JSON.parse(readFileSync(file, 'utf8')));
  // An exit code that disagrees with the counts is a failure of its own; so is a step in which nothing ran.
  const odd = count.failed === 0 && (code !== 0 || count.passed === 0);
  if (odd) console.error(`${step.name}: ${count.passed} passed, but it ended with exit code ${code}`);
  return odd ? { ...count, failed: 1 } : count;
}

const wanted = process.argv.slice(2);
const chosen = STEPS.filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)));
mkdirSync(results, { recursive: true });
const lines: string[] = [];
const broken = new Set<string>();
const total = { passed: 0, failed: 0 };
for (const step of chosen) {
  const missing = step.after?.find((name) => broken.has(name));
  console.log(`\n── ${step.name} ${'─'.repeat(Math.max(0, 60 - step.name.length))}`);
  const start = performance.now();
  if (missing !== undefined) console.error(`not run: "${missing}" failed`);
  const count = missing === undefined ? await perform(step) : { passed: 0, failed: 1, skipped: 0 };
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (count.failed > 0) broken.add(step.name);
  total.passed += count.passed;
  total.failed += count.failed;
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
  const line = `${count.failed === 0 ? '✅' : '❌'} ${step.name.padEnd(16)} ${count.passed} passed, ${count.failed} failed${skipped} (${seconds} s)`;
  lines.push(line);
  console.log(line);
}
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
