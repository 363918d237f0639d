// Dependencies that a format states for all its documents instead of writing them on each task.
import { isWork, type Edge, type Home, type Node } from './node';

/**
 * spec-kit: Setup blocks Foundational, Foundational blocks every story, Polish and later phases wait for all before;
 * inside a phase tasks without [P] go in order, those with [P] beside each other. Other formats: none.
 */
export function implicitEdges(home: Home): readonly Edge[] {
  if (home.document.dialect !== 'spec-kit') return [];
  const phases = home.nodes.filter((node) => node.item.kind === 'phase' && node.children.some(isWork));
  const edges: Edge[] = [];
  let foundation: readonly Node[] = [];
  let all: readonly Node[] = [];
  for (const phase of phases) {
    const stage = stageOf(phase);
    const before = stage === 'story' ? foundation : all;
    const ends = inOrder(phase, before, edges);
    if (stage === 'base') foundation = ends;
    all = stage === 'story' ? [...all, ...ends] : ends;
  }
  return edges;
}

function stageOf(phase: Node): 'base' | 'story' | 'after' {
  const title = phase.item.title.toLowerCase();
  if (/\b(?:setup|set-up|foundation\w*|prerequisites?)\b/.test(title)) return 'base';
  if (/\b(?:polish|convergence|cross-cutting|final)\b/.test(title)) return 'after';
  return /\b(?:user story|story|us\d+)\b/.test(title) || phase.item.labels.some((label) => /^US\d+$/i.test(label))
    ? 'story'
    : 'after';
}

/** Edges between the tasks of a phase; answers the tasks that end it. */
function inOrder(phase: Node, before: readonly Node[], edges: Edge[]): readonly Node[] {
  let barrier = before;
  let beside: Node[] = [];
  for (const node of phase.children.filter(isWork)) {
    const waits = node.item.parallel ? barrier : beside.length > 0 ? beside : barrier;
    for (const other of waits) edges.push({ from: node, to: other });
    if (node.item.parallel) beside.push(node);
    else {
      barrier = [node];
      beside = [];
    }
  }
  return beside.length > 0 ? beside : barrier;
}
