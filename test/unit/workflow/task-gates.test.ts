// From a task as it is written and a config to the gates that it has: each kind for a task of its own and for a type.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema, type GateConfig } from '../../../src/model/config';
import type { Gate } from '../../../src/model/gate';
import { ok } from '../../../src/model/result';
import { createPlan } from '../../../src/plan/plan-index';
import { createDiskDocuments } from '../../../src/system/document-files';
import { gateInWords } from '../../../src/workflow/gate-words';
import { createPlanPort } from '../../../src/workflow/plan-port';

const LIST = 'Task-List-B-001-Sum.md';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-task-gates-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function gatesOf(
  body: string,
  gates: Readonly<Record<string, readonly unknown[]>> = {},
  testCommand: string | null = null,
): Promise<readonly Gate[]> {
  writeFileSync(join(root, LIST), `# Task List: B-001 Sum\n\n#### Task 1.1: Sum\n${body}`);
  const config = configSchema.parse({ gates });
  const plan = createPlan(createDiskDocuments({ root, config: () => config }), { config: () => config });
  await plan.open();
  const port = createPlanPort({
    plan,
    config: () => config,
    keysOf: () => ok({ title: '', keys: [] }),
    testCommand: () => testCommand,
  });
  const read = port.tasks({ kind: 'document', path: LIST });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.tasks[0]?.gates ?? [];
}
const files = (path: string, expect?: 'created'): Partial<GateConfig> => ({
  kind: 'files',
  paths: [path],
  ...(expect === undefined ? {} : { expect }),
});

describe('names of gates', () => {
  it('are told apart, because a result is kept by its name', async () => {
    const gates = await gatesOf('', {
      '*': [
        files('a.md'),
        files('b.md'),
        { kind: 'criteria' },
        { kind: 'references', paths: ['a.md'] },
        { kind: 'references' },
      ],
    });
    const names = gates.map(({ name }) => name);
    expect(gates).toHaveLength(5);
    expect(new Set(names).size).toBe(5);
    expect(names).toEqual([
      'Files exist: a.md',
      'Files exist: b.md',
      'Acceptance criteria',
      'Cross-references: a.md',
      'Cross-references',
    ]);
  });
  it('even where somebody gave them the same one for the same thing', async () => {
    const gates = await gatesOf('**Type**: a, b\n', {
      a: [{ kind: 'person', name: 'Look', question: 'Good?' }],
      b: [{ kind: 'person', name: 'Look', question: 'Good? ' }],
    });
    expect(gates.map(({ name }) => name)).toEqual(['Look: Good?', 'Look: Good? ']);
  });
});

describe('gates of a type', () => {
  it.each(['documentation', 'Documentation', '`documentation`', 'Documentation / Guide', 'guide, documentation'])(
    'are those of a task that says %s',
    async (type) => {
      expect(await gatesOf(`**Type**: ${type}\n`, { Documentation: [files('a.md')] })).toHaveLength(1);
    },
  );
  it('are not those of another type, nor of none', async () => {
    expect(await gatesOf('**Type**: docs\n', { documentation: [files('a.md')], constructor: [] })).toEqual([]);
    expect(await gatesOf('', { documentation: [files('a.md')] })).toEqual([]);
  });
});

describe('the project’s own tests', () => {
  const body = '**Quality Gates**:\n- [ ] `npm test` passes\n\n**Acceptance Criteria**:\n- [ ] All tests pass\n';
  it('are run once, whoever asks for them, read by their report, and tick every box that asks', async () => {
    expect(await gatesOf(body, { '*': [{ kind: 'tests' }] }, 'npm test')).toEqual([
      {
        kind: 'tests',
        name: 'npm test passes',
        command: 'npm test',
        boxes: ['npm test passes', 'All tests pass'],
      },
    ]);
  });
  it('are a command like any other where nothing tells that this is how they are run', async () => {
    expect(await gatesOf(body, {}, null)).toEqual([
      { kind: 'command', name: 'npm test passes', command: 'npm test', boxes: ['npm test passes'] },
    ]);
  });
});

describe('a gate in words', () => {
  const inWords = (text: string) => gateInWords(text, () => 'npm test');
  it.each<readonly [string, object]>([
    ['docs/a.md exists', { kind: 'files', paths: ['docs/a.md'], expect: 'exist' }],
    [
      '`docs/a.md` and `README.md` are created.',
      { kind: 'files', paths: ['docs/a.md', 'README.md'], expect: 'created' },
    ],
    ['CHANGELOG.md is updated', { kind: 'files', paths: ['CHANGELOG.md'], expect: 'changed' }],
    ['docs/**/*.md exists', { kind: 'files', paths: ['docs/**/*.md'], expect: 'exist' }],
    ['All tests pass', { kind: 'tests', command: 'npm test' }],
    ['Cross-references are valid', { kind: 'references', paths: [] }],
    ['All links and anchors resolve', { kind: 'references', paths: [] }],
    ['No broken links', { kind: 'references', paths: [] }],
    ['Navigation is valid', { kind: 'navigation', paths: [] }],
    ['**No new problems** in the editor', { kind: 'problems' }],
    ['The working tree is clean', { kind: 'tree', expect: 'clean' }],
    ['All changes are committed', { kind: 'tree', expect: 'committed' }],
  ])('%s', (text, gate) => {
    expect(inWords(text)).toMatchObject(gate);
  });
  it.each([
    'The users table exists',
    'user.email exists',
    'A test exists',
    'https://example.invalid/a.md exists',
    'All tests pass on Windows as well',
    'Tests of the change pass',
    'Names, links and commands in the text are right',
    'Documentation is updated',
    'The way back was tried before going on',
    'Code is committed to quality',
  ])('%s: for a person to say', (text) => {
    expect(inWords(text)).toBeNull();
  });
  it('is checked for the one task that writes it, and decides about its box', async () => {
    expect(await gatesOf('**Quality Gates**:\n- [ ] `docs/a.md` is created\n- [ ] The author likes it\n')).toEqual([
      {
        kind: 'files',
        name: 'docs/a.md is created',
        paths: ['docs/a.md'],
        expect: 'created',
        boxes: ['docs/a.md is created'],
      },
    ]);
  });
  it('is a person’s where nothing tells how tests are run', () => {
    expect(gateInWords('All tests pass', () => null)).toBeNull();
  });
});
