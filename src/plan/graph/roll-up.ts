// What a change of a child means for its parents, where the format has a rule for it. Formats without one: nothing.
import type { Item, PlanDocument, PlanStatus } from '../../model/plan';
import type { PlanChange } from '../ports';
import { isWork, plant, type Node } from './node';

type Rule = (children: readonly PlanStatus[], now: PlanStatus) => PlanStatus;

const all = (children: readonly PlanStatus[], status: PlanStatus): boolean => children.every((each) => each === status);

/** Kiro and its family, snarktank: a parent is ticked with its last required child and opened again with any of them. */
const tickParent: Rule = (children, now) => {
  if (all(children, 'done')) return 'done';
  return now === 'done' ? (children.includes('done') ? 'in-progress' : 'open') : now;
};

/** Task Master: all done → done; any begun → in progress; all pending → pending. */
const taskMaster: Rule = (children, now) => {
  if (all(children, 'done')) return 'done';
  if (children.some((each) => each === 'done' || each === 'in-progress')) return 'in-progress';
  return all(children, 'open') ? 'open' : now;
};

/** BMAD: an epic begins with its first story, is never moved back, and is closed by a person after its retrospective. */
const bmad: Rule = (children, now) =>
  now === 'open' && children.some((each) => each === 'in-progress' || each === 'done') ? 'in-progress' : now;

function ruleOf(document: PlanDocument): Rule | null {
  switch (document.dialect) {
    case 'kiro':
    case 'snarktank':
      return tickParent;
    case 'task-master':
      return taskMaster;
    case 'bmad':
      return bmad;
    case 'reference-backlog':
    case 'reference-tasks':
    case 'reference-prd':
    case 'checkbox-tasks':
    case 'spec-kit':
    case 'openspec':
    case 'backlog-md':
    case 'cursor-plan':
    case 'beads':
      return null;
  }
}

/** Status changes of parents that follow from `changes` of one document, innermost first. */
export function parentChanges(document: PlanDocument, changes: readonly PlanChange[]): readonly PlanChange[] {
  const rule = ruleOf(document);
  if (rule === null) return [];
  const status = new Map<string, PlanStatus>();
  for (const change of changes) if (change.kind === 'set-status') status.set(change.key, change.status);
  if (status.size === 0) return [];
  const asked = new Set(status.keys());
  const nodes = new Map(plant(document).nodes.map((node) => [node.item.key, node]));
  const statusOf = (item: Item): PlanStatus => status.get(item.key) ?? item.status;
  const followed: PlanChange[] = [];
  const queue: Node[] = [...asked].flatMap((key) => nodes.get(key)?.parent ?? []);
  for (const parent of queue) {
    if (asked.has(parent.item.key) || parent.item.statusSite === null) continue;
    const children = parent.children.filter((child) => isWork(child) && !child.item.optional);
    if (children.length === 0) continue;
    const now = statusOf(parent.item);
    let next = rule(
      children.map((child) => statusOf(child.item)),
      now,
    );
    if (next === 'in-progress' && parent.item.statusSite.words['in-progress'] === null) next = 'open';
    if (next === now) continue;
    status.set(parent.item.key, next);
    const before = followed.findIndex((each) => each.kind === 'set-status' && each.key === parent.item.key);
    if (before !== -1) followed.splice(before, 1);
    followed.push({ kind: 'set-status', key: parent.item.key, status: next });
    if (parent.parent !== null) queue.push(parent.parent);
  }
  return followed;
}
