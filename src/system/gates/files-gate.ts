// Files must exist, or have been created or changed since work on the task began.
import { stat } from 'node:fs/promises';
import type { Gate } from '../../model/gate';
import { walkDocuments } from '../document-list';
import { wasTracked } from '../git';
import { locate } from '../workspace-path';
import { type Finding, plural, some } from './finding';

type FilesGate = Extract<Gate, { kind: 'files' }>;

/** Stamps of files come from a coarser clock than ours. */
const CLOCK_GRAIN_MS = 20;

/** `since`: epoch ms. A path may be a glob; then one match is enough. */
export async function checkFiles(root: string, gate: FilesGate, since: number): Promise<Finding> {
  const began = performance.now();
  const findings: string[] = [];
  const good: string[] = [];
  for (const asked of gate.paths) {
    const files = /[*?[{]/.test(asked) ? (await walkDocuments(root, [asked], [])).files : [asked.replace(/^\.\//, '')];
    const verdicts = await Promise.all(
      files.map(async (file) => ({ file, wrong: await wrongWith(root, file, gate.expect, since) })),
    );
    const right = verdicts.filter(({ wrong }) => wrong === null).map(({ file }) => file);
    good.push(...right);
    if (right.length > 0) continue;
    findings.push(
      ...(verdicts.length === 0 ? [`${asked}: no such file`] : verdicts.map(({ file, wrong }) => `${file}: ${wrong}`)),
    );
  }
  const evidence = { files: good, durationMs: Math.round(performance.now() - began), findings };
  if (findings.length > 0) return { status: 'fail', detail: some(findings), evidence };
  return { status: 'pass', detail: `${plural(good.length, 'file')} as expected: ${some(good)}`, evidence };
}

async function wrongWith(
  root: string,
  file: string,
  expect: FilesGate['expect'],
  since: number,
): Promise<string | null> {
  const where = await locate(root, file.replace(/\/$/, ''));
  if (where.kind === 'outside') return 'outside the workspace';
  if (!where.exists) return 'does not exist';
  if (expect === 'exist') return null;
  const { mtimeMs, birthtimeMs } = await stat(where.file);
  const from = since - CLOCK_GRAIN_MS;
  if (expect === 'changed') return mtimeMs >= from ? null : 'not changed since the task began';
  // A file that is replaced has a new birth, too: what the last commit before it knows was not created now.
  if (birthtimeMs < from) return 'was there before the task began';
  return (await wasTracked(root, file, since)) ? 'was there before the task began' : null;
}
