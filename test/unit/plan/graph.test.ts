// The graph: what a written dependency means, circles, what is ready, and that deltas equal a new start.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanDocument, PlanStatus } from '../../../src/model/plan';
import { findCycles } from '../../../src/plan/graph/cycles';
import { PlanGraph, type GraphState } from '../../../src/plan/graph/graph';
import { workspaceProblems } from '../../../src/plan/graph/problems';
import { circularNodes, readyIn, spelledOut } from '../../../src/plan/graph/ready';
import { runThrough } from '../../../src/plan/read/steps';
import { documentOf, edgesOf, graphOf, settle, type Sketch } from './graph-documents';

const problemsOf = (state: GraphState, limit = 2) =>
  runThrough(
    workspaceProblems(state, { inProgress: limit }, (_, offset) => ({ line: Math.floor(offset / 10) + 1, column: 1 })),
  );
const messages = (state: GraphState, code?: string): readonly string[] =>
  problemsOf(state)
    .filter((problem) => code === undefined || problem.code === code)
    .map((problem) => problem.message);
const ready = (state: GraphState): readonly string[] =>
  state.homes
    .flatMap((home) => readyIn(home, state, circularNodes(state)))
    .filter((node) => !spelledOut(state).has(node))
    .map((node) => node.item.title);
const byName = (a: string, b: string): number => (a < b ? -1 : 1);

describe('what a dependency means', () => {
  it('takes T-1.1, Task 1.1, t1.01 and 1.1 for the same', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: 'T-1.1', title: 'base' },
        { id: '1.2', title: 'b', after: ['Task 1.1'] },
        { id: 'Task 1.3', title: 'c', after: ['1.1'] },
        { id: '1.4', title: 'd', after: ['t1.01'] },
        { id: '1.10', title: 'e', after: ['T\u20111.1'] },
      ]),
    );
    expect(edgesOf(state)).toEqual({ b: ['base'], c: ['base'], d: ['base'], e: ['base'] });
    expect(problemsOf(state)).toEqual([]);
  });

  it('looks in the own document, then in those of the same backlog item, then in the workspace', () => {
    const state = graphOf(
      documentOf('backlog.md', [{ id: 'B-7', title: 'seven', kind: 'backlog-item' }], { kind: 'backlog' }),
      documentOf(
        'one.md',
        [
          { id: '1.1', title: 'own' },
          { id: '1.2', title: 'x', after: ['1.1', 'B-007'] },
        ],
        {
          belongsTo: 'B-5',
        },
      ),
      documentOf('two.md', [{ id: '2.1', title: 'y', after: ['1.2'] }], { belongsTo: 'B-5' }),
      documentOf('far.md', [{ id: '3.1', title: 'z', after: ['1.2'] }], { belongsTo: 'B-6' }),
    );
    expect(edgesOf(state)).toEqual({ x: ['own', 'seven'], y: ['x'] });
    expect(messages(state)).toEqual(['3.1 depends on 1.2, which is no item.']);
  });

  it('finds bare numbers across the files of one Backlog.md folder', () => {
    const at = (name: string): string => `backlog/tasks/${name}.md`;
    const more = { dialect: 'backlog-md' } as const;
    const state = graphOf(
      documentOf(at('task-1'), [{ id: 'task-1', title: 'one' }], more),
      documentOf(at('task-2'), [{ id: 'task-2', title: 'two', after: ['task-01'] }], more),
    );
    expect(edgesOf(state)).toEqual({ two: ['one'] });
  });

  it('reads an id with the words of a title, and lets them choose between two items of that id', () => {
    const rows: readonly Sketch[] = [
      { id: 'B-20', title: 'Vector Index Migration' },
      { id: 'B-20', title: 'Citation Quality Gates' },
    ];
    const named = graphOf(documentOf('b.md', [...rows, { id: 'B-9', title: 'n', after: ['B-20 Citation Quality'] }]));
    expect(edgesOf(named)).toEqual({ n: ['Citation Quality Gates'] });
    const bare = graphOf(documentOf('b.md', [...rows, { id: 'B-9', title: 'n', after: ['B-20'] }]));
    expect(edgesOf(bare)).toEqual({});
    expect(messages(bare, 'ambiguous-dependency')).toEqual([
      'B-9 depends on B-20, which can be 2 items: "Vector Index Migration" (line 1), "Citation Quality Gates" (line 2).',
    ]);
  });

  it('takes the one in the same group where numbers start again', () => {
    const state = graphOf(
      documentOf('a.md', [
        { title: 'first', kind: 'phase' },
        { id: 'P1', title: 'a', under: 'first' },
        { title: 'second', kind: 'phase' },
        { id: 'P1', title: 'b', under: 'second' },
        { id: 'P2', title: 'c', under: 'second', after: ['P1'] },
      ]),
    );
    expect(edgesOf(state)).toEqual({ c: ['b'] });
  });

  it('expands phases and ranges, turns "blocks" around, and leaves prose alone', () => {
    const state = graphOf(
      documentOf('a.md', [
        { title: 'Phase 1: Base', kind: 'phase' },
        { id: '1.1', title: 'a', under: 'Phase 1: Base' },
        { id: '1.2', title: 'b', under: 'Phase 1: Base', optional: true },
        { id: '1.3', title: 'c', under: 'Phase 1: Base' },
        { title: 'Phase 2: House', kind: 'phase' },
        { id: '2.1', title: 'd', under: 'Phase 2: House', after: ['Phase 1 completion'] },
        { id: '2.9', title: 'e', after: ['1.1..1.3'] },
        { id: '2.10', title: 'f', after: ['>2.9', '?the database is reachable'] },
      ]),
    );
    expect(edgesOf(state)).toEqual({ d: ['a', 'c'], e: ['a', 'b', 'c', 'f'] });
    expect(problemsOf(state)).toEqual([]);
  });

  it('means the numbered tasks where a phase is no heading', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: '1.1', title: 'a' },
        { id: '1.2', title: 'b' },
        { id: '11.1', title: 'far' },
        { id: '2.1', title: 'c', after: ['Phase 1'] },
      ]),
    );
    expect(edgesOf(state)).toEqual({ c: ['a', 'b'] });
  });

  it('waits for the tasks of the documents that belong to a backlog id nobody lists', () => {
    const state = graphOf(
      documentOf('a.md', [{ id: '1', title: 'a', after: ['B-6 completion'] }]),
      documentOf(
        'b.md',
        [
          { id: '1', title: 'x' },
          { id: '2', title: 'y' },
        ],
        { belongsTo: 'B-6' },
      ),
    );
    expect(edgesOf(state)).toEqual({ a: ['x', 'y'] });
  });

  it('reports what is unknown with its nearest id and, if there is just one, the fix', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: 'AUTH-12', title: 'a' },
        { id: 'AUTH-30', title: 'b', after: ['AUTH-21'] },
      ]),
    );
    const [problem] = problemsOf(state);
    expect(problem?.message).toBe('AUTH-30 depends on AUTH-21, which is no item. Did you mean AUTH-12?');
    expect(problem?.fixes).toEqual([
      { title: 'Change to AUTH-12', edits: [{ span: { start: 10, end: 17 }, text: 'AUTH-12' }], preferred: true },
    ]);
  });

  it('takes another number for another number, not for a slip', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: 'B-628', title: 'a' },
        { id: '9', title: 'b', after: ['B-623', '8', 'B-0629'] },
      ]),
    );
    expect(messages(state)).toEqual([
      '9 depends on B-623, which is no item.',
      '9 depends on 8, which is no item.',
      '9 depends on B-0629, which is no item.',
    ]);
    const mistyped = graphOf(
      documentOf('a.md', [
        { id: 'B-1060', title: 'a' },
        { id: '9', title: 'b', after: ['B-106', 'N-1060'] },
      ]),
    );
    expect(problemsOf(mistyped).map((problem) => problem.fixes[0]?.title)).toEqual([
      'Change to B-1060',
      'Change to B-1060',
    ]);
  });

  it('does not call a phase unknown because it has no tasks', () => {
    const state = graphOf(
      documentOf('a.md', [
        { title: 'Phase 1: Idea', kind: 'phase' },
        { id: '1', title: 'a', after: ['Phase 1'] },
      ]),
    );
    expect(problemsOf(state)).toEqual([]);
    expect(ready(state)).toEqual(['a']);
  });

  it('knows the order that spec-kit states for its phases', () => {
    const state = graphOf(
      documentOf(
        'specs/1/tasks.md',
        [
          { title: 'Phase 1: Setup', kind: 'phase' },
          { id: 'T001', title: 's1', under: 'Phase 1: Setup' },
          { id: 'T002', title: 's2', under: 'Phase 1: Setup', parallel: true },
          { id: 'T003', title: 's3', under: 'Phase 1: Setup', parallel: true },
          { title: 'Phase 2: Foundational', kind: 'phase' },
          { id: 'T004', title: 'f1', under: 'Phase 2: Foundational' },
          { title: 'Phase 3: User Story 1', kind: 'phase' },
          { id: 'T005', title: 'u1', under: 'Phase 3: User Story 1', parallel: true },
          { title: 'Phase 4: User Story 2', kind: 'phase' },
          { id: 'T006', title: 'v1', under: 'Phase 4: User Story 2' },
          { id: 'T007', title: 'v2', under: 'Phase 4: User Story 2' },
          { title: 'Phase N: Polish', kind: 'phase' },
          { id: 'T008', title: 'p1', under: 'Phase N: Polish' },
        ],
        { dialect: 'spec-kit' },
      ),
    );
    expect(edgesOf(state)).toEqual({
      s2: ['s1'],
      s3: ['s1'],
      f1: ['s2', 's3'],
      u1: ['f1'],
      v1: ['f1'],
      v2: ['v1'],
      p1: ['f1', 'u1', 'v2'],
    });
    expect(ready(state)).toEqual(['s1']);
  });
});

describe('circles', () => {
  it('names the path and never makes a member ready', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: '1', title: 'a', after: ['3'] },
        { id: '2', title: 'b', after: ['1'] },
        { id: '3', title: 'c', after: ['2'] },
        { id: '4', title: 'd', after: ['4'] },
        { id: '5', title: 'e' },
        { id: '6', title: 'f', after: ['5', '1'] },
      ]),
    );
    expect(messages(state, 'dependency-cycle')).toEqual([
      'These wait for each other: 1 → 3 → 2 → 1.',
      '4 waits for itself.',
    ]);
    expect(ready(state)).toEqual(['e']);
  });

  it('sees a circle that closes through a parent', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: '1', title: 'p', after: ['2'] },
        { id: '1.1', title: 'child', kind: 'subtask', under: 'p' },
        { id: '2', title: 'q', after: ['1.1'] },
      ]),
    );
    expect(messages(state, 'dependency-cycle')).toHaveLength(1);
    expect(ready(state)).toEqual([]);
  });

  it('lets a parent wait for one of its own children', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: '1', title: 'p', after: ['1.1'] },
        { id: '1.1', title: 'c1', kind: 'subtask', under: 'p' },
        { id: '1.2', title: 'c2', kind: 'subtask', under: 'p' },
      ]),
    );
    expect(messages(state, 'dependency-cycle')).toEqual([]);
    expect(ready(state)).toEqual(['c1', 'c2']);
  });

  it('agrees with a search by reachability on any graph', () => {
    const graphs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 25 });
    fc.assert(
      fc.property(graphs, (pairs) => {
        const next = (key: string): readonly string[] =>
          pairs.filter(([from]) => String(from) === key).map(([, to]) => String(to));
        const keys = [...new Set(pairs.map(([from]) => String(from)))];
        const cycles = findCycles(keys, next, byName);
        for (const path of cycles) {
          path.forEach((key, at) => expect(next(key)).toContain(path[(at + 1) % path.length]));
        }
        const reaches = (from: string, to: string): boolean => {
          const seen = new Set<string>();
          const queue = [...next(from)];
          for (const key of queue) {
            if (key === to) return true;
            if (seen.has(key)) continue;
            seen.add(key);
            queue.push(...next(key));
          }
          return false;
        };
        // One path per strongly connected component that is a circle.
        const circular = keys.filter((key) => reaches(key, key));
        const components = new Set(
          circular.map((key) =>
            circular.filter((other) => other === key || (reaches(key, other) && reaches(other, key))).join(),
          ),
        );
        expect(cycles).toHaveLength(components.size);
      }),
    );
  });

  it('does not overflow on a chain of 20,000', () => {
    const keys = Array.from({ length: 20_000 }, (_, n) => String(n));
    expect(findCycles(keys, (key) => (key === '19999' ? ['0'] : [String(Number(key) + 1)]), byName)[0]).toHaveLength(
      20_000,
    );
  });
});

describe('what is ready', () => {
  it('wants every dependency done; cancelled is no answer but is reported', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: '1', title: 'done', status: 'done' },
        { id: '2', title: 'gone', status: 'cancelled' },
        { id: '3', title: 'a', after: ['1'] },
        { id: '4', title: 'b', after: ['1', '2'] },
        { id: '5', title: 'c', status: 'blocked' },
        { id: '6', title: 'd', status: 'in-progress' },
      ]),
    );
    expect(ready(state)).toEqual(['a', 'd']);
    expect(messages(state, 'cancelled-dependency')).toEqual(['4 waits for 2, which was cancelled (line 2).']);
  });

  it('offers children instead of their parent, and lets them wait with it', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: '1', title: 'p' },
        { id: '1.1', title: 'c1', kind: 'subtask', under: 'p', status: 'done' },
        { id: '1.2', title: 'c2', kind: 'subtask', under: 'p' },
        { id: '2', title: 'q', after: ['1'] },
        { id: '2.1', title: 'd1', kind: 'subtask', under: 'q' },
        { id: '3', title: 'r', after: ['4'] },
        { id: '4', title: 's' },
        { id: '4.1', title: 'e1', kind: 'subtask', under: 's', status: 'done' },
        { id: '4.2', title: 'e2', kind: 'subtask', under: 's', optional: true },
      ]),
    );
    // 4 is not ticked, but all that it requires is done: 3 can go on.
    expect(ready(state)).toEqual(['c2', 'r', 'e2']);
  });

  it('sends a backlog item to the task list that spells it out', () => {
    const backlog = documentOf('backlog.md', [{ id: 'B-1', title: 'item', kind: 'backlog-item' }], { kind: 'backlog' });
    const list = (status: PlanStatus): PlanDocument =>
      documentOf('tasks.md', [{ id: '1', title: 'task', status }], { belongsTo: 'B-1' });
    const prd = documentOf('prd.md', [{ title: 'planned', kind: 'plan-item' }], { kind: 'prd', belongsTo: 'B-1' });
    expect(ready(graphOf(backlog, prd, list('open')))).toEqual(['task']);
    expect(ready(graphOf(backlog, prd, list('done')))).toEqual(['item', 'planned']);
  });
});

describe('problems of the whole', () => {
  it('tells an id written twice from an id of two items', () => {
    const state = graphOf(
      documentOf('a.md', [
        { id: 'B-1', title: 'One' },
        { id: 'B\u201101', title: 'one' },
        { id: 'B-1', title: 'Another' },
      ]),
    );
    expect(problemsOf(state).map(({ code, line }) => `${code} ${line}`)).toEqual([
      'duplicate-id-same-item 2',
      'duplicate-id-different-item 3',
    ]);
  });

  it('sees an id and a status that two backlogs disagree about', () => {
    const row = (title: string, status: PlanStatus): Sketch => ({ id: 'B-1', title, status, kind: 'backlog-item' });
    const state = graphOf(
      documentOf('a.md', [row('One', 'done')], { kind: 'backlog' }),
      documentOf('b.md', [row('One', 'open')], { kind: 'backlog' }),
      documentOf('c.md', [row('Three', 'open')], { kind: 'backlog' }),
    );
    expect(problemsOf(state).map(({ path, code }) => `${path} ${code}`)).toEqual([
      'b.md conflicting-fields',
      'c.md duplicate-id-different-item',
    ]);
  });

  it('counts what is claimed, what is begun and what is ticked too early', () => {
    const state = graphOf(
      documentOf(
        'a.md',
        [
          { id: '1', title: 'a', status: 'in-progress' },
          { id: '2', title: 'b', status: 'in-progress' },
          { id: '3', title: 'c', status: 'in-progress' },
          { id: '4', title: 'd', status: 'done' },
          { id: '4.1', title: 'e', kind: 'subtask', under: 'd' },
        ],
        { claimed: 5 },
      ),
    );
    expect(problemsOf(state).map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'claimed-total: The document claims 5 tasks and has 4.',
      'in-progress-limit: 3 items are in progress, the limit is 2.',
      'checked-parent-open-children: "d" is done but one child is not: line 5.',
    ]);
    expect(problemsOf(state, 3).some((problem) => problem.code === 'in-progress-limit')).toBe(false);
  });
});

describe('deltas', () => {
  const ids = fc.constantFrom('1', '2', '1.1', 'B-1', 'B-2', 'B-3');
  const item = fc.record({
    id: fc.option(ids, { nil: null }),
    title: fc.constantFrom('red', 'green', 'blue', 'Phase 1'),
    kind: fc.constantFrom('task' as const, 'backlog-item' as const, 'phase' as const),
    status: fc.constantFrom('open' as const, 'done' as const, 'cancelled' as const, 'in-progress' as const),
    after: fc.array(fc.oneof(ids, fc.constantFrom('>B-1', 'Phase 1', '1..2', '?red', 'B-2 green')), { maxLength: 3 }),
    under: fc.option(fc.constantFrom('red', 'Phase 1'), { nil: undefined }),
  });
  const step = fc.record({
    path: fc.constantFrom('a/tasks/a.md', 'a/tasks/b.md', 'c.md'),
    sketches: fc.option(fc.array(item, { maxLength: 5 }), { nil: null }),
    kind: fc.constantFrom('backlog' as const, 'tasks' as const),
    dialect: fc.constantFrom('reference-tasks' as const, 'backlog-md' as const, 'spec-kit' as const),
    belongsTo: fc.constantFrom(undefined, 'B-1', 'B-2'),
  });

  it('give the same graph as a new start, whatever came and went', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        const graph = new PlanGraph();
        const now = new Map<string, PlanDocument>();
        for (const { path, sketches, kind, dialect, belongsTo } of steps) {
          if (sketches === null) {
            now.delete(path);
            graph.remove(path);
          } else {
            const sketched = sketches.map(({ under, ...rest }) => (under === undefined ? rest : { ...rest, under }));
            const document = documentOf(path, sketched, {
              kind,
              dialect,
              ...(belongsTo === undefined ? {} : { belongsTo }),
            });
            now.set(path, document);
            graph.put(document);
          }
          const delta = settle(graph);
          const scratch = graphOf(...now.values());
          expect(plain(delta)).toEqual(plain(scratch));
        }
      }),
      { numRuns: 300 },
    );
  });

  const plain = (state: GraphState): unknown => ({
    items: [...state.items.keys()],
    needs: [...state.needs].map(([key, needs]) => [key, [...needs].sort()]).sort(),
    ready: ready(state),
    problems: problemsOf(state).map(({ path, line, code, message }) => ({ path, line, code, message })),
  });
});
