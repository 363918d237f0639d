// What a tree node is: a small, serialisable reference that is looked up in the model of the moment. Ids are stable
// across readings, runs and restarts, so expansion and selection stay.

export type NodeRef =
  | { readonly kind: 'waiting'; readonly id: string }
  | { readonly kind: 'pause'; readonly id: string; readonly folder: string; readonly pauseId: string }
  | { readonly kind: 'folder'; readonly id: string; readonly folder: string }
  | { readonly kind: 'document'; readonly id: string; readonly folder: string; readonly path: string }
  | RangeRef
  | { readonly kind: 'item'; readonly id: string; readonly folder: string; readonly key: string }
  | CriterionRef
  | { readonly kind: 'runs'; readonly id: string }
  | { readonly kind: 'run'; readonly id: string; readonly folder: string; readonly runId: string }
  | {
      readonly kind: 'run-task';
      readonly id: string;
      readonly folder: string;
      readonly runId: string;
      readonly taskKey: string;
    };

/** Part of a very long list of siblings; `parent` is an item's key, null for the top of the document. */
export interface RangeRef {
  readonly kind: 'range';
  readonly id: string;
  readonly folder: string;
  readonly path: string;
  readonly parent: string | null;
  /** Number of the part, from 0. */
  readonly part: number;
}

export interface CriterionRef {
  readonly kind: 'criterion';
  readonly id: string;
  readonly folder: string;
  readonly key: string;
  readonly list: CriterionList;
  readonly index: number;
}
export type CriterionList = 'criteria' | 'gates' | 'tests';

export const WAITING: NodeRef = { kind: 'waiting', id: 'waiting' };
export const RUNS: NodeRef = { kind: 'runs', id: 'runs' };

export const folderRef = (folder: string): NodeRef => ({ kind: 'folder', id: `f\n${folder}`, folder });
export const documentRef = (folder: string, path: string): NodeRef => ({
  kind: 'document',
  id: `d\n${folder}\n${path}`,
  folder,
  path,
});
export const itemRef = (folder: string, key: string): NodeRef => ({
  kind: 'item',
  id: `i\n${folder}\n${key}`,
  folder,
  key,
});
export const rangeRef = (folder: string, path: string, parent: string | null, part: number): RangeRef => ({
  kind: 'range',
  id: `g\n${folder}\n${path}\n${parent ?? ''}\n${part}`,
  folder,
  path,
  parent,
  part,
});
export const criterionRef = (folder: string, key: string, list: CriterionList, index: number): CriterionRef => ({
  kind: 'criterion',
  id: `c\n${folder}\n${key}\n${list}\n${index}`,
  folder,
  key,
  list,
  index,
});
export const pauseRef = (folder: string, pauseId: string): NodeRef => ({
  kind: 'pause',
  id: `p\n${folder}\n${pauseId}`,
  folder,
  pauseId,
});
export const runRef = (folder: string, runId: string): NodeRef => ({
  kind: 'run',
  id: `r\n${folder}\n${runId}`,
  folder,
  runId,
});
export const runTaskRef = (folder: string, runId: string, taskKey: string): NodeRef => ({
  kind: 'run-task',
  id: `t\n${folder}\n${runId}\n${taskKey}`,
  folder,
  runId,
  taskKey,
});
