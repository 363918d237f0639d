// The project's own tests decide: exit code first, and what the runner reports where it reports.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { GateContext } from '../../engine/ports';
import type { Gate } from '../../model/gate';
import { walkDocuments } from '../document-list';
import { type CommandGateOptions, runGateCommand } from './command-gate';
import type { Finding } from './finding';
import { detectTestCommand } from './test-command';
import { readJunit, readTestCounts, sum, type TestCounts } from './test-report';

type TestsGate = Extract<Gate, { kind: 'tests' }>;

const MOST_REPORT_BYTES = 20_000_000;
const REPORTS = [
  '**/junit*.xml',
  '**/TEST-*.xml',
  '**/test-results/**/*.xml',
  '**/test-reports/**/*.xml',
  '**/surefire-reports/*.xml',
];

export async function checkTests(gate: TestsGate, context: GateContext, options: CommandGateOptions): Promise<Finding> {
  const command = gate.command ?? detectTestCommand(options.root)?.command ?? null;
  if (command === null) {
    return { status: 'error', detail: 'No test command was found; name one in the gate.', evidence: {} };
  }
  const began = Date.now();
  const { finding, result } = await runGateCommand(command, context, options);
  if (result === null) return finding;
  const reports = await junitSince(options.root, began);
  const tests = sum(reports.map(({ counts }) => counts)) ?? readTestCounts(`${result.out}\n${result.err}`);
  if (tests === null) return finding;
  const files = reports.length === 0 ? {} : { files: reports.map(({ file }) => file) };
  const evidence = { ...finding.evidence, tests, ...files };
  const counts = wordsFor(tests);
  if (finding.status !== 'pass') return { ...finding, detail: `${finding.detail}, ${counts}`, evidence };
  if (tests.failed > 0)
    return { status: 'fail', detail: `${command}: ${counts} although the exit code is 0`, evidence };
  if (tests.total === tests.skipped) return { status: 'fail', detail: `${command}: no test ran (${counts})`, evidence };
  return { status: 'pass', detail: `${command}: ${counts}`, evidence };
}

const wordsFor = ({ total, failed, skipped }: TestCounts): string =>
  `${total - failed - skipped} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** JUnit reports written since `began`. */
async function junitSince(
  root: string,
  began: number,
): Promise<readonly { readonly file: string; readonly counts: TestCounts }[]> {
  const { files } = await walkDocuments(root, REPORTS, ['**/.venv/**', '**/venv/**']);
  const found: { file: string; counts: TestCounts }[] = [];
  for (const file of files) {
    try {
      const { mtimeMs, size } = await stat(path.join(root, file));
      if (mtimeMs < began - 20 || size > MOST_REPORT_BYTES) continue;
      const report = readJunit(await readFile(path.join(root, file), 'utf8'));
      if (report !== null) found.push({ file, counts: report });
    } catch {
      // Removed by the runner meanwhile.
    }
  }
  return found;
}
