// What a command was asked about: arguments of the tree, of a CodeLens, of a link or of another extension are checked here.
import * as z from 'zod';
import type { RunView } from '../engine/service';
import { FINAL_RUN_STATES, taskUnder } from '../model/run';
import type { Folder, Folders } from './folder';
import type { NodeRef } from './node-ref';
import type { PlacedPause } from './picks';

const folder = z.string();
const id = z.string().default('');
const refSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('document'), id, folder, path: z.string() }),
  z.object({ kind: z.literal('item'), id, folder, key: z.string() }),
  z.object({
    kind: z.literal('criterion'),
    id,
    folder,
    key: z.string(),
    list: z.enum(['criteria', 'gates', 'tests']),
    index: z.int(),
  }),
  z.object({ kind: z.literal('pause'), id, folder, pauseId: z.string() }),
  z.object({ kind: z.literal('run'), id, folder, runId: z.string() }),
  z.object({ kind: z.literal('run-task'), id, folder, runId: z.string(), taskKey: z.string() }),
]);

/** Nodes a command can work on. */
type TargetRef = Extract<NodeRef, { kind: z.output<typeof refSchema>['kind'] }>;

const asRef = (arg: unknown): TargetRef | null => {
  const parsed = refSchema.safeParse(arg);
  return parsed.success ? parsed.data : null;
};

export interface Target<Ref extends TargetRef = TargetRef> {
  readonly folder: Folder;
  readonly ref: Ref;
}

/** The first argument as a node of an opened folder; the selection of the view where there is none. */
export function targetOf(folders: Folders, args: readonly unknown[], selection: readonly NodeRef[]): Target | null {
  const ref = asRef(args[0] ?? selection[0]);
  const found = ref === null ? null : folders.byId(ref.folder);
  return ref === null || found === null ? null : { folder: found, ref };
}

/** All nodes a command is meant for: VS Code hands the clicked one first, then the whole selection. */
export function targetsOf(
  folders: Folders,
  args: readonly unknown[],
  selection: readonly NodeRef[],
): readonly Target[] {
  const many = Array.isArray(args[1]) && args[1].length > 0 ? args[1] : args[0] === undefined ? selection : [args[0]];
  return many.flatMap((arg) => {
    const ref = asRef(arg);
    const found = ref === null ? null : folders.byId(ref.folder);
    return ref === null || found === null ? [] : [{ folder: found, ref }];
  });
}

/** The key of the item behind a node; null for nodes that are no item. */
export function itemKey(target: Target): string | null {
  const { ref, folder } = target;
  switch (ref.kind) {
    case 'item':
    case 'criterion':
      return ref.key;
    case 'run-task':
      return keyNow(folder, ref.runId, ref.taskKey);
    case 'pause': {
      const pause = folder.workspace.engine.pauses().find(({ id }) => id === ref.pauseId);
      return pause === undefined || pause.taskKey === null ? null : keyNow(folder, pause.runId, pause.taskKey);
    }
    case 'document':
    case 'run':
      return null;
  }
}

/** A task keeps the key under which it came into its run; its item may be renamed. */
const keyNow = (folder: Folder, runId: string, taskKey: string): string =>
  folder.workspace.engine.run(runId)?.tasks.find((task) => task.taskKey === taskKey)?.spec.key ?? taskKey;

/** What a node stands for in the input of an action with these fields. */
export function nodeInput(fields: Readonly<Record<string, unknown>>, target: Target): Readonly<Record<string, string>> {
  const { ref } = target;
  if (ref.kind === 'run' && 'run' in fields) return { run: ref.runId };
  if (ref.kind === 'document') {
    const kind = target.folder.workspace.plan.document(ref.path)?.kind;
    if (kind === 'prd' && 'prd' in fields) return { prd: ref.path };
    return 'tasks' in fields ? { tasks: ref.path } : {};
  }
  const key = itemKey(target);
  const field = ['item', 'backlogItem', 'only'].find((name) => name in fields);
  return key === null || field === undefined ? {} : { [field]: key };
}

/** The run behind a node: itself, or the open run that works on the item or the document. */
export function runOf(target: Target): RunView | null {
  const { engine } = target.folder.workspace;
  const { ref } = target;
  if (ref.kind === 'run' || ref.kind === 'run-task') return engine.run(ref.runId);
  if (ref.kind === 'pause') {
    const pause = engine.pauses().find((each) => each.id === ref.pauseId);
    return pause === undefined ? null : engine.run(pause.runId);
  }
  const views = engine.runs();
  const open = views.filter((view) => !FINAL_RUN_STATES.has(view.run.status));
  if (ref.kind === 'document') {
    return open.find((view) => view.tasks.some((task) => task.spec.path === ref.path)) ?? null;
  }
  const knows = (view: RunView): boolean => taskUnder(view.tasks, ref.key) !== undefined;
  return open.find(knows) ?? views.find(knows) ?? null;
}

/** The open pause behind a node. */
export function pauseOf(target: Target): PlacedPause | null {
  const { engine } = target.folder.workspace;
  const { ref } = target;
  const key = itemKey(target);
  const pause = engine
    .pauses()
    .find(
      (each) =>
        each.answer === null &&
        (ref.kind === 'pause'
          ? each.id === ref.pauseId
          : ref.kind === 'run'
            ? each.runId === ref.runId
            : each.taskKey !== null && key === keyNow(target.folder, each.runId, each.taskKey)),
    );
  return pause === undefined ? null : { folder: target.folder, pause, view: engine.run(pause.runId) };
}

/** Where a node stands in its document. */
export function placeOf(target: Target): { readonly path: string; readonly line: number } | null {
  const { ref, folder } = target;
  const { plan } = folder.workspace;
  if (ref.kind === 'document') return { path: ref.path, line: 1 };
  const key = itemKey(target);
  const item = key === null ? undefined : plan.snapshot().items.get(key);
  if (item !== undefined) {
    const line = ref.kind === 'criterion' ? (item[ref.list][ref.index]?.line ?? item.line) : item.line;
    return { path: item.path, line };
  }
  const spec = key === null ? undefined : taskUnder(runOf(target)?.tasks ?? [], key)?.spec;
  return spec === undefined ? null : { path: spec.path, line: spec.line };
}
