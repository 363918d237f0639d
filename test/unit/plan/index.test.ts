// The index of a workspace: opening, following changes, finding, changing, the cache between sessions.
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { createPlan, type PlanOptions } from '../../../src/plan/plan-index';
import type { Plan } from '../../../src/plan/ports';
import { difference } from '../../../src/plan/plan-index-change';
import { packReading, unpackReading } from '../../../src/plan/plan-index-cache';
import type { Dialect } from '../../../src/plan/read/dialect';
import { checkboxTasks } from '../../../src/plan/read/checkbox-tasks';
import { DIALECTS } from '../../../src/plan/read/registry';
import { applyEdits } from '../../../src/plan/write/text-edits';
import { MemoryCache, MemoryDocuments } from './memory-documents';
import { blankTask } from '../support/blanks';

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

const keyOf = (plan: Plan, asked: string): string => {
  const found = plan.find(asked);
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  return found.value.key;
};

describe('changes', () => {
  it('apply over several documents together', async () => {
    const documents = new MemoryDocuments({ 'a/tasks.md': TASKS, 'b/tasks.md': TASKS });
    const plan = planOf(documents);
    await plan.open();
    const done = await plan.change([
      { kind: 'set-status', key: keyOf(plan, 'a/tasks.md#T2'), status: 'done' },
      { kind: 'set-status', key: keyOf(plan, 'b/tasks.md#T2'), status: 'in-progress' },
      { kind: 'set-status', key: keyOf(plan, 'b/tasks.md#T3'), status: 'blocked' },
    ]);
    expect(done).toEqual({ ok: true, value: ['a/tasks.md', 'b/tasks.md'] });
    expect(documents.texts.get('a/tasks.md')).toBe(TASKS.replace('[ ] T2', '[x] T2'));
    expect(documents.texts.get('b/tasks.md')).toBe(TASKS.replace('[ ] T2', '[-] T2').replace('[ ] T3', '[!] T3'));
  });

  it('are written on what was read last, unless the document says something else by now', async () => {
    const documents = new MemoryDocuments({ 'tasks.md': TASKS });
    const plan = planOf(documents);
    await plan.open();
    const key = keyOf(plan, 'T2');
    documents.readPaths.length = 0;
    expect(await plan.change([{ kind: 'set-status', key, status: 'done' }])).toEqual({ ok: true, value: ['tasks.md'] });
    expect(documents.readPaths).toEqual([]);
    // Somebody opens it again, and nobody says so: a change that would change nothing does.
    documents.texts.set('tasks.md', `${TASKS}\nMore.\n`);
    expect(await plan.change([{ kind: 'set-status', key, status: 'done' }])).toEqual({ ok: true, value: ['tasks.md'] });
    expect(documents.texts.get('tasks.md')).toBe(`${TASKS.replace('[ ] T2', '[x] T2')}\nMore.\n`);
    // And one that would change something is made on what stands there.
    documents.texts.set('tasks.md', `Before.\n\n${TASKS}`);
    const blocked = plan.change([{ kind: 'set-status', key, status: 'in-progress' }]);
    expect(await blocked).toEqual({ ok: true, value: ['tasks.md'] });
    expect(documents.texts.get('tasks.md')).toBe(`Before.\n\n${TASKS.replace('[ ] T2', '[-] T2')}`);
  });

  it('apply not at all when one document refuses', async () => {
    const documents = new MemoryDocuments({ 'a/tasks.md': TASKS, 'b/tasks.md': TASKS });
    documents.refuse.add('b/tasks.md');
    const plan = planOf(documents);
    await plan.open();
    const done = await plan.change([
      { kind: 'set-status', key: keyOf(plan, 'a/tasks.md#T2'), status: 'done' },
      { kind: 'set-status', key: keyOf(plan, 'b/tasks.md#T2'), status: 'done' },
    ]);
    expect(done).toEqual({
      ok: false,
      error: { kind: 'file', path: 'b/tasks.md', operation: 'write', code: 'EACCES' },
    });
    expect(documents.written).toEqual(['a/tasks.md', 'a/tasks.md']);
    expect([...documents.texts.values()]).toEqual([TASKS, TASKS]);
    expect(plan.snapshot().items.get(keyOf(plan, 'a/tasks.md#T2'))?.status).toBe('open');
  });

  it('write nothing when one of them cannot be planned', async () => {
    const documents = new MemoryDocuments({ 'a/tasks.md': TASKS });
    const plan = planOf(documents);
    await plan.open();
    const done = await plan.change([
      { kind: 'set-status', key: keyOf(plan, 'T2'), status: 'done' },
      { kind: 'set-status', key: keyOf(plan, 'T3'), status: 'cancelled' },
    ]);
    expect(done).toMatchObject({ ok: false, error: { kind: 'not-writable', path: 'a/tasks.md', line: 5 } });
    expect(documents.written).toEqual([]);
  });

  it('read a document again that changed since, also between planning and writing', async () => {
    const documents = new MemoryDocuments({ 'tasks.md': TASKS });
    const plan = planOf(documents, { debounceMs: 60_000 });
    await plan.open();
    const key = keyOf(plan, 'T2');
    documents.texts.set('tasks.md', `Preface\n\n${TASKS}`);
    let meddled = false;
    documents.beforeWrite = () => {
      if (meddled) return;
      meddled = true;
      documents.texts.set('tasks.md', `One more\n\n${documents.texts.get('tasks.md')}`);
    };
    expect(await plan.change([{ kind: 'set-status', key, status: 'done' }])).toMatchObject({ ok: true });
    expect(documents.texts.get('tasks.md')).toBe(`One more\n\nPreface\n\n${TASKS.replace('[ ] T2', '[x] T2')}`);
  });

  it('answer with suggestions for an item or document that is not there', async () => {
    const plan = planOf(new MemoryDocuments({ 'tasks.md': TASKS }));
    await plan.open();
    expect(await plan.change([{ kind: 'set-status', key: 'T22', status: 'done' }])).toEqual({
      ok: false,
      error: { kind: 'unknown-item', asked: 'T22', nearest: ['T2'] },
    });
    expect(
      await plan.change([{ kind: 'append-task', path: 'task.md', after: null, task: blankTask({ title: 'x' }) }]),
    ).toMatchObject({ ok: false, error: { kind: 'unknown-document', nearest: ['tasks.md'] } });
  });

  it('that touch the same place are made one after the other', async () => {
    const documents = new MemoryDocuments({ 'tasks.md': TASKS });
    const plan = planOf(documents);
    await plan.open();
    const task = (id: string) => blankTask({ id, title: `Task ${id}` });
    const done = await plan.change([
      { kind: 'append-task', path: 'tasks.md', after: null, task: task('T4') },
      { kind: 'append-task', path: 'tasks.md', after: null, task: task('T5') },
      { kind: 'set-status', key: keyOf(plan, 'T2'), status: 'done' },
    ]);
    expect(done).toEqual({ ok: true, value: ['tasks.md'] });
    expect(documents.written).toEqual(['tasks.md']);
    expect(plan.snapshot().documents[0]?.items.map((item) => `${item.id} ${item.status}`)).toEqual([
      'T1 done',
      'T2 done',
      'T3 open',
      'T4 open',
      'T5 open',
    ]);
  });

  it('differ by one edit that is right for any two texts', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', '😁'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edits = difference(before, after);
        expect(applyEdits(before, edits)).toBe(after);
        expect(edits.every((edit) => edit.text.isWellFormed())).toBe(true);
      }),
    );
  });
});

describe('reading', () => {
  const config = (documents: Record<string, unknown>) => () => configSchema.parse({ documents });

  it('takes what the config says over what a document claims', async () => {
    const texts = { 'tasks.md': TASKS, 'old/tasks.md': TASKS, 'loose.txt': '- [ ] T1: Not claimed elsewhere\n' };
    const plan = planOf(new MemoryDocuments(texts), {
      config: config({ dialects: { 'old/**': 'none', '*.md': 'checkbox-tasks', '**/*.rst': 'restructured' } }),
    });
    const snapshot = await plan.open();
    expect(snapshot.documents.map(({ path, dialect }) => `${path} ${dialect}`)).toEqual(['tasks.md checkbox-tasks']);
    expect(snapshot.problems.map(({ path, code, message }) => `${path} ${code} ${message}`)).toEqual([
      '.soloflow/config.json config No dialect is called "restructured" for **/*.rst.',
    ]);
  });

  it('follows the config when opened again', async () => {
    let dialects: Record<string, string> = {};
    const plan = planOf(new MemoryDocuments({ 'tasks.md': TASKS }), {
      config: () => configSchema.parse({ documents: { dialects } }),
    });
    expect((await plan.open()).documents).toHaveLength(1);
    dialects = { '**': 'none' };
    expect((await plan.open()).documents).toHaveLength(0);
    dialects = {};
    expect((await plan.open()).documents).toHaveLength(1);
  });

  it('reports a document that cannot be read, and goes on with the others', async () => {
    const documents = new MemoryDocuments({ 'tasks.md': TASKS, 'big/tasks.md': TASKS.repeat(100) });
    const broken: Dialect = {
      id: 'kiro',
      claim: ({ path }) => (path === 'bad.md' ? 1 : 0),
      read: () => {
        throw new Error('a bug');
      },
    };
    documents.texts.set('bad.md', 'x');
    const plan = planOf(documents, { config: config({ maxBytes: 5000 }), dialects: [broken, checkboxTasks] });
    const snapshot = await plan.open();
    expect(snapshot.documents.map((document) => document.path)).toEqual(['tasks.md']);
    expect(snapshot.problems.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'bad.md unreadable-document',
      'big/tasks.md unreadable-document',
    ]);
    const changed = nextSnapshot(plan);
    documents.put('big/tasks.md', TASKS);
    await changed;
    expect(plan.snapshot().problems.map(({ path }) => path)).toEqual(['bad.md']);
    expect(plan.snapshot().documents).toHaveLength(2);
  });

  it('reads a document again when a side file of it changes', async () => {
    const sided: Dialect = {
      id: checkboxTasks.id,
      claim: () => 1,
      sideFiles: () => ['config.yml'],
      read: (source, context) => ({
        ...checkboxTasks.read(source, context),
        title: context.sideFiles.get('config.yml') ?? 'no config',
      }),
    };
    const documents = new MemoryDocuments({ 'tasks.md': TASKS });
    documents.unlisted.add('config.yml');
    const cache = new MemoryCache();
    const plan = planOf(documents, { dialects: [sided], cache });
    expect((await plan.open()).documents[0]?.title).toBe('no config');
    const changed = nextSnapshot(plan);
    documents.put('config.yml', 'with config');
    await changed;
    expect(plan.snapshot().documents[0]?.title).toBe('with config');
    await plan.kept();
    // The cache knows the document by its side files too.
    documents.texts.set('config.yml', 'other config');
    expect((await planOf(documents, { dialects: [sided], cache }).open()).documents[0]?.title).toBe('other config');
  });
});

describe('the cache', () => {
  const texts = {
    'tasks.md': TASKS,
    'b/tasks.md': `${TASKS}- [ ] T4: More (depends on T9)\n`,
    'notes.md': '# Notes\n',
  };

  it('gives the same snapshot without a reader being asked', async () => {
    const cache = new MemoryCache();
    const before = planOf(new MemoryDocuments(texts), { cache });
    const first = await before.open();
    await before.kept();
    const never = DIALECTS.map((dialect): Dialect => ({
      id: dialect.id,
      claim: () => {
        throw new Error('asked');
      },
      read: () => {
        throw new Error('asked');
      },
    }));
    const second = await planOf(new MemoryDocuments(texts), { cache, dialects: never }).open();
    expect(cache.hits).toBe(3);
    expect(second.documents).toEqual(first.documents);
    expect(second.problems).toEqual(first.problems);
    expect([...second.needs]).toEqual([...first.needs]);
  });

  it('is not believed for another text, another wish, or damage', async () => {
    const cache = new MemoryCache();
    const before = planOf(new MemoryDocuments(texts), { cache });
    await before.open();
    await before.kept();
    const edited = { ...texts, 'tasks.md': TASKS.replace('[ ] T2', '[x] T2') };
    const plan = planOf(new MemoryDocuments(edited), { cache });
    await plan.open();
    expect(plan.find('tasks.md#T2')).toMatchObject({ ok: true, value: { status: 'done' } });
    for (const [path, reading] of cache.readings)
      cache.readings.set(path, { ...reading, payload: reading.payload.slice(1) });
    expect((await planOf(new MemoryDocuments(texts), { cache }).open()).items.size).toBe(7);
    const none = { config: () => configSchema.parse({ documents: { dialects: { '**': 'none' } } }), cache };
    expect((await planOf(new MemoryDocuments(texts), none).open()).items.size).toBe(0);
  });

  it('keeps every field of an item', () => {
    const span = { start: 3, end: 9 };
    const said = { value: 'x', text: 'x', span };
    const document = checkboxTasks.read({ path: 'tasks.md', text: TASKS }, { sideFiles: new Map() });
    const full = document.items.map((item) => ({
      ...item,
      priority: said,
      labels: ['a'],
      dates: { due: said },
      optional: true,
      occurrences: [
        ...item.occurrences,
        { line: 9, form: 'lane', status: 'done' as const, statusText: 'x', title: 'y' },
      ],
    }));
    const reading = { document: { ...document, items: full }, sides: { 'config.yml': null, other: 'hash' } };
    expect(unpackReading(packReading(reading), 'tasks.md')).toEqual(reading);
    expect(unpackReading(packReading(reading), 'moved.md')).toBeNull();
  });
});

describe('find', () => {
  it('takes keys, ids, titles and places, and never picks one of several', async () => {
    const plan = planOf(
      new MemoryDocuments({ 'tasks.md': TASKS, 'b/tasks.md': TASKS.replace('T3: Hang the door', 'T7: Oil it') }),
    );
    await plan.open();
    const found = (asked: string): string => {
      const item = plan.find(asked);
      return item.ok ? `${item.value.path} ${item.value.id}` : JSON.stringify(item.error);
    };
    expect(found('t-007')).toBe('b/tasks.md T7');
    expect(found('7')).toBe('b/tasks.md T7');
    expect(found('hang  THE door')).toBe('tasks.md T3');
    expect(found('T3 Hang the door')).toBe('tasks.md T3');
    expect(found('b/tasks.md:4')).toBe('b/tasks.md T2');
    expect(found('b/tasks.md#t2')).toBe('b/tasks.md T2');
    expect(plan.find('T2')).toMatchObject({ ok: false, error: { kind: 'ambiguous-item', candidates: { length: 2 } } });
    expect(plan.find('T77')).toMatchObject({ ok: false, error: { kind: 'unknown-item', nearest: ['T7'] } });
    expect(plan.find('Hang the dor')).toMatchObject({ ok: false, error: { nearest: ['Hang the door'] } });
    expect(plan.find('')).toMatchObject({ ok: false, error: { kind: 'unknown-item' } });
  });
});
