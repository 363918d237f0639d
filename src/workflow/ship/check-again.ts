// Before an item is shipped its gates run once more: what was green when a task ended may be red by now.
import type { Gate } from '../../model/gate';
import type { TaskSpec } from '../../model/run';
import type { Call, GateLook, Workspace } from '../action';
import { settledState, type GateFact, type ShipState, type TaskFacts } from './ship-state';

/** What only says how things stood when the task ended, and what a person said, is not asked again. */
const AGAIN: ReadonlySet<Gate['kind']> = new Set(['command', 'tests', 'files', 'references', 'navigation', 'criteria']);

export interface CheckedAgain {
  readonly state: ShipState;
  /** There are gates, and none of them could be looked at now. */
  readonly fromRecord: boolean;
}

/** The state with what the gates of its done tasks say now. A command that several tasks name runs once. */
export async function checkAgain(workspace: Workspace, state: ShipState, call: Call): Promise<CheckedAgain> {
  const { checkGate } = workspace;
  const specs = specsOf(workspace, state);
  const work = state.tasks.filter((task) => task.item.status === 'done');
  const total = work.reduce((sum, task) => sum + (specs.get(task.item.key)?.gates.length ?? 0), 0);
  // A run that goes on works in the same folder; it is in the way by itself.
  if (checkGate === undefined || state.open !== null || !workspace.approvals.trusted())
    return { state, fromRecord: total > 0 };
  const commands = new Map<string, GateLook>();
  const checked = new Map<TaskFacts, readonly GateFact[]>();
  let seen = 0;
  for (const task of work) {
    const spec = specs.get(task.item.key);
    const now: GateFact[] = [];
    for (const gate of spec?.gates ?? []) {
      seen += 1;
      if (spec === undefined || call.signal.aborted || !AGAIN.has(gate.kind)) continue;
      call.progress(gate.name, seen / total);
      const command = gate.kind === 'command' || gate.kind === 'tests' ? gate.command : null;
      const known = command === null ? undefined : commands.get(command);
      const look = known ?? (await checkGate(gate, spec, task.run?.run.id ?? null, call.signal));
      if (command !== null) commands.set(command, look);
      // What asks for a person was answered by one, or never was: the record knows.
      if (look.status === 'ask') continue;
      now.push({ gate: gate.name, status: look.status, detail: look.detail.split('\n')[0] ?? '' });
    }
    checked.set(task, now);
  }
  return { state: settledState(state, (task) => merged(task.gates, checked.get(task) ?? [])), fromRecord: false };
}

/** A gate that a person let pass in spite of what it said stays let pass. */
function merged(recorded: readonly GateFact[], now: readonly GateFact[]): readonly GateFact[] {
  const by = new Map(recorded.map((fact) => [fact.gate, fact]));
  for (const fact of now) {
    const before = by.get(fact.gate);
    if (before?.status === 'waived' && fact.status !== 'pass') continue;
    by.set(fact.gate, fact);
  }
  return [...by.values()];
}

function specsOf(workspace: Workspace, state: ShipState): ReadonlyMap<string, TaskSpec> {
  const found = new Map<string, TaskSpec>();
  for (const path of new Set(state.tasks.map((task) => task.item.path))) {
    const tasks = workspace.planPort.tasks({ kind: 'document', path });
    for (const spec of tasks.ok ? tasks.value.tasks : []) found.set(spec.key, spec);
  }
  return found;
}
