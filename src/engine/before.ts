// Before a task: what stands in its way, and who does it.
import type { PauseRule } from '../model/config';
import type { AttemptKind, TaskSpec } from '../model/run';
import { isGone, takeBackWord } from './by-hand';
import { shellLines } from './destructive';
import { destructiveCommands, gateCommands, matchingRules, missingCredentials, sensitivity } from './pause-rules';
import { questionOf } from './fold';
import type { TaskEntry } from './state';
import { ask, emit, preserve, type Rules, type Turn } from './turn';

/** Takes a ready task: a question about it is asked, or an attempt at it begins. */
export function begin(turn: Turn, entry: TaskEntry): 'started' | 'asked' {
  if (askFirst(turn, entry)) return 'asked';
  const { spec } = entry.row;
  if (spec.commands.length > 0) {
    startAttempt(turn, entry, 'shell', scriptOf(spec.commands, turn.rules.shell));
    return 'started';
  }
  if (agentDoes(turn, spec)) {
    startAttempt(turn, entry, 'agent', null);
    return 'started';
  }
  // The attempt is open while the person works: what changes meanwhile is theirs.
  startAttempt(turn, entry, 'person', null);
  ask(turn, entry, { kind: 'your-turn' }, ['done', 'skip', 'fail'], { suggestion: { kind: 'do', what: workOf(spec) } });
  return 'asked';
}

/** What is to be done, and when it is: the word "done" speaks for all of it. */
function workOf({ title, steps, criteria }: TaskSpec): string {
  const open = criteria.filter(({ done }) => done !== true).map(({ text }) => text);
  const rest = open.length > MOST_NAMED ? `; ${String(open.length - MOST_NAMED)} more` : '';
  return [
    steps === undefined ? title : `${title}: ${steps.join('; ')}`,
    ...(open.length === 0 ? [] : [`Done when: ${open.slice(0, MOST_NAMED).join('; ')}${rest}`]),
  ].join(' · ');
}
const MOST_NAMED = 5;

/** The first question that nobody has answered with "go on", in order of weight. */
function askFirst(turn: Turn, entry: TaskEntry): boolean {
  const { spec } = entry.row;
  const { options } = turn.state.run;
  const open = (question: string): boolean => !entry.passed.has(question);

  if (needsPerson(turn, entry)) {
    ask(turn, entry, { kind: 'human-required' }, ['run', 'done', 'skip', 'stop']);
    return true;
  }
  if (options.smartPause) {
    if (spec.unresolved.length > 0 && open('unresolved-dependency')) {
      ask(turn, entry, { kind: 'unresolved-dependency', names: spec.unresolved }, ['run', 'skip', 'stop']);
      return true;
    }
    const rule = rulesFor(turn, spec).find(({ name }) => open(`rule:${name}`));
    if (rule !== undefined) {
      ask(turn, entry, { kind: 'rule', rule: rule.name, message: rule.message }, ['run', 'skip', 'stop']);
      return true;
    }
    const isSettled = spec.autoAdvance === true || spec.smartPause?.value === false;
    const kind = isSettled ? null : sensitivity(spec);
    if (kind !== null && open('no-auto-advance')) {
      ask(turn, entry, { kind: 'no-auto-advance', why: kind }, ['run', 'skip', 'stop']);
      return true;
    }
  }
  if (askApproval(turn, entry, 'before')) return true;
  if (!options.smartPause) return false;
  const question = ({ command }: { readonly command: string }): string =>
    questionOf({ kind: 'destructive', command, rule: '' });
  const dangerous =
    destructiveCommands(spec.commands).find((found) => open(question(found))) ??
    // A gate is often the same for many tasks.
    destructiveCommands(gateCommands(spec)).find((found) => !isPassed(turn, question(found)));
  if (dangerous !== undefined) {
    ask(turn, entry, { kind: 'destructive', ...dangerous }, ['run', 'skip', 'stop'], { default: 'skip' });
    return true;
  }
  const names = missingCredentials(
    [...spec.commands, ...gateCommands(spec)],
    (name) => turn.rules.config.run.env[name] ?? turn.rules.env(name),
  );
  if (names.length > 0 && open(questionOf({ kind: 'credentials', names }))) {
    ask(turn, entry, { kind: 'credentials', names }, ['retry', 'run', 'skip', 'stop'], {
      suggestion: { kind: 'do', what: `Set ${names.join(', ')} in the environment that Soloflow is started from` },
    });
    return true;
  }
  return false;
}

/** Has somebody said "go on" to this for any task of the run? */
const isPassed = ({ state }: Turn, question: string): boolean =>
  [...state.tasks.values()].some(({ passed }) => passed.has(question));

/** Its own document says so, or what it is a part of: that is asked once for all parts. */
function needsPerson({ state }: Turn, { row: { spec }, passed }: TaskEntry): boolean {
  if (passed.has('human-required')) return false;
  const { humanRequired, personFor } = spec;
  if (humanRequired || personFor === undefined) return humanRequired;
  return ![...state.tasks.values()].some(
    (other) => other.row.spec.personFor === personFor && other.passed.has('human-required'),
  );
}

/** The task's own Smart Pause, then the rules of the workspace. Whoever does the task is no rule for themselves. */
function rulesFor(turn: Turn, spec: TaskSpec): readonly Pick<PauseRule, 'name' | 'message'>[] {
  const isPersons = spec.humanRequired || (spec.commands.length === 0 && !agentDoes(turn, spec));
  const own = spec.smartPause?.value === true && !isPersons;
  const message = spec.smartPause?.note ?? 'The plan asks to wait for a person here';
  return [...(own ? [{ name: 'Smart Pause', message }] : []), ...matchingRules(spec, turn.rules.config)];
}

/** Asks for the approval of what the task or its gates would run and nobody has approved here. */
export function askApproval(turn: Turn, entry: TaskEntry, stage: 'before' | 'gates'): boolean {
  const { spec } = entry.row;
  const own = commandsOf(spec);
  const agent = stage === 'before' && agentDoes(turn, spec) ? (turn.rules.workerCommand?.(spec) ?? null) : null;
  const commands = (agent === null ? own : [agent, ...own]).filter((command) => !turn.rules.isApproved(command));
  if (commands.length === 0) return false;
  if (stage === 'gates' && isGone(turn, entry)) return true;
  ask(turn, entry, { kind: 'approval', commands }, ['approve', 'approve-all', 'skip'], { stage });
  return true;
}

/** A task without commands goes to the agent, where there is one and the run wants it. */
const agentDoes = (turn: Turn, spec: TaskSpec): boolean =>
  spec.commands.length === 0 && turn.state.run.options.worker !== false && turn.rules.canDo(spec);

/** Every command text that a task would run, and that would be run for it. */
export const commandsOf = (spec: TaskSpec): readonly string[] => [
  ...new Set([...spec.commands, ...gateCommands(spec), ...(spec.toolCommands ?? [])]),
];

/** Several commands are one script that stops at the first failure: one process, one exit code, one adoption. */
export function scriptOf(commands: readonly string[], shell: Rules['shell']): string {
  const only = commands[0];
  if (commands.length === 1 && only !== undefined && !only.trim().includes('\n')) return only;
  // cmd.exe takes one line only.
  if (shell === 'cmd') return commands.flatMap(shellLines).join(' && ');
  return ['set -e', ...commands].join('\n');
}

export function startAttempt(turn: Turn, entry: TaskEntry, kind: AttemptKind, command: string | null): string {
  const { run } = turn.state;
  const { taskKey, spec, reason: before } = entry.row;
  const n = entry.row.attempt + 1;
  takeBackWord(turn, entry, 'scheduler');
  const attemptId = `${run.id}-t${String(entry.order + 1)}-${String(n)}`;
  const limit = spec.timeoutMs ?? (kind === 'agent' ? turn.rules.config.agent.timeoutMinutes * 60_000 : null);
  const deadlineAt = kind === 'person' || limit === null ? null : turn.now + limit;
  emit(turn, {
    type: 'attempt-started',
    taskKey,
    attemptId,
    n,
    kind,
    idempotencyKey: attemptId,
    epoch: turn.rules.epoch,
    command,
    cwd: command === null ? null : turn.rules.root,
    dir: null,
    deadlineAt,
    ...(turn.rules.host === undefined ? {} : { host: turn.rules.host }),
  });
  if (kind === 'shell') turn.effects.push({ kind: 'start-process', attemptId });
  if (kind === 'agent') turn.effects.push({ kind: 'start-worker', attemptId });
  if (deadlineAt !== null) turn.effects.push({ kind: 'arm-deadline', attemptId, at: deadlineAt });
  preserve(turn, 'start', taskKey, { title: spec.title, attempt: n, by: kind, before });
  return attemptId;
}
