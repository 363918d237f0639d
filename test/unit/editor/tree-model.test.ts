import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookOf } from '../../../src/editor/node-look';
import { itemRef, type NodeRef } from '../../../src/editor/node-ref';
import { createTreeModel, PART, type TreeModel } from '../../../src/editor/tree-model';
import { english } from '../../../src/workflow/words/translate';
import { criterion, item, pause, planDocument, runView, source, taskRun } from './fakes';

/** The tree as text, as a person would see it with everything open. */
function drawn(model: TreeModel): string {
  const lines: string[] = [];
  const walk = (refs: readonly NodeRef[], depth: number): void => {
    for (const ref of refs) {
      const look = lookOf(model, ref, english);
      if (look === null) throw new Error(`no look for ${ref.id}`);
      const box = look.box === null ? '' : look.box ? ' [x]' : ' [ ]';
      const description = look.description === '' ? '' : ` (${look.description})`;
      lines.push(`${'  '.repeat(depth)}${look.icon.id}${box} ${look.label}${description}`);
      walk(model.children(ref), depth + 1);
    }
  };
  walk(model.roots(), 0);
  return lines.join('\n');
}

const plan = planDocument(
  [
    item('P1', 'open', { kind: 'phase', title: 'Phase one' }),
    item('T1', 'done', { parent: 'k:P1' }),
    item('T2', 'open', {
      parent: 'k:P1',
      line: 7,
      criteria: [criterion('It builds', true), criterion('It is fast', false)],
      gates: [criterion('`npm test` passes', null)],
    }),
    item('T3', 'cancelled', { parent: 'k:P1' }),
    item('T4', 'in-progress'),
  ],
  { title: 'Task List: Great things' },
);

describe('the tree', () => {
  it('shows titles as plain text, whatever a document says', () => {
    const nasty = planDocument([item('T1', 'open', { title: 'Up\u202Enwod\u200B\u0007 \u001B[2J' })], {
      title: 'A\u202EB',
    });
    expect(drawn(createTreeModel([source([nasty])], { hideFinished: false }))).toBe(
      ['tasklist Tasks: AB (0/1)', '  circle-large-outline T1 Upnwod [2J'].join('\n'),
    );
  });

  it('shows documents, phases, tasks and criteria with progress', () => {
    expect(drawn(createTreeModel([source([plan])], { hideFinished: false }))).toBe(
      [
        'tasklist Tasks: Great things (1/3)',
        '  layers P1 Phase one (1/2)',
        '    pass-filled T1 Title T1',
        '    circle-large-outline T2 Title T2 (1/2)',
        '      checklist [x] It builds',
        '      checklist [ ] It is fast',
        '      shield `npm test` passes (quality gate)',
        '    circle-slash T3 Title T3',
        '  play-circle T4 Title T4',
      ].join('\n'),
    );
  });

  it('puts what waits for a person on top and the runs at the end', () => {
    const asked = pause('T2');
    const view = runView(
      'running',
      [taskRun('T1', 'succeeded'), taskRun('T2', 'paused'), taskRun('T4', 'running')],
      [asked],
    );
    const lines = drawn(createTreeModel([source([plan], [view])], { hideFinished: false })).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'bell-dot Waiting for You (1)',
      '  debug-pause T2 Title T2 (Your turn: this task has no command to run)',
      'debug-pause Tasks: Great things (1/3)',
    ]);
    expect(lines).toContain('    debug-pause T2 Title T2 (paused: Your turn: this task has no command to run)');
    expect(lines).toContain('  sync~spin T4 Title T4 (running)');
    expect(lines.slice(-5)).toEqual([
      'history Runs',
      '  debug-pause A run (1/3 · waiting for you)',
      '    pass-filled T1 Title T1 (done)',
      '    debug-pause T2 Title T2 (waiting for you)',
      '    sync~spin T4 Title T4 (running)',
    ]);
  });

  it('shows on a closed group that somebody is asked below it, or that something runs', () => {
    const look = (view: ReturnType<typeof runView>) => {
      const model = createTreeModel([source([plan], [view])], { hideFinished: false });
      const { icon, words } = lookOf(model, itemRef('file:///w', 'k:P1'), english) ?? {};
      return `${icon?.id}: ${words}`;
    };
    expect(look(runView('running', [taskRun('T1', 'succeeded')], [pause('T1')]))).toBe(
      'debug-pause: P1 Phase one, waiting for you, 1 of 2 done',
    );
    expect(look(runView('running', [taskRun('T2', 'checking')]))).toBe('sync~spin: P1 Phase one, running, 1 of 2 done');
    expect(look(runView('running', [taskRun('T4', 'running')]))).toBe('layers: P1 Phase one, open, 1 of 2 done');
    expect(look(runView('succeeded', [taskRun('T2', 'succeeded')]))).toBe('layers: P1 Phase one, open, 1 of 2 done');
  });

  it('offers to skip what a run still works on, and to take back what an agent has', () => {
    const claim = { by: 'mcp:agent', session: 's', at: 0, until: Date.now() + 60_000 };
    const context = (task: ReturnType<typeof taskRun>): string | undefined =>
      lookOf(
        createTreeModel([source([plan], [runView('running', [task])])], { hideFinished: false }),
        itemRef('file:///w', 'k:T2'),
        english,
      )?.context;
    expect(context(taskRun('T2', 'waiting'))).toBe('item.waiting.live');
    expect(context(taskRun('T2', 'running', { claim }))).toBe('item.running.taken.live');
    expect(context(taskRun('T2', 'failed'))).toBe('item.failed.over.live');
  });

  it('names a document whose title is only its kind by its file, or by its folder', () => {
    const named = (path: string): string | undefined =>
      drawn(
        createTreeModel([source([planDocument([item('T1')], { path, title: 'Tasks' })])], { hideFinished: false }),
      ).split('\n')[0];
    expect(named('docs/later.md')).toBe('tasklist Tasks: later (0/1)');
    expect(named('specs/001-login/tasks.md')).toBe('tasklist Tasks: 001-login (0/1)');
    expect(named('tasks.md')).toBe('tasklist Tasks: tasks (0/1)');
  });

  it('no longer shows a pause that was answered', () => {
    const answered = pause('T2', { answer: { choice: 'done', text: null, by: 'cli', at: 1 } });
    const model = createTreeModel([source([plan], [runView('running', [taskRun('T2', 'running')], [answered])])], {
      hideFinished: false,
    });
    expect(model.waiting).toBe(0);
    expect(model.roots().map((ref) => ref.kind)).toEqual(['document', 'runs']);
  });

  it('keeps a failure visible on open work after the run, and nothing on work done by hand since', () => {
    const view = runView('failed', [taskRun('T2', 'failed', { reason: 'exit 1' }), taskRun('T1', 'failed')]);
    const text = drawn(createTreeModel([source([plan], [view])], { hideFinished: false }));
    expect(text).toContain('    error T2 Title T2 (failed · exit 1)');
    expect(text).toContain('    pass-filled T1 Title T1\n');
  });

  it('hides what is finished on wish', () => {
    const text = drawn(createTreeModel([source([plan])], { hideFinished: true }));
    expect(text).not.toContain('T1');
    expect(text).not.toContain('T3');
    expect(text).toContain('T2');
  });

  it('groups by folder only when there are several', () => {
    const two = [source([plan]), source([plan], [], { id: 'file:///v', name: 'v' })];
    expect(
      createTreeModel(two, { hideFinished: false })
        .roots()
        .map((ref) => ref.kind),
    ).toEqual(['folder', 'folder']);
    expect(new Set(everyNode(createTreeModel(two, { hideFinished: false })).map((ref) => ref.id)).size).toBe(
      everyNode(createTreeModel(two, { hideFinished: false })).length,
    );
  });

  it('shows very long lists in parts, each found from its items', () => {
    const many = planDocument(Array.from({ length: 10_000 }, (_, n) => item(`T${n}`, n < 300 ? 'done' : 'open')));
    const model = createTreeModel([source([many])], { hideFinished: false });
    const [document] = model.roots();
    const parts = model.children(document!);
    expect(parts.length).toBe(10_000 / PART);
    expect(lookOf(model, parts[1]!, english)).toMatchObject({ label: 'T250 to T499', description: '50/250' });
    expect(model.parent(itemRef('file:///w', 'k:T999'))).toEqual(parts[3]);
    expect(model.children(parts[3]!)).toContainEqual(itemRef('file:///w', 'k:T999'));
  });

  it('says everything in words too', () => {
    const asked = pause('T2');
    const model = createTreeModel([source([plan], [runView('running', [taskRun('T2', 'paused')], [asked])])], {
      hideFinished: false,
    });
    expect(lookOf(model, itemRef('file:///w', 'k:T2'), english)?.words).toBe(
      'T2 Title T2, paused: Your turn: this task has no command to run, 1 of 2 done',
    );
    for (const ref of everyNode(model)) expect(lookOf(model, ref, english)?.words).not.toBe('');
  });

  it('gives null for nodes that are gone', () => {
    const model = createTreeModel([source([])], { hideFinished: false });
    expect(lookOf(model, itemRef('file:///w', 'k:T1'), english)).toBeNull();
    expect(model.children(itemRef('file:///w', 'k:T1'))).toEqual([]);
    expect(model.parent(itemRef('file:///elsewhere', 'k:T1'))).toBeNull();
  });

  it('holds for any nesting: each item once, and every parent lists its child', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(30), fc.constantFrom('open', 'done', 'cancelled', 'blocked')), { maxLength: 60 }),
        (shape) => {
          const items = shape.map(([up, status], n) =>
            item(`T${n}`, status as 'open', { parent: up % 3 === 0 || n === 0 ? null : `k:T${n - 1 - (up % n)}` }),
          );
          const model = createTreeModel([source([planDocument(items)])], { hideFinished: false });
          const nodes = everyNode(model).filter((ref) => ref.kind === 'item');
          expect(nodes.length).toBe(items.length);
          for (const node of nodes) {
            const parent = model.parent(node);
            expect(model.children(parent!)).toContainEqual(node);
          }
        },
      ),
    );
  });
});

function everyNode(model: TreeModel): readonly NodeRef[] {
  const walk = (refs: readonly NodeRef[]): readonly NodeRef[] =>
    refs.flatMap((ref) => [ref, ...walk(model.children(ref))]);
  return walk(model.roots());
}
