// Everything that is wrong with the plan as a whole, with place and, where one answer is right, its fix.
import type { Problem, QuickFix } from '../../model/problem';
import { documentProblems, inProgress, planOf, problemAt, type Draft } from './document-problems';
import { copiesIn } from './copies';
import type { GraphState } from './graph';
import { normalId } from './ids';
import { oneSlipAway } from './nearest';
import { isLocalId, isRegister, looseId, sameTitle, type Home, type Node } from './node';
import type { Finding } from './resolve';

/** 1-based line and column of an offset. */
export type Locate = (path: string, offset: number) => { readonly line: number; readonly column: number };

export interface Limits {
  /** Items that may be in progress at once. */
  readonly inProgress: number;
}

/** What a document alone says; kept as long as the document is. */
interface Facts {
  readonly drafts: readonly Draft[];
  readonly begun: readonly Node[];
  readonly anyCancelled: boolean;
}
const ofHome = new WeakMap<Home, Facts>();

function factsOf(home: Home): Facts {
  let facts = ofHome.get(home);
  if (facts === undefined) {
    facts = {
      drafts: documentProblems(home),
      begun: inProgress(home),
      anyCancelled: home.nodes.some((node) => node.item.status === 'cancelled'),
    };
    ofHome.set(home, facts);
  }
  return facts;
}

/** Looks at documents that were not looked at before, in small steps; `workspaceProblems` then has little to do. */
export function* lookForProblems(state: GraphState): Generator<undefined, void> {
  for (const home of state.homes) {
    if (ofHome.has(home)) continue;
    factsOf(home);
    yield;
  }
}

/** Documents' own problems first, by document; then by place. In small steps. */
export function* workspaceProblems(
  state: GraphState,
  limits: Limits,
  locate: Locate,
): Generator<undefined, readonly Problem[]> {
  const drafts = new Map<string, Draft[]>();
  const add = (draft: Draft): void => {
    const list = drafts.get(draft.path);
    if (list === undefined) drafts.set(draft.path, [draft]);
    else list.push(draft);
  };
  const begun = new Map<string, readonly Node[]>();
  for (const home of state.homes) {
    const facts = factsOf(home);
    facts.drafts.forEach(add);
    if (facts.begun.length === 0) continue;
    const plan = planOf(home);
    begun.set(plan, [...(begun.get(plan) ?? []), ...facts.begun]);
  }
  for (const finding of state.findings) {
    add(dependencyProblem(finding, state));
    yield;
  }
  for (const cycle of state.cycles) for (const draft of cycleProblem(cycle)) add(draft);
  for (const draft of cancelledNeeds(state)) add(draft);
  for (const draft of sharedIds(state)) add(draft);
  for (const draft of disagreeing(state)) add(draft);
  for (const nodes of begun.values()) {
    for (const node of nodes.slice(limits.inProgress)) {
      add(
        problemAt(
          node,
          'in-progress-limit',
          'warning',
          `${nodes.length} items are in progress, the limit is ${limits.inProgress}.`,
        ),
      );
    }
  }
  yield;
  const all: Problem[] = [];
  for (const home of state.homes) {
    const found = drafts.get(home.document.path) ?? [];
    if (found.length === 0 && home.document.problems.length === 0) continue;
    const placed = found.map((draft) => place(draft, home, locate));
    const own = [...home.document.problems, ...placed].sort((a, b) => a.line - b.line || a.column - b.column);
    for (const problem of own) all.push(problem);
    yield;
  }
  return all;
}

function place(draft: Draft, home: Home, locate: Locate): Problem {
  const at = locate(home.document.path, draft.span.start);
  // Another place of the same item: its line is known, its columns are not.
  return {
    ...draft,
    line: draft.line === 0 ? at.line : draft.line,
    column: draft.line === 0 || draft.line === at.line ? at.column : 1,
  };
}

function dependencyProblem(finding: Finding, state: GraphState): Draft {
  const node = state.node(finding.key);
  const path = node?.item.path ?? '';
  const base = { severity: 'warning', path, line: 0, span: finding.dependency.span } as const;
  const who = node === undefined ? finding.key : label(node);
  if (finding.code === 'ambiguous-dependency') {
    const places = finding.candidates.map((key) => state.node(key)).filter((each) => each !== undefined);
    const shown = places.slice(0, 4).map((each) => `"${each.item.title}" (${placeOf(each, path)})`);
    return {
      ...base,
      code: finding.code,
      message: `${who} depends on ${written(finding)}, which can be ${places.length} items: ${shown.join(', ')}.`,
      fixes: [],
    };
  }
  const near = suggestions(finding, state);
  const fix = near.length === 1 && near[0] !== undefined ? correction(finding, near[0]) : null;
  const hint = near.length === 0 ? '' : ` Did you mean ${near.slice(0, 3).join(' or ')}?`;
  return {
    ...base,
    code: finding.code,
    message: `${who} depends on ${written(finding)}, which is no item.${hint}`,
    fixes: fix === null ? [] : [fix],
  };
}

/** As the author wrote it, unless that is long or names several. */
function written({ dependency, target }: Finding): string {
  return dependency.targets.length === 1 && dependency.text.length <= 40 ? dependency.text : target;
}

function suggestions(finding: Finding, state: GraphState): readonly string[] {
  const node = state.node(finding.key);
  if (node === undefined || finding.dependency.kind === 'range' || finding.dependency.kind === 'phase') return [];
  const loose = looseId(finding.target);
  const own = node.home.byId;
  const local = isLocalId(loose) && !isRegister(node.home);
  const candidates = oneSlipAway(loose, (id) => own.has(id) || (!local && state.itemOf(id) !== undefined));
  return candidates
    .map((id) => own.get(id)?.[0]?.item ?? state.itemOf(id))
    .filter((item) => item !== undefined && item.key !== finding.key)
    .map((item) => item?.id ?? '')
    .filter((id) => id !== '');
}

/** Replaces the wrong id inside the dependency's text, if it stands there as it was read. */
function correction(finding: Finding, id: string): QuickFix | null {
  const { text, span } = finding.dependency;
  if (text.length !== span.end - span.start) return null;
  for (const match of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}.\-\u2010-\u2015\u2212]*/gu)) {
    const word = match[0].replace(/[.-]+$/, '');
    if (looseId(normalId(word)) !== looseId(finding.target)) continue;
    const start = span.start + match.index;
    return {
      title: `Change to ${id}`,
      edits: [{ span: { start, end: start + word.length }, text: id }],
      preferred: true,
    };
  }
  return null;
}

function* cycleProblem(cycle: readonly Node[]): Generator<Draft> {
  const [first] = cycle;
  if (first === undefined) return;
  const path = [...cycle, first].map(label).join(' → ');
  const message = cycle.length === 1 ? `${label(first)} waits for itself.` : `These wait for each other: ${path}.`;
  yield problemAt(first, 'dependency-cycle', 'error', message, cycle.length === 1 ? noDependency(first) : []);
}

/** What waits only for itself waits for nothing. */
function noDependency({ item, home }: Node): readonly QuickFix[] {
  const [only, more] = item.dependencies;
  const site = item.dependencySite;
  if (only === undefined || more !== undefined || site === null || only.targets.length !== 1) return [];
  if (only.span.start !== site.start || only.span.end !== site.end) return [];
  if (!home.document.dialect.startsWith('reference-')) return [];
  return [{ title: 'Depend on nothing', edits: [{ span: site, text: 'None' }], preferred: true }];
}

function* cancelledNeeds(state: GraphState): Generator<Draft> {
  const anywhere = state.homes.some((home) => factsOf(home).anyCancelled);
  for (const home of anywhere ? state.homes : []) {
    if (state.isIsland(home) && !factsOf(home).anyCancelled) continue;
    for (const node of home.nodes) {
      if (node.item.status === 'done' || node.item.status === 'cancelled') continue;
      for (const other of state.needsOf(node)) {
        if (other.item.status !== 'cancelled') continue;
        yield problemAt(
          node,
          'cancelled-dependency',
          'warning',
          `${label(node)} waits for ${label(other)}, which was cancelled (${placeOf(other, node.item.path)}).`,
        );
      }
    }
  }
}

/** One id in several backlogs: another item is a warning, another status of the same item a conflict. */
function* sharedIds(state: GraphState): Generator<Draft> {
  for (const nodes of state.shared) {
    const first = nodes[0];
    if (first === undefined) continue;
    for (const node of nodes.slice(1)) {
      if (node.home === first.home) continue;
      const shown = node.item.id ?? '';
      const there = placeOf(first, node.item.path);
      if (!sameTitle(first, node)) {
        const message = `${shown} is also the id of another item, "${first.item.title}" (${there}).`;
        yield problemAt(node, 'duplicate-id-different-item', 'warning', message);
      } else if (first.item.status !== node.item.status) {
        const message = `${shown} is ${node.item.status} here and ${first.item.status} in ${there}.`;
        yield problemAt(node, 'conflicting-fields', 'warning', message);
      } else {
        yield problemAt(node, 'duplicate-id-same-item', 'info', `${shown} also stands in ${there}.`);
      }
    }
  }
}

/** A task that stands in two lists of its backlog item, with two statuses. */
function* disagreeing(state: GraphState): Generator<Draft> {
  for (const [copy, counts] of copiesIn(state)) {
    if (copy.item.status === counts.item.status) continue;
    const message = `${label(copy)} is ${copy.item.status} here and ${counts.item.status} in ${placeOf(counts, copy.item.path)}, which counts.`;
    yield problemAt(copy, 'conflicting-fields', 'warning', message);
  }
}

const label = (node: Node): string => node.item.id ?? `"${node.item.title}"`;
const placeOf = (node: Node, from: string): string =>
  node.item.path === from ? `line ${node.item.line}` : `${node.item.path}:${node.item.line}`;
