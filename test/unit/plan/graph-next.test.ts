// The order of ready work, why, and what a child's change means for its parents.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DialectId, PlanStatus } from '../../../src/model/plan';
import { compare, Order } from '../../../src/plan/graph/next';
import { priorityRank } from '../../../src/plan/graph/rank';
import { parentChanges } from '../../../src/plan/graph/roll-up';
import { computedScore } from '../../../src/plan/graph/score';
import { documentOf, graphOf, type Sketch } from './graph-documents';

const orderOf = (...sketches: readonly Sketch[]): Order => new Order(graphOf(documentOf('a.md', sketches)));
const titles = (order: Order): readonly string[] => order.all().map((each) => each.node.item.title);
const why = (order: Order): string => order.next(1)[0]?.because.join(' ') ?? '';

describe('next', () => {
  it('puts begun work first, then lanes, MoSCoW, priority, score, what is unlocked, and the document', () => {
    const order = orderOf(
      { id: '9', title: 'late' },
      { id: '1', title: 'unlocks' },
      { id: '2', title: 'scored', score: 3 },
      { id: '3', title: 'critical', priority: '🔥 Critical' },
      { id: '4', title: 'must', moscow: '🔥 Mus' },
      { title: 'P1 Lane', kind: 'lane' },
      { id: '5', title: 'lane one', kind: 'backlog-item', under: 'P1 Lane' },
      { id: '6', title: 'begun', status: 'in-progress' },
      { id: '7', title: 'waiting', after: ['1'] },
      { id: '8', title: 'low', priority: 'Low' },
    );
    expect(titles(order)).toEqual(['begun', 'lane one', 'must', 'critical', 'scored', 'unlocks', 'late', 'low']);
    expect(order.next(8).map(({ because }) => because.at(-1))).toEqual([
      'It is already in progress.',
      'Lane P1 (of "P1 Lane"); 4 has none.',
      'MoSCoW 🔥 Mus; 3 has none.',
      'Priority 🔥 Critical; 2 has none.',
      'Score 3; 1 has none.',
      'It unlocks 1, 9 unlocks 0.',
      'No priority is written, which counts above Low of 8.',
      'Nothing else is ready behind it.',
    ]);
  });

  it('says what was waited for and falls back to the place', () => {
    expect(why(orderOf({ id: '1', title: 'a', status: 'done' }, { id: '2', title: 'b', after: ['1'] }))).toBe(
      'The one thing it waited for is done. Nothing else is ready behind it.',
    );
    expect(why(orderOf({ title: 'first' }, { title: 'second' }))).toBe(
      'It waits for nothing. Equal otherwise, it stands before "second" in the document.',
    );
    expect(orderOf({ title: 'x', status: 'done' }).next(3)).toEqual([]);
  });

  it('lets tasks inherit from the backlog item their document spells out', () => {
    const list = (belongsTo: string) =>
      documentOf(`${belongsTo}.md`, [{ id: '1', title: `of ${belongsTo}` }], { belongsTo });
    const backlog = documentOf(
      'z.md',
      [
        { id: 'B-1', title: 'a', kind: 'backlog-item', priority: '🔧' },
        { id: 'B-2', title: 'b', kind: 'backlog-item', priority: '🔥' },
      ],
      { kind: 'backlog' },
    );
    const order = new Order(graphOf(list('B-1'), list('B-2'), backlog));
    expect(titles(order)).toEqual(['of B-2', 'of B-1']);
    expect(why(order)).toContain('Priority 🔥 (of B-2) comes before 🔧 of 1');
  });

  it('reads the words people use for priorities', () => {
    const ranks = [
      '🔥 **HIGHEST** - now',
      '🔥 **HIGH**',
      'P0 (Critical)',
      'P1',
      '2',
      'MUST HAVE',
      '🔥',
      '⭐',
      '📈',
      '🔧',
      'medium',
      'Very Low',
      '✅',
      '',
    ];
    expect(ranks.map(priorityRank)).toEqual([0, 1, 0, 1, 2, 0, 0, 1, 2, 3, 2, 4, null, null]);
  });

  it('is one order: sorting and taking the first few agree, however mixed the items', () => {
    const sketch = fc.record({
      title: fc.string({ minLength: 1, maxLength: 3 }),
      status: fc.constantFrom<PlanStatus>('open', 'in-progress'),
      priority: fc.constantFrom('P0', 'P2', 'High', 'Low', '🔥', 'x'),
      moscow: fc.constantFrom('Must', 'Could', ''),
      score: fc.constantFrom(Number.NaN, 1, 2.5, 8),
    });
    fc.assert(
      fc.property(fc.array(sketch, { maxLength: 30 }), fc.integer({ min: 1, max: 16 }), (sketches, limit) => {
        const plain = sketches.map(({ score, ...rest }) => (Number.isNaN(score) ? rest : { ...rest, score }));
        const [quick, whole] = [orderOf(...plain), orderOf(...plain)];
        const expected = whole.all().map((each) => each.node.item.key);
        expect(quick.first(limit).map((each) => each.node.item.key)).toEqual(expected.slice(0, limit));
        whole.all().forEach((each, at, all) => {
          for (const other of all.slice(at + 1)) expect(compare(each, other)).toBeLessThan(0);
        });
      }),
    );
  });
});

describe('scores', () => {
  const scored = (scoreParts: Record<string, number>) => {
    const item = documentOf('a.md', [{ title: 'x', scoreParts }]).items[0];
    return item === undefined ? null : computedScore(item);
  };
  it('computes beside the author, and only from all figures', () => {
    expect(scored({ bv: 4, tc: 3, rr: 4, le: 3, effort: 3 })).toEqual({
      value: 4.67,
      formula: '(bv 4 + tc 3 + rr 4 + le 3) / effort 3',
    });
    expect(scored({ bv: 4, tc: 3, rr: 4, le: 3, effort: 0 })).toBeNull();
    expect(scored({ bv: 4 })).toBeNull();
  });
});

describe('parents', () => {
  const words = { open: ' ', 'in-progress': '-', blocked: '~', done: 'x', cancelled: null };
  const statusSite = { span: { start: 0, end: 1 }, words };
  const tree = (dialect: DialectId, statuses: readonly PlanStatus[], parent: PlanStatus, canBegin = true) =>
    documentOf(
      'a.md',
      [
        { id: '1', title: 'top', status: parent, statusSite },
        {
          id: '1.1',
          title: 'mid',
          under: 'top',
          status: parent,
          statusSite: canBegin ? statusSite : { ...statusSite, words: { ...words, 'in-progress': null } },
        },
        ...statuses.map((status, at) => ({
          id: `1.1.${at + 1}`,
          title: `leaf ${at}`,
          under: 'mid',
          status,
          statusSite,
        })),
      ],
      { dialect },
    );
  const follow = (document: ReturnType<typeof tree>, leaf: number, status: PlanStatus): readonly string[] => {
    const key = document.items[leaf + 2]?.key ?? '';
    const names = new Map(document.items.map((item) => [item.key, item.title]));
    return parentChanges(document, [{ kind: 'set-status', key, status }]).map((change) =>
      change.kind === 'set-status' ? `${names.get(change.key)} ${change.status}` : change.kind,
    );
  };

  it('are ticked with their last child where the format says so', () => {
    for (const dialect of ['kiro', 'snarktank', 'task-master'] as const) {
      expect(follow(tree(dialect, ['done', 'open'], 'open'), 1, 'done')).toEqual(['mid done', 'top done']);
    }
    expect(follow(tree('kiro', ['open', 'open'], 'open'), 1, 'done')).toEqual([]);
    expect(follow(tree('checkbox-tasks', ['done', 'open'], 'open'), 1, 'done')).toEqual([]);
  });

  it('are opened again with a child, in a word the document has', () => {
    expect(follow(tree('kiro', ['done', 'done'], 'done'), 0, 'open')).toEqual(['mid in-progress', 'top open']);
    expect(follow(tree('snarktank', ['done', 'done'], 'done', false), 0, 'open')).toEqual(['mid open', 'top open']);
  });

  it('begin with any child in Task Master', () => {
    expect(follow(tree('task-master', ['open', 'open'], 'open'), 0, 'in-progress')).toEqual([
      'mid in-progress',
      'top in-progress',
    ]);
    expect(follow(tree('task-master', ['in-progress', 'open'], 'in-progress'), 0, 'open')).toEqual([
      'mid open',
      'top open',
    ]);
  });
});
