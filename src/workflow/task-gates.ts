// Which gates a task has: what its document names, and what the config asks of its type and of every task.
import type { Config, GateConfig } from '../model/config';
import { gateCommand, type Gate } from '../model/gate';
import type { Criterion, Item } from '../model/plan';
import type { TaskSpec } from '../model/run';
import { gateInWords } from './gate-words';

export interface SpecRules {
  readonly config: Config;
  /** Asked only for a gate that runs the project's tests without saying how. */
  readonly testCommand: () => string | null;
}

/** What a person says is so: acceptance criteria, and quality gates that are words and no command. */
export const criteriaOf = (item: Item): TaskSpec['criteria'] =>
  [...item.criteria, ...item.gates.filter(({ command }) => command === null)].map(({ text, done }) => ({ text, done }));

/**
 * Gates the document names, then those of the config for the task's type and for all. Bare criteria are asked only where
 * nothing checks by machine.
 */
export function gatesOf(item: Item, { config, testCommand }: SpecRules): readonly Gate[] {
  const named = [...item.gates, ...item.tests, ...item.criteria].flatMap((line): Gate[] => {
    const gate = namedGate(line, testCommand);
    if (gate === null) return [];
    return [line.box === null ? gate : { ...gate, boxes: [line.text] }];
  });
  const configured = configFor(item.type, config).map((gate) => fromConfig(gate, testCommand));
  const machine = withOwnNames(uniqueGates([...named, ...configured]));
  if (machine.length > 0 || criteriaOf(item).length === 0) return machine;
  return [{ kind: 'criteria', name: 'Acceptance criteria' }];
}

/** What a line of the document has checked by machine. The project's own tests are read by their report too. */
function namedGate({ text, command }: Criterion, testCommand: () => string | null): Gate | null {
  if (command === null) return gateInWords(text, testCommand);
  const isTests = /test|jest|mocha/.test(command) && command === testCommand();
  return { kind: isTests ? 'tests' : 'command', name: text, command };
}

/** Types are words that people write: "Documentation" is "documentation", and a task may be of several. */
function configFor(type: string | null, { gates }: Config): readonly GateConfig[] {
  const types = new Set((type ?? '').split(/[,;|+]|\s\/\s/).map(plainWord));
  const own = Object.entries(gates).filter(([name]) => name !== '*' && types.has(plainWord(name)));
  return [...own.flatMap(([, each]) => each), ...(gates['*'] ?? [])];
}
const plainWord = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

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
    const command = gateCommand(gate);
    const key = command === null ? JSON.stringify({ ...gate, name: '', boxes: [] }) : `$ ${command}`;
    const same = known.get(key);
    if (same === undefined) {
      known.set(key, gate);
      continue;
    }
    const boxes = [...(same.boxes ?? []), ...(gate.boxes ?? [])];
    // Tests say more than their exit code.
    const kept = gate.kind === 'tests' ? { ...gate, name: same.name } : same;
    known.set(key, boxes.length > 0 ? { ...kept, boxes } : kept);
  }
  return [...known.values()];
}

/** Results are kept by name: two gates of one name would be one, and the second never checked. */
function withOwnNames(gates: readonly Gate[]): readonly Gate[] {
  const times = new Map<string, number>();
  for (const { name } of gates) times.set(name, (times.get(name) ?? 0) + 1);
  // A person's word about the whole task is kept under this name.
  const taken = new Set(['person']);
  return gates.map((gate) => {
    const told =
      (times.get(gate.name) ?? 0) > 1 ? [gate.name, particulars(gate)].filter(Boolean).join(': ') : gate.name;
    let name = told;
    for (let n = 2; taken.has(name); n += 1) name = `${told} (${String(n)})`;
    taken.add(name);
    return name === gate.name ? gate : { ...gate, name };
  });
}

function particulars(gate: Gate): string {
  switch (gate.kind) {
    case 'command':
    case 'tests':
      return gate.command ?? '';
    case 'files':
    case 'references':
    case 'navigation':
      return gate.paths.join(', ');
    case 'tree':
      return gate.expect;
    case 'person':
      return gate.question;
    case 'criteria':
    case 'problems':
      return '';
  }
}
