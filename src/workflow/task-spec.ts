// From an item of the plan to the frozen task a run works on: commands, gates, what it waits for.
import type { Item, PlanSnapshot } from '../model/plan';
import type { TaskSpec } from '../model/run';
import { toolCommand } from '../plan/write/tool-command';
import { itemWork } from './scope';
import { criteriaOf, gatesOf, type SpecRules } from './task-gates';

/** Specs of the items that are to be run together, in the order of the plan. */
export function taskSpecs(snapshot: PlanSnapshot, items: readonly Item[], rules: SpecRules): readonly TaskSpec[] {
  const inRun = new Set(items.map((item) => item.key));
  let tests: { readonly command: string | null } | null = null;
  // Looked up in the project's files once for all of them.
  const once: SpecRules = { ...rules, testCommand: () => (tests ??= { command: rules.testCommand() }).command };
  return items.map((item, rank) => taskSpec(snapshot, item, inRun, rank, once));
}

/** Both, whatever the status is now: what a task asks for must not change while it runs. */
function toolCommandsOf(snapshot: PlanSnapshot, item: Item): Pick<TaskSpec, 'toolCommands'> {
  if (item.statusSite !== null) return {};
  const dialect = snapshot.documents.find((document) => document.path === item.path)?.dialect;
  if (dialect === undefined) return {};
  const commands = (['in-progress', 'done'] as const).flatMap(
    (status) => toolCommand(dialect, item, status)?.text ?? [],
  );
  return commands.length === 0 ? {} : { toolCommands: commands };
}

function taskSpec(
  snapshot: PlanSnapshot,
  item: Item,
  inRun: ReadonlySet<string>,
  rank: number,
  rules: SpecRules,
): TaskSpec {
  const needs = new Set<string>();
  const unresolved = new Set<string>(unknownDependencies(snapshot, item));
  for (const key of snapshot.needs.get(item.key) ?? []) {
    const targets = leaves(snapshot, key).filter((leaf) => leaf !== item.key);
    for (const target of targets) {
      if (inRun.has(target)) {
        needs.add(target);
        continue;
      }
      // A backlog item stands in a run as the tasks of its documents.
      const other = snapshot.items.get(target);
      const instead = other === undefined ? [] : itemWork(snapshot, other).filter((each) => inRun.has(each.key));
      for (const each of instead) needs.add(each.key);
      if (instead.length === 0 && snapshot.items.get(target)?.status !== 'done')
        unresolved.add(nameOf(snapshot, target));
    }
  }
  for (const child of childrenOf(snapshot, item.key)) if (inRun.has(child)) needs.add(child);
  return {
    key: item.key,
    path: item.path,
    line: item.line,
    id: item.id,
    title: item.title,
    kind: item.kind === 'hotfix' ? 'hotfix' : 'task',
    type: item.type,
    priority: item.priority?.text ?? null,
    autoAdvance: item.autoAdvance?.value ?? null,
    pauseAfter: item.pauseAfter?.value ?? null,
    readyPrompt: item.readyPrompt,
    humanRequired: item.humanRequired,
    ...personFor(snapshot, item),
    ...smartPauseOf(item),
    commands: item.commands.map((command) => command.text),
    ...toolCommandsOf(snapshot, item),
    criteria: criteriaOf(item),
    gates: gatesOf(item, rules),
    needs: [...needs],
    unresolved: [...unresolved],
    timeoutMs: timeLimitOf(item, rules.config.run.timeoutMinutes),
    repairs: null,
    rank,
  };
}

/** A phase or parent above it, or the backlog item its document belongs to, that is marked as needing a person. */
function personFor(snapshot: PlanSnapshot, item: Item): Pick<TaskSpec, 'personFor'> {
  for (let above = item.parent; above !== null; above = snapshot.items.get(above)?.parent ?? null)
    if (snapshot.items.get(above)?.humanRequired === true) return { personFor: above };
  const owner = ownersThatNeedAPerson(snapshot).get(item.path);
  return owner === undefined || owner === item.key ? {} : { personFor: owner };
}

const needing = new WeakMap<PlanSnapshot, ReadonlyMap<string, string>>();
/** Path → key of the backlog item of that document, where it is marked. */
function ownersThatNeedAPerson(snapshot: PlanSnapshot): ReadonlyMap<string, string> {
  const known = needing.get(snapshot);
  if (known !== undefined) return known;
  const marked = new Map(
    [...snapshot.items.values()]
      .filter((item) => item.kind === 'backlog-item' && item.humanRequired && item.normalId !== null)
      .map((item) => [item.normalId, item.key] as const),
  );
  const made = new Map(
    marked.size === 0
      ? []
      : snapshot.documents.flatMap(({ path, belongsTo }) => {
          const key = belongsTo === null ? undefined : marked.get(belongsTo);
          return key === undefined ? [] : [[path, key] as const];
        }),
  );
  needing.set(snapshot, made);
  return made;
}

/** "yes (pause for the review)" → why. The question of the template says nothing. */
function smartPauseOf({ smartPause }: Item): Pick<TaskSpec, 'smartPause'> {
  if (smartPause === null) return {};
  const said = smartPause.text
    .replace(/^\W*(?:yes|no|true|false)\b[\s,;:.–—-]*/i, '')
    .replace(/^\((.*)\)$/s, '$1')
    .trim();
  return { smartPause: { value: smartPause.value, note: said === '' || said.endsWith('?') ? null : said } };
}

/** The task's own limit, else that of the config; null: none. */
function timeLimitOf({ timeLimit }: Item, minutes: number | null): number | null {
  const own = timeLimit?.value ?? null;
  if (own !== null) return own === 0 ? null : own;
  return minutes === null ? null : minutes * 60_000;
}

/** A dependency on a phase or parent means its leaves. */
function leaves(snapshot: PlanSnapshot, key: string): readonly string[] {
  const children = childrenOf(snapshot, key);
  return children.length === 0 ? [key] : children.flatMap((child) => leaves(snapshot, child));
}

const childIndex = new WeakMap<PlanSnapshot, ReadonlyMap<string, readonly string[]>>();
function childrenOf(snapshot: PlanSnapshot, key: string): readonly string[] {
  let index = childIndex.get(snapshot);
  if (index === undefined) {
    const made = new Map<string, string[]>();
    for (const item of snapshot.items.values()) {
      if (item.parent === null) continue;
      const list = made.get(item.parent);
      if (list === undefined) made.set(item.parent, [item.key]);
      else list.push(item.key);
    }
    index = made;
    childIndex.set(snapshot, index);
  }
  return index.get(key) ?? [];
}

/** What an item waits for and no item answers to: prose, and ids that are reported as unknown. */
function unknownDependencies(snapshot: PlanSnapshot, item: Item): readonly string[] {
  const reported = new Set(
    snapshot.problems
      .filter(
        (problem) =>
          problem.path === item.path &&
          (problem.code === 'unknown-dependency' || problem.code === 'ambiguous-dependency'),
      )
      .map((problem) => problem.span.start),
  );
  return item.dependencies
    .filter((dependency) => dependency.kind === 'prose' || reported.has(dependency.span.start))
    .map((dependency) => dependency.text);
}

function nameOf(snapshot: PlanSnapshot, key: string): string {
  const item = snapshot.items.get(key);
  return item === undefined ? key : (item.id ?? item.title);
}
