// Tasks that two task lists of the same backlog item hold: a list to plan by and a list to execute by. One of them is
// worked on; where the other says something else, that is a finding.
import type { GraphState } from './graph';
import { isWork, looseId, sameTitle, type Home, type Node } from './node';

/** From each copy to the task that counts. */
export type Copies = ReadonlyMap<Node, Node>;

const NONE: Copies = new Map();
const ofHomes = new WeakMap<readonly Home[], Copies>();
const EXECUTED = /(?:^|[-_\d])(?:process|execution|run)[-_ ]/i;

/** By id and title. The list to execute by counts, else the first by path. Made once per state. */
export function copiesIn(state: GraphState): Copies {
  let copies = ofHomes.get(state.homes);
  if (copies === undefined) {
    copies = findCopies(state.homes);
    ofHomes.set(state.homes, copies);
  }
  return copies;
}

function findCopies(homes: readonly Home[]): Copies {
  const lists = new Map<string, Home[]>();
  for (const home of homes) {
    const { kind, belongsTo } = home.document;
    if (kind !== 'tasks' || belongsTo === null) continue;
    const beside = lists.get(belongsTo);
    if (beside === undefined) lists.set(belongsTo, [home]);
    else beside.push(home);
  }
  let found: Map<Node, Node> | null = null;
  for (const beside of lists.values()) {
    if (beside.length < 2) continue;
    const first = new Map<string, Node[]>();
    for (const home of [...beside].sort(byUse)) {
      for (const node of home.nodes) {
        if (node.item.normalId === null || !isWork(node)) continue;
        const id = looseId(node.item.normalId);
        const same = first.get(id)?.find((each) => each.home !== home && sameTitle(each, node));
        if (same !== undefined) (found ??= new Map()).set(node, same);
        else if (first.has(id)) first.get(id)?.push(node);
        else first.set(id, [node]);
      }
    }
  }
  return found ?? NONE;
}

const nameOf = ({ document }: Home): string => document.path.slice(document.path.lastIndexOf('/') + 1);

function byUse(a: Home, b: Home): number {
  const [first, second] = [EXECUTED.test(nameOf(a)), EXECUTED.test(nameOf(b))];
  if (first !== second) return first ? -1 : 1;
  return a.document.path < b.document.path ? -1 : 1;
}
