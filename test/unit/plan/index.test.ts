// The index of a workspace: opening, following changes, finding, changing, the cache between sessions.
import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { createPlan, type PlanOptions } from '../../../src/plan/plan-index';
import type { Plan } from '../../../src/plan/ports';
import { MemoryDocuments } from './memory-documents';

const TASKS = `# Tasks

- [x] T1: Lay the floor
- [ ] T2: Paint the wall (depends on T1)
- [ ] T3: Hang the door (depends on T2)
`;

const open: Plan[] = [];
function planOf(documents: MemoryDocuments, options: Partial<PlanOptions> = {}): Plan {
  const plan = createPlan(documents, { config: () => configSchema.parse({}), debounceMs: 1, ...options });
  open.push(plan);
  return plan;
}
afterEach(() => {
  for (const plan of open.splice(0)) plan.dispose();
});

const nextSnapshot = (plan: Plan): Promise<void> =>
  new Promise((resolve) => {
    const listening = plan.onDidChange(() => {
      listening.dispose();
      resolve();
    });
  });

describe('plan index', () => {
  it('opens a workspace and answers what is ready', async () => {
    const plan = planOf(new MemoryDocuments({ 'tasks.md': TASKS, 'notes.md': '# Notes\n\nNothing here.\n' }));
    const snapshot = await plan.open();
    expect(snapshot.documents.map((document) => document.path)).toEqual(['tasks.md']);
    expect(plan.ready().map((item) => item.id)).toEqual(['T2']);
    expect(plan.next()[0]).toMatchObject({
      item: { id: 'T2' },
      because: ['The one thing it waited for is done.', 'Nothing else is ready behind it.'],
    });
    expect(plan.text('tasks.md')).toBe(TASKS);
    expect(plan.text('notes.md')).toBeNull();
  });

  it('reads again only what changed', async () => {
    const documents = new MemoryDocuments({ 'tasks.md': TASKS, 'b/tasks.md': TASKS });
    const plan = planOf(documents);
    await plan.open();
    const other = plan.document('b/tasks.md');
    const changed = nextSnapshot(plan);
    documents.put('tasks.md', TASKS.replace('[ ] T2', '[x] T2'));
    await changed;
    expect(plan.document('b/tasks.md')).toBe(other);
    expect(
      plan
        .ready()
        .map((item) => `${item.path} ${item.id}`)
        .sort(),
    ).toEqual(['b/tasks.md T2', 'tasks.md T3']);
    const again = await plan.open();
    expect(again).toBe(plan.snapshot());
  });

  it('follows documents that come and go', async () => {
    const documents = new MemoryDocuments({});
    const plan = planOf(documents);
    expect((await plan.open()).documents).toEqual([]);
    let changed = nextSnapshot(plan);
    documents.put('tasks.md', TASKS);
    await changed;
    expect(plan.snapshot().items.size).toBe(3);
    changed = nextSnapshot(plan);
    documents.put('tasks.md', null);
    await changed;
    expect(plan.snapshot().items.size).toBe(0);
  });

  it('writes one status and sees it', async () => {
    const documents = new MemoryDocuments({ 'tasks.md': TASKS });
    const plan = planOf(documents);
    await plan.open();
    const found = plan.find('t-02');
    expect(found.ok && found.value.title).toBe('Paint the wall');
    const key = found.ok ? found.value.key : '';
    expect(await plan.change([{ kind: 'set-status', key, status: 'done' }])).toEqual({ ok: true, value: ['tasks.md'] });
    expect(documents.texts.get('tasks.md')).toBe(TASKS.replace('[ ] T2', '[x] T2'));
    expect(plan.ready().map((item) => item.id)).toEqual(['T3']);
    expect(await plan.change([{ kind: 'set-status', key, status: 'done' }])).toEqual({ ok: true, value: [] });
  });
});
