import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Item, PlanDocument } from '../../../src/model/plan';
import type { NewTask, PlanChange } from '../../../src/plan/ports';
import { claimant } from '../../../src/plan/read/registry';
import { planEdit } from '../../../src/plan/write/plan-edit';
import { applyEdits, inverseEdits } from '../../../src/plan/write/text-edits';

const SHARED = path.resolve(import.meta.dirname, '../../../../shared');
const FOLDERS = ['corpus/documents', 'peer-samples'].map((folder) => path.join(SHARED, folder));
const there = FOLDERS.every((folder) => existsSync(folder));
// oxlint-disable-next-line no-console -- a test that does not run must be seen
if (!there) console.warn('SKIPPED: no ../shared, edits of real documents are not tried.');

interface Real {
  readonly path: string;
  readonly text: string;
  readonly read: (text: string) => PlanDocument;
}

function real(): readonly Real[] {
  if (!there) return [];
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .sort()
      .flatMap((file) => {
        const text = readFileSync(path.join(folder, file), 'utf8').replace(/^\uFEFF/, '');
        const dialect = text.length > 400_000 ? null : claimant({ path: file, text });
        if (dialect === null) return [];
        return [
          {
            path: file,
            text,
            read: (changed: string) => dialect.read({ path: file, text: changed }, { sideFiles: new Map() }),
          },
        ];
      }),
  );
}

const NEW: NewTask = {
  id: null,
  title: 'Brand new thing',
  kind: 'task',
  priority: 'High',
  estimate: '1 hour',
  dependencies: [],
  steps: ['look', 'do it'],
  criteria: ['it works'],
  commands: ['npm test'],
  gates: ['npm run lint'],
  autoAdvance: false,
  pauseAfter: true,
  readyPrompt: 'go on?',
  note: 'a note about it',
};
const FIX: NewTask = {
  ...NEW,
  kind: 'hotfix',
  id: 'T-HotFix-9',
  title: 'Fix the broken thing',
  gates: [],
  commands: [],
};

const GROUPS: ReadonlySet<Item['kind']> = new Set(['phase', 'lane', 'epic', 'milestone']);
const work = (document: PlanDocument): readonly Item[] => document.items.filter((item) => !GROUPS.has(item.kind));
const some = (all: readonly Item[], most: number): readonly Item[] => {
  const step = Math.max(1, Math.floor(all.length / most));
  return all.filter((_, n) => n % step === 0);
};
const shape = (item: Item | undefined): unknown =>
  item === undefined
    ? null
    : [
        item.status,
        item.criteria.length,
        item.gates.length,
        item.commands.map((each) => each.text),
        item.dependencies.map((each) => each.text),
      ];

/** What is wrong with a written change, one line each; none: it reads back as meant and disturbed nothing else. */
function disturbed(before: PlanDocument, after: PlanDocument, except: string | null): readonly string[] {
  const now = new Map(after.items.map((item) => [item.key, item]));
  return before.items
    .filter((item) => item.key !== except && JSON.stringify(shape(now.get(item.key))) !== JSON.stringify(shape(item)))
    .map((item) => item.key);
}

function write(file: Real, document: PlanDocument, change: PlanChange): string | null {
  const edits = planEdit(document, file.text, change);
  if (!edits.ok) return null;
  const after = applyEdits(file.text, edits.value);
  if (applyEdits(after, inverseEdits(file.text, edits.value)) !== file.text)
    throw new Error('the inverse is no inverse');
  return after;
}

const files = real();

describe.skipIf(!there)('edits of every real document', () => {
  it.each(files.map((file) => [file.path, file] as const))('%s: a task and a hot fix behind a task', (_, file) => {
    const document = file.read(file.text);
    const refused = new Set(['reference-backlog', 'backlog-md', 'bmad', 'beads']).has(document.dialect);
    let made = 0;
    for (const item of some(work(document), 3))
      for (const task of [NEW, FIX]) {
        const after = write(file, document, { kind: 'append-task', path: file.path, after: item.key, task });
        if (after === null) continue;
        made += 1;
        const again = file.read(after);
        const fresh = again.items.filter(
          (each) => !document.items.some((old) => old.key === each.key) && !GROUPS.has(each.kind),
        );
        expect([item.key, fresh.map((each) => each.title)]).toEqual([item.key, [task.title]]);
        expect(fresh[0]?.kind === 'hotfix').toBe(task.kind === 'hotfix' && document.dialect !== 'cursor-plan');
        expect(task.id === null || fresh[0]?.id === task.id).toBe(true);
        expect(disturbed(document, again, null)).toEqual([]);
        const whole = document.dialect === 'cursor-plan' || document.dialect === 'task-master';
        expect(whole || fresh[0]?.criteria.some((criterion) => criterion.text === 'it works')).toBe(true);
        expect(whole || fresh[0]?.readyPrompt === 'go on?').toBe(true);
        expect(whole || fresh[0]?.commands.length === task.commands.length).toBe(true);
        expect(whole || fresh[0]?.priority?.text === 'High').toBe(true);
      }
    const prd = document.dialect === 'reference-prd';
    expect(prd || made > 0).toBe(prd || (!refused && work(document).length > 0));
  });

  it.each(files.map((file) => [file.path, file] as const))('%s: priority, progress, date, dependency', (_, file) => {
    const document = file.read(file.text);
    for (const item of some(work(document), 3)) {
      const changes: readonly (readonly [PlanChange, (item: Item | undefined) => boolean])[] = [
        [{ kind: 'set-priority', key: item.key, value: 'Low' }, (each) => each?.priority?.text === 'Low'],
        [{ kind: 'set-progress', key: item.key, value: '3/8' }, (each) => each?.progress?.text === '3/8'],
        [
          { kind: 'set-date', key: item.key, name: 'completed_at', value: '2026-01-02' },
          (each) => Object.values(each?.dates ?? {}).some((date) => date.text === '2026-01-02'),
        ],
        [
          { kind: 'add-dependency', key: item.key, on: 'T-999' },
          (each) => each?.dependencies.some((on) => on.targets.includes('T-999')) === true,
        ],
      ];
      for (const [change, holds] of changes) {
        const after = write(file, document, change);
        if (after === null) continue;
        const again = file.read(after);
        expect([change.kind, item.key, holds(again.items.find((each) => each.key === item.key))]).toEqual([
          change.kind,
          item.key,
          true,
        ]);
        expect([change.kind, disturbed(document, again, item.key)]).toEqual([change.kind, []]);
      }
    }
  });
});
