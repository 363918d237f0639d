// From an item of the plan to the frozen task a run works on: commands, gates, what it waits for.
import type { Config, GateConfig } from '../model/config';
import type { Gate } from '../model/gate';
import type { Item, PlanSnapshot } from '../model/plan';
import type { TaskSpec } from '../model/run';
import { toolCommand } from '../plan/write/tool-command';
import { itemWork } from './scope';

export interface SpecRules {
  readonly config: Config;
  /** Asked only for a gate that runs the project's tests without saying how. */
  readonly testCommand: () => string | null;
}

/** Specs of the items that are to be run together, in the order of the plan. */
export function taskSpecs(snapshot: PlanSnapshot, items: readonly Item[], rules: SpecRules): readonly TaskSpec[] {
  const inRun = new Set(items.map((item) => item.key));
  return items.map((item, rank) => taskSpec(snapshot, item, inRun, rank, rules));
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
    timeoutMs: rules.config.run.timeoutMinutes === null ? null : rules.config.run.timeoutMinutes * 60_000,
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

/** What a person says is so: acceptance criteria, and quality gates that are words and no command. */
export const criteriaOf = (item: Item): TaskSpec['criteria'] =>
  [...item.criteria, ...item.gates.filter(({ command }) => command === null)].map(({ text, done }) => ({ text, done }));

/** Gates the document names, then those of the config for the task's type and for all. Bare criteria are asked only where nothing checks by machine. */
function gatesOf(item: Item, { config, testCommand }: SpecRules): readonly Gate[] {
  const named = [...item.gates, ...item.tests, ...item.criteria].flatMap((criterion): Gate[] =>
    criterion.command === null
      ? []
      : [
          {
            kind: 'command',
            name: criterion.text,
            command: criterion.command,
            ...(criterion.box === null ? {} : { boxes: [criterion.text] }),
          },
        ],
  );
  const configured = [...(item.type === null ? [] : (config.gates[item.type] ?? [])), ...(config.gates['*'] ?? [])].map(
    (gate) => fromConfig(gate, testCommand),
  );
  const machine = uniqueGates([...named, ...configured]);
  if (machine.length > 0 || criteriaOf(item).length === 0) return machine;
  return [{ kind: 'criteria', name: 'Acceptance criteria' }];
}

function fromConfig(gate: GateConfig, testCommand: () => string | null): Gate {
  switch (gate.kind) {
    case 'command':
      return { kind: 'command', name: gate.name ?? gate.command, command: gate.command };
    case 'files':
      return { kind: 'files', name: gate.name ?? `Files ${gate.expect}`, paths: gate.paths, expect: gate.expect };
    case 'criteria':
      return { kind: 'criteria', name: gate.name ?? 'Acceptance criteria' };
    case 'tests':
      return { kind: 'tests', name: gate.name ?? 'Tests', command: gate.command ?? testCommand() };
    case 'references':
      return { kind: 'references', name: gate.name ?? 'Cross-references', paths: gate.paths };
    case 'navigation':
      return { kind: 'navigation', name: gate.name ?? 'Navigation', paths: gate.paths };
    case 'problems':
      return { kind: 'problems', name: gate.name ?? 'No new problems' };
    case 'tree':
      return { kind: 'tree', name: gate.name ?? `Working tree ${gate.expect}`, expect: gate.expect };
    case 'person':
      return { kind: 'person', name: gate.name ?? 'Review', question: gate.question };
  }
}

/** One check for each command, whoever names it; it then decides about all boxes that name it. */
function uniqueGates(gates: readonly Gate[]): readonly Gate[] {
  const known = new Map<string, Gate>();
  for (const gate of gates) {
    const key = JSON.stringify(gate.kind === 'command' ? [gate.kind, gate.command] : gate);
    const same = known.get(key);
    const boxes = [same, gate].flatMap((each) => (each?.kind === 'command' ? (each.boxes ?? []) : []));
    known.set(key, gate.kind === 'command' && boxes.length > 0 ? { ...(same ?? gate), ...gate, boxes } : gate);
  }
  return [...known.values()];
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
