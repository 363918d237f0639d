import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { ok } from '../../../src/model/result';
import { createPlan } from '../../../src/plan/plan-index';
import { createDiskDocuments } from '../../../src/system/document-files';
import { createPlanPort } from '../../../src/workflow/plan-port';

const config = configSchema.parse({});
const LIST = 'Task-List-B-001-Sum.md';
const SPEC = 'openspec/changes/sum/tasks.md';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-port-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function portOf(files: Readonly<Record<string, string>>) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const plan = createPlan(createDiskDocuments({ root, config: () => config }), { config: () => config });
  await plan.open();
  const port = createPlanPort({
    plan,
    config: () => config,
    keysOf: () => ok({ title: '', keys: [] }),
    testCommand: () => null,
  });
  const key =
    [...plan.snapshot().items.values()].find(({ kind }) => kind === 'task' || kind === 'plan-item')?.key ?? '';
  return { port, key, text: (file: string) => readFileSync(join(root, file), 'utf8') };
}

describe('the mark "in progress"', () => {
  it('comes and goes in a document that has one, byte for byte, and covers nothing else', async () => {
    const list = '# Task List: B-001 Sum\n\n#### Task 1.1: Sum\n**Priority**: High\n';
    const { port, key, text } = await portOf({ [LIST]: list });
    const set = (status: 'in-progress' | 'open', from: 'in-progress' | 'open') =>
      port.apply({ kind: 'set-status', key, status, from }, LIST);
    expect(await set('open', 'in-progress')).toEqual(ok('unchanged'));
    expect(await set('in-progress', 'open')).toEqual(ok(LIST));
    expect(text(LIST)).toMatch(/Task 1\.1: Sum .*IN PROGRESS/i);
    expect(await set('open', 'in-progress')).toEqual(ok(LIST));
    expect(text(LIST)).toBe(list);
    await port.apply({ kind: 'set-status', key, status: 'done' }, LIST);
    const done = text(LIST);
    expect(await set('in-progress', 'open')).toEqual(ok('unchanged'));
    expect(text(LIST)).toBe(done);
  });

  it('is left out where the kind of document has none', async () => {
    const tasks = '## 1. Sum\n- [ ] 1.1 Add\n';
    const { port, key, text } = await portOf({ [SPEC]: tasks });
    expect(await port.apply({ kind: 'set-status', key, status: 'in-progress', from: 'open' }, SPEC)).toEqual(
      ok('not marked: not-writable'),
    );
    expect(text(SPEC)).toBe(tasks);
  });
});

describe('the boxes of a task', () => {
  it('are ticked and opened again, byte for byte, and only those that are named', async () => {
    const list =
      '# Task List: B-001 Sum\n\n#### Task 1.1: Sum\n**Acceptance Criteria**:\n- [ ] It adds\n- [x] It was there\n';
    const { port, key, text } = await portOf({ [LIST]: list });
    const lines = ['It adds'];
    await port.apply({ kind: 'tick-criteria', key, lines }, LIST);
    expect(text(LIST)).toBe(list.replace('[ ] It adds', '[x] It adds'));
    await port.apply({ kind: 'tick-criteria', key, lines, done: false }, LIST);
    expect(text(LIST)).toBe(list);
  });
});
