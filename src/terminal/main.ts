// The terminal: finds the action, opens the workspace, prints the answer, says the exit code. Knows nothing about plans itself.
import { resolve } from 'node:path';
import { AGENT_VARIABLE } from '../agents/worker';
import type { Failure } from '../model/failure';
import type { RunOutput } from '../workflow/run-output';
import { actions, type AnyAction } from '../workflow/actions';
import { describeFailure } from '../workflow/words/failure-words';
import { describeNotice } from '../workflow/words/notice-words';
import { english } from '../workflow/words/translate';
import { openTrustedFolders } from '../store/approvals';
import { openWorkspace, type OpenOptions, type OpenWorkspace } from '../wire';
import { findAction, parseCommand, type CommandLine } from './arguments';
import { completionScript, SHELLS } from './completion';
import { follow } from './follow';
import { commandHelp, MCP_HELP, overview } from './help';
import { paintFor } from './paint';
import type { Print } from './print';
import { renderOutput } from './render';
import { isShipped, isStart, renderStart } from './render-start';

export interface Terminal extends Print {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
}

const WRONG_USE = 2;
const NEEDS_A_PERSON = 3;
const PERSONS: ReadonlySet<string> = new Set(['approve', 'answer']);
/** Actions after which the terminal stays until the run ends or waits. */
const FOLLOWED: ReadonlySet<string> = new Set(['execute', 'continue', 'start']);

/** Runs one command line; resolves to the exit code. Aborting stops what it started and keeps the run. */
export async function main(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = name === 'help' && rest[0] !== undefined && rest[0] !== 'mcp' ? findAction(actions, rest[0]) : null;
    if (name === 'help' && rest[0] === 'mcp') {
      terminal.out(MCP_HELP);
      return 0;
    }
    if (asked !== null && !asked.ok) return fail(asked.error, false, terminal);
    terminal.out(asked === null ? overview(actions, terminal.version) : commandHelp(asked.value));
    return name === undefined ? WRONG_USE : 0;
  }
  if (name === '--version' || name === '-v') {
    terminal.out(terminal.version);
    return 0;
  }
  if (name === 'mcp') {
    terminal.out(MCP_HELP);
    return 0;
  }
  if (name === 'completion') {
    const shell = SHELLS.find((each) => each === rest[0]);
    if (shell === undefined) {
      const message = `is one of ${SHELLS.join(', ')}`;
      return fail({ kind: 'invalid-input', field: 'SHELL', message }, false, terminal);
    }
    terminal.out(completionScript(shell, actions));
    return 0;
  }
  const json = rest.includes('--json');
  const action = findAction(actions, name);
  if (!action.ok) return fail(action.error, json, terminal);
  // Not a wall against an agent that means harm, but none comes here by mistake.
  if (PERSONS.has(action.value.name) && (terminal.env[AGENT_VARIABLE] ?? '') !== '') {
    const message = 'an agent can neither approve nor answer; a person does that';
    return fail({ kind: 'invalid-input', field: action.value.name, message }, json, terminal);
  }
  const parsed = parseCommand(action.value, rest);
  if (!parsed.ok) return fail(parsed.error, json, terminal);
  if (parsed.value === 'help') {
    terminal.out(commandHelp(action.value));
    return 0;
  }
  return withWorkspace(parsed.value, terminal, signal);
}

async function withWorkspace(line: CommandLine, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const root = resolve(terminal.cwd, line.root ?? '.');
  const opened = await openWorkspace({
    root,
    by: 'cli',
    // Whoever types here may run what they approve: each command still needs its own approval.
    trusted: () => true,
    trustFolder: (by) => openTrustedFolders({ now: Date.now, log: quiet(terminal) }).trust(root, by),
    needs: needsOf(line),
    watch: isFollowed(line),
    log: quiet(terminal),
    version: terminal.version,
  });
  if (!opened.ok) return fail(opened.error, line.json, terminal);
  const workspace = opened.value;
  try {
    for (const notice of workspace.notices) terminal.err(`soloflow: ${describeNotice(notice, english)}`);
    return await perform(line, workspace, terminal, signal);
  } finally {
    await workspace.dispose({ endProcesses: signal.aborted });
  }
}

/** Uses of an action that begin a run. */
const BEGINS: Readonly<Record<string, string>> = { sprint: 'execute-tasks', goal: 'execute' };

const isFollowed = ({ action, input }: Pick<CommandLine, 'action' | 'input'>): boolean =>
  FOLLOWED.has(action.name) || BEGINS[action.name] === (input['do'] ?? null);

const PLAN_ONLY: ReadonlySet<string> = new Set(['list', 'next']);

function needsOf({ action, input }: CommandLine): OpenOptions['needs'] {
  // A start that is only shown begins nothing, and wakes nothing that waits.
  if (action.name === 'start' && input['yes'] !== true) return 'watch';
  if (PLAN_ONLY.has(action.name)) return 'plan';
  if (isFollowed({ action, input })) return 'run';
  return action.effect === 'run' ? 'answer' : 'watch';
}

async function perform(
  line: CommandLine,
  workspace: OpenWorkspace,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const waiting = isFollowed(line) ? follow(workspace, line.json, terminal, signal) : null;
  const progress = terminal.isTerminal && !line.json ? (step: string) => terminal.err(`soloflow: ${step}`) : () => {};
  const call = { by: 'cli', signal, progress };
  const done = await runAction(line.action, workspace, line.input, call);
  if (!done.ok) return fail(done.error, line.json, terminal);
  if (isStart(done.value)) {
    const text = renderStart(done.value, paintFor(terminal.isTerminal, terminal.env));
    terminal.out(line.json ? JSON.stringify(done.value) : text);
    if (waiting === null || done.value.run === null) return NEEDS_A_PERSON;
    return waiting(done.value.run.id);
  }
  if (isShipped(done.value)) {
    terminal.out(line.json ? JSON.stringify(done.value) : done.value.paths.map((path) => `✅ ${path}`).join('\n'));
    return 0;
  }
  if (waiting !== null) return waiting((done.value as RunOutput).id);
  if (line.json) terminal.out(JSON.stringify(done.value));
  else terminal.out(renderOutput(line.action.name, done.value, paintFor(terminal.isTerminal, terminal.env)));
  return 0;
}

const runAction = (
  action: AnyAction,
  workspace: OpenWorkspace,
  input: Record<string, unknown>,
  call: Parameters<AnyAction['run']>[2],
) => action.run(workspace, input, call);

/** One clear sentence, in JSON too. Wrong use and unknown names are 2, a refusal because a person is needed 3, the rest 1. */
function fail(failure: Failure, json: boolean, terminal: Print): number {
  const message = describeFailure(failure, english);
  if (json) terminal.out(JSON.stringify({ error: { ...failure, text: message } }));
  terminal.err(`soloflow: ${message}`);
  return exitCodeOfFailure(failure);
}

function exitCodeOfFailure(failure: Failure): number {
  switch (failure.kind) {
    case 'invalid-input':
    case 'unknown-item':
    case 'ambiguous-item':
    case 'unknown-document':
    case 'unknown-run':
    case 'unknown-pause':
    case 'illegal-choice':
    case 'already-answered':
    case 'nothing-to-run':
    case 'runtime-too-old':
      return WRONG_USE;
    case 'untrusted':
    case 'not-approved':
    case 'duplicate-idea':
      return 3;
    default:
      return 1;
  }
}

function quiet(terminal: Print): { info(): void; warn(message: string): void; error(message: string): void } {
  return {
    info: () => {},
    warn: (message) => terminal.err(`soloflow: ${message}`),
    error: (message) => terminal.err(`soloflow: ${message}`),
  };
}
