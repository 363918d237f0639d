// The real files of the peer tools beside the repository, where they are there; and who reads them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PlanDocument } from '../../../src/model/plan';
import { backlogMd } from '../../../src/plan/read/backlog-md';
import { beads } from '../../../src/plan/read/beads';
import { bmad } from '../../../src/plan/read/bmad';
import { checkboxTasks } from '../../../src/plan/read/checkbox-tasks';
import { cursorPlan } from '../../../src/plan/read/cursor-plan';
import type { Dialect } from '../../../src/plan/read/dialect';
import { kiro } from '../../../src/plan/read/kiro';
import { openSpec } from '../../../src/plan/read/openspec';
import { snarktank } from '../../../src/plan/read/snarktank';
import { specKit } from '../../../src/plan/read/spec-kit';
import { taskMaster } from '../../../src/plan/read/task-master';

export const PEER_DIALECTS: readonly Dialect[] = [
  specKit,
  openSpec,
  kiro,
  snarktank,
  backlogMd,
  taskMaster,
  cursorPlan,
  bmad,
  beads,
  checkboxTasks,
];

const SAMPLES = path.resolve(import.meta.dirname, '../../../../shared/peer-samples');
export const samplesAreThere = existsSync(SAMPLES);
// oxlint-disable-next-line no-console -- a test that does not run must be seen
if (!samplesAreThere) console.warn('SKIPPED: no ../shared/peer-samples, the peer tools’ real files are not tried.');

export interface Sample {
  readonly path: string;
  readonly text: string;
  readonly dialect: Dialect;
  readonly sideFiles: ReadonlyMap<string, string>;
}

export function claimant(file: string, text: string): Dialect | null {
  let best: Dialect | null = null;
  let highest = 0;
  for (const dialect of PEER_DIALECTS) {
    const claim = dialect.claim({ path: file, text });
    if (claim > highest) [best, highest] = [dialect, claim];
  }
  return best;
}

/** Every sample file that a dialect claims. */
export function samples(): readonly Sample[] {
  if (!samplesAreThere) return [];
  return readdirSync(SAMPLES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(SAMPLES, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(path.join(SAMPLES, file), 'utf8').replace(/^\uFEFF/, '');
      const dialect = claimant(file, text);
      if (dialect === null) return [];
      const sideFiles = new Map<string, string>();
      for (const side of dialect.sideFiles?.(file) ?? []) {
        const full = path.join(SAMPLES, side);
        if (existsSync(full)) sideFiles.set(side, readFileSync(full, 'utf8'));
      }
      return [{ path: file, text, dialect, sideFiles }];
    });
}

export function readSample(sample: Sample, text = sample.text): PlanDocument {
  return sample.dialect.read({ path: sample.path, text }, { sideFiles: sample.sideFiles });
}
