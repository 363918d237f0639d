// Documents for graph tests, written as items instead of text.
import type { Dependency, DialectId, DocumentKind, Item, PlanDocument } from '../../../src/model/plan';
import { normalId } from '../../../src/plan/graph/ids';
import { PlanGraph, type GraphState } from '../../../src/plan/graph/graph';
import { KeyMaker, makeItem, type ItemDraft } from '../../../src/plan/read/item';

export type Sketch = Partial<Omit<ItemDraft, 'dependencies' | 'parent' | 'priority' | 'moscow' | 'score'>> & {
  readonly title: string;
  /** "B-1 words": an id with text; "?words": prose; ">T1": blocks; "phase 1"; "1..3": a range. */
  readonly after?: readonly string[];
  /** Title of the parent, which stands before. */
  readonly under?: string;
  readonly priority?: string;
  readonly moscow?: string;
  readonly score?: number;
};

const written = <T>(value: T) => ({ value, text: String(value), span: { start: 0, end: 0 } });

function dependencyOf(text: string, at: number): Dependency {
  const span = { start: at, end: at + text.length };
  if (text.startsWith('?')) return { kind: 'prose', text: text.slice(1), targets: [], span };
  if (text.startsWith('>')) return { kind: 'blocks', text, targets: [normalId(text.slice(1))], span };
  const phase = /^phase \w+/i.exec(text);
  if (phase !== null) return { kind: 'phase', text, targets: [normalId(phase[0])], span };
  const [low, high] = text.split('..');
  if (low !== undefined && high !== undefined) {
    return { kind: 'range', text, targets: [normalId(low), normalId(high)], span };
  }
  return { kind: 'item', text, targets: [normalId(/^(?:Task )?\S+/.exec(text)?.[0] ?? text)], span };
}

export function documentOf(
  path: string,
  sketches: readonly Sketch[],
  more: { dialect?: DialectId; kind?: DocumentKind; belongsTo?: string; claimed?: number } = {},
): PlanDocument {
  const keys = new KeyMaker();
  const byTitle = new Map<string, Item>();
  const items = sketches.map((sketch, at) => {
    const { after = [], under, priority, moscow, score, ...rest } = sketch;
    const item = makeItem(keys, {
      path,
      kind: 'task',
      line: at + 1,
      span: { start: at * 10, end: at * 10 + 9 },
      titleSpan: { start: at * 10, end: at * 10 + 9 },
      ...rest,
      parent: under === undefined ? null : (byTitle.get(under)?.key ?? null),
      dependencies: after.map((text) => dependencyOf(text, at * 10)),
      priority: priority === undefined ? null : written(priority),
      moscow: moscow === undefined ? null : written(moscow),
      score: score === undefined ? null : written(score),
    });
    byTitle.set(item.title, item);
    return item;
  });
  return {
    path,
    dialect: more.dialect ?? 'reference-tasks',
    kind: more.kind ?? 'tasks',
    title: path,
    items,
    claimed: more.claimed === undefined ? null : written(more.claimed),
    problems: [],
    belongsTo: more.belongsTo ?? null,
    appendSite: null,
    status: null,
  };
}

export function settle(graph: PlanGraph): GraphState {
  const steps = graph.settle();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

export function graphOf(...documents: readonly PlanDocument[]): GraphState {
  const graph = new PlanGraph();
  for (const document of documents) graph.put(document);
  return settle(graph);
}

/** "T1 ← T2, T3" per waiting item, titles for keys. */
export function edgesOf(state: GraphState): Record<string, readonly string[]> {
  const name = (key: string): string => state.items.get(key)?.title ?? key;
  return Object.fromEntries([...state.needs].map(([key, needs]) => [name(key), needs.map(name).sort()]));
}
