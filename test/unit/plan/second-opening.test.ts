// What an earlier session left: the next opening begins with it, and shows nothing that a new reading would not show.
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { createPlan, type PlanOptions } from '../../../src/plan/plan-index';
import type { Plan } from '../../../src/plan/ports';
import type { Dialect } from '../../../src/plan/read/dialect';
import { DIALECTS } from '../../../src/plan/read/registry';
import { StampedDocuments, WholeCache } from './memory-documents';

const TASKS = `# Tasks

- [x] T1: Lay the floor
- [ ] T2: Paint the wall (depends on T1)
- [ ] T3: Hang the door (depends on T2)
`;
const LIST = `# Task List: B-12 Door

#### Task 1.1: Measure the frame

**Status**: todo
**Priority**: High
**Dependencies**: None

**Acceptance Criteria**:
- [ ] The frame is measured
- [x] \`npm test\` passes

#### Task 1.2: Cut the wood

**Status**: in-progress
**Dependencies**: Task 1.1, B-14

`;
const BACKLOG = `# Backlog

| ID | Title | Status | Dependencies |
|---|---|---|---|
| B-12 | Door | todo | B-14 |
| B-13 | Window | todo | B-12 |
| B-14 | Frame | done | None |
`;
const BOARD = `---\nid: task-1\ntitle: One\nstatus: To Do\n---\n\n## Description\n\nSome\n`;
const BOARD_CONFIG = 'project_name: "X"\nstatuses: ["To Do", "Doing", "Done"]\n';
const TEXTS = {
  '000_backlog.md': BACKLOG,
  'Task-List-B-12-Door.md': LIST,
  'Process-Tasks-B-12-Door.md': LIST.replace('todo', 'done'),
  'a/tasks.md': TASKS,
  'b/tasks.md': `${TASKS}- [ ] T4: More (depends on T9)\n- [ ] T4: Again\n- [ ] T6: Round (depends on T7)\n- [ ] T7: And round (depends on T6)\n`,
  'backlog/config.yml': BOARD_CONFIG,
  'backlog/tasks/task-1 - One.md': BOARD,
  'notes.md': '# Notes\n\nNothing.\n',
};

const open: Plan[] = [];
function planOf(documents: StampedDocuments, options: Partial<PlanOptions> = {}): Plan {
  const plan = createPlan(documents, { config: () => configSchema.parse({}), debounceMs: 1, ...options });
  open.push(plan);
  return plan;
}
afterEach(() => {
  for (const plan of open.splice(0)) plan.dispose();
});

const NEVER = DIALECTS.map((dialect): Dialect => {
  const asked = (): never => {
    throw new Error('asked');
  };
  return { id: dialect.id, claim: asked, read: asked };
});

/** Everything a plan answers. */
function said(plan: Plan): object {
  const { documents, items, needs, problems } = plan.snapshot();
  return {
    next: plan.next(6),
    documents: documents.map((document) => ({ ...document })),
    size: items.size,
    items: [...items],
    needs: [...needs],
    problems,
    all: plan.next(100),
    ready: plan.ready(),
    texts: documents.map(({ path }) => plan.text(path)),
    found: documents.flatMap(({ items: own }) => own.map((item) => plan.find(item.key))),
  };
}

async function leave(
  documents: StampedDocuments,
  cache: WholeCache,
  options: Partial<PlanOptions> = {},
): Promise<object> {
  const plan = planOf(documents, { cache, ...options });
  await plan.open();
  await plan.kept();
  const left = said(plan);
  plan.dispose();
  return left;
}

describe('the second opening', () => {
  it('reads nothing where nothing changed, and answers the same', async () => {
    const documents = new StampedDocuments(TEXTS);
    const cache = new WholeCache();
    const left = await leave(documents, cache);
    documents.readPaths.length = 0;
    const plan = planOf(documents, { cache, dialects: NEVER });
    await plan.open();
    // Only what may stand beside the board: it has no stamp of its own.
    expect(documents.readPaths.filter((path) => path.endsWith('.md'))).toEqual([]);
    expect(said(plan)).toEqual(left);
    expect(documents.readPaths.filter((path) => path.endsWith('.md'))).toEqual([]);
    // Some of all: dependencies, a circle, a missing id, a backlog item that a list spells out.
    expect(plan.snapshot().problems.map((problem) => problem.code)).toContain('dependency-cycle');
    expect(plan.snapshot().needs.size).toBeGreaterThan(4);
  });

  it('reads a document that was touched and believes what is known of it', async () => {
    const documents = new StampedDocuments(TEXTS);
    const cache = new WholeCache();
    const left = await leave(documents, cache);
    documents.touch('a/tasks.md');
    documents.readPaths.length = 0;
    const plan = planOf(documents, { cache, dialects: NEVER });
    await plan.open();
    expect(documents.readPaths.filter((path) => path.endsWith('.md'))).toEqual(['a/tasks.md']);
    expect(said(plan)).toEqual(left);
  });

  it('never believes a stamp that a file did not have when it was read', async () => {
    const documents = new StampedDocuments(TEXTS);
    const cache = new WholeCache();
    documents.young.add('a/tasks.md');
    await leave(documents, cache);
    // Written again within the tick: nothing about the file tells.
    documents.texts.set('a/tasks.md', TASKS.replace('[ ] T2', '[x] T2'));
    documents.young.clear();
    const plan = planOf(documents, { cache });
    await plan.open();
    expect(plan.find('a/tasks.md#T2')).toMatchObject({ ok: true, value: { status: 'done' } });
    expect(said(plan)).toEqual(await leave(documents, new WholeCache()));
  });

  it('is as good a beginning for changes, and for the session after it', async () => {
    const documents = new StampedDocuments(TEXTS);
    const cache = new WholeCache();
    await leave(documents, cache);
    const plan = planOf(documents, { cache });
    await plan.open();
    const found = plan.find('a/tasks.md#T2');
    const key = found.ok ? found.value.key : '';
    expect(await plan.change([{ kind: 'set-status', key, status: 'done' }])).toMatchObject({ ok: true });
    await plan.kept();
    expect(said(plan)).toEqual(
      await leave(new StampedDocuments(Object.fromEntries(documents.texts)), new WholeCache()),
    );
    const third = planOf(documents, { cache, dialects: NEVER });
    await third.open();
    expect(said(third)).toEqual(said(plan));
  });

  it('makes itself ready for changes when nothing happens', async () => {
    const documents = new StampedDocuments(TEXTS);
    const cache = new WholeCache();
    const left = await leave(documents, cache);
    const plan = planOf(documents, { cache, dialects: NEVER, idleMs: 1 });
    const snapshot = await plan.open();
    await new Promise((resolve) => setTimeout(resolve, 30));
    await plan.kept();
    expect(plan.snapshot()).toBe(snapshot);
    expect(said(plan)).toEqual(left);
  });

  it('tells when a text is another by now, and reads it', async () => {
    const documents = new StampedDocuments(TEXTS);
    const cache = new WholeCache();
    await leave(documents, cache);
    const plan = planOf(documents, { cache });
    await plan.open();
    const seen = new Promise<void>((resolve) => void plan.onDidChange(() => resolve()));
    // Somebody writes, and no watcher says so.
    documents.texts.set('a/tasks.md', TASKS.replace('[ ] T3', '[x] T3'));
    documents.touch('a/tasks.md');
    expect(plan.text('a/tasks.md')).toBeNull();
    await seen;
    expect(plan.find('a/tasks.md#T3')).toMatchObject({ ok: true, value: { status: 'done' } });
    expect(plan.text('a/tasks.md')).toContain('[x] T3');
  });

  it('says again what cannot be read, and what the config does not know', async () => {
    const documents = new StampedDocuments(TEXTS);
    const cache = new WholeCache();
    const settings = (maxBytes: number) => ({
      config: () => configSchema.parse({ documents: { maxBytes, dialects: { 'x/**': 'nothing' } } }),
    });
    const left = await leave(documents, cache, settings(200));
    expect(JSON.stringify(left)).toContain('larger than 200');
    const plan = planOf(documents, { cache, dialects: NEVER, ...settings(200) });
    await plan.open();
    expect(said(plan)).toEqual(left);
    // A larger limit is another question.
    const more = planOf(documents, { cache, ...settings(100_000) });
    await more.open();
    expect(said(more)).toEqual(await leave(documents, new WholeCache(), settings(100_000)));
  });

  it('reads again what a cache lost, cut or mixed up', async () => {
    const documents = new StampedDocuments(TEXTS);
    const whole = new WholeCache();
    const left = await leave(documents, whole);
    for (const path of whole.readings.keys()) {
      for (const damage of ['gone', 'cut', 'other'] as const) {
        const cache = new WholeCache();
        for (const [each, reading] of whole.readings) cache.readings.set(each, reading);
        const hit = whole.readings.get(path);
        if (hit === undefined || damage === 'gone') cache.readings.delete(path);
        else if (damage === 'cut') cache.readings.set(path, { ...hit, payload: hit.payload.slice(0, -2) });
        else cache.readings.set(path, { ...hit, hash: 'other' });
        const plan = planOf(documents, { cache });
        await plan.open();
        expect(said(plan)).toEqual(left);
      }
    }
  });

  it('equals a first one, whatever happened in between', { timeout: 120_000 }, async () => {
    const paths = [...Object.keys(TEXTS), 'c/tasks.md', 'renamed.md'];
    const path = fc.constantFrom(...paths);
    const text = fc.oneof(
      fc.constantFrom(...Object.values(TEXTS)),
      fc.constant(TASKS.replace('[ ] T2', '[x] T2')),
      fc.constant(BACKLOG.replace('| B-14 | Frame | done', '| B-14 | Frame | todo')),
      fc.constant(BOARD.replace('To Do', 'Doing')),
      fc.constant(BOARD_CONFIG.replace('"Doing"', '"Under way"')),
      fc.string(),
    );
    const step = fc.oneof(
      fc.record({ do: fc.constant('write' as const), path, text }),
      fc.record({ do: fc.constant('young' as const), path, text }),
      fc.record({ do: fc.constant('touch' as const), path }),
      fc.record({ do: fc.constant('delete' as const), path }),
      fc.record({ do: fc.constant('rename' as const), path, to: path }),
      fc.record({ do: fc.constant('limit' as const), inProgress: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ do: fc.constant('most' as const), maxBytes: fc.constantFrom(100, 400, 1_000_000) }),
      fc.record({
        do: fc.constant('wish' as const),
        path,
        dialect: fc.constantFrom('none', 'checkbox-tasks', 'nothing'),
      }),
      fc.record({ do: fc.constant('session' as const), follows: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const documents = new StampedDocuments(TEXTS);
        const cache = new WholeCache();
        let settings: object = {};
        const options = (): Pick<PlanOptions, 'config'> => {
          const now = configSchema.parse(settings);
          return { config: () => now };
        };
        let running: Plan | null = null;
        for (const each of steps) {
          switch (each.do) {
            case 'write':
              documents.put(each.path, each.text);
              documents.young.delete(each.path);
              break;
            case 'young':
              documents.put(each.path, each.text);
              documents.young.add(each.path);
              break;
            case 'touch':
              documents.touch(each.path);
              break;
            case 'delete':
              documents.put(each.path, null);
              break;
            case 'rename': {
              const moved = documents.texts.get(each.path);
              if (moved === undefined) break;
              documents.put(each.path, null);
              documents.put(each.to, moved);
              break;
            }
            case 'limit':
              settings = { ...settings, limits: { inProgress: each.inProgress } };
              break;
            case 'most':
              settings = { ...settings, documents: { maxBytes: each.maxBytes } };
              break;
            case 'wish':
              settings = { ...settings, documents: { dialects: { [each.path]: each.dialect } } };
              break;
            case 'session':
              await running?.kept();
              running?.dispose();
              running = createPlan(documents, { ...options(), cache, debounceMs: 0 });
              await running.open();
              await running.kept();
              if (!each.follows) {
                running.dispose();
                running = null;
              }
              break;
          }
        }
        await running?.kept();
        running?.dispose();
        const again = planOf(documents, { ...options(), cache });
        await again.open();
        const cold = planOf(documents, options());
        await cold.open();
        expect(said(again)).toEqual(said(cold));
      }),
      { numRuns: 60 },
    );
  });
});
