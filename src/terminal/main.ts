// The terminal: finds what was asked for and loads only that. Knows nothing about plans itself.
import { AGENT_VARIABLE } from '../agents/agent-variable';
import type { AnyAction } from '../workflow/actions';
import { actionNamed } from '../workflow/action-named';
import { parseCommand } from './arguments';
import { fail, WRONG_USE } from './failing';
import type { Terminal } from './print';

const PERSONS: ReadonlySet<string> = new Set(['approve', 'answer']);
const isHelp = (arg: string | undefined): boolean => arg === '--help' || arg === '-h';

/** Runs one command line; resolves to the exit code. Aborting stops what it started and keeps the run. */
export async function main(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const [name, ...rest] = commandFirst(args);
  if (name === undefined || isHelp(name)) return (await help([], terminal)) ?? (name === undefined ? WRONG_USE : 0);
  switch (name) {
    case 'help':
      return (await help(rest, terminal)) ?? 0;
    case '--version':
    case '-v':
      terminal.out(terminal.version);
      return 0;
    case 'mcp':
      return (await help(['mcp'], terminal)) ?? 0;
    case 'completion':
      return completion(rest, terminal);
    case 'schema':
      return schema(rest, terminal);
    default:
      return command(name, rest, terminal, signal);
  }
}

/** `-w DIR list` as `list -w DIR`: what every command takes may stand before its name. */
function commandFirst(args: readonly string[]): readonly string[] {
  let at = 0;
  for (let arg = args[at]; arg !== undefined; arg = args[at]) {
    if (arg === '--workspace' || arg === '-w') at += 2;
    else if (arg === '--json' || arg.startsWith('--workspace=')) at += 1;
    else break;
  }
  const name = args[at];
  return at === 0 || name === undefined ? args : [name, ...args.slice(0, at), ...args.slice(at + 1)];
}

async function command(
  name: string,
  rest: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const json = rest.includes('--json');
  const action = await actionNamed(name);
  if (action?.surfaces.includes('cli') !== true) return unknownCommand(name, json, terminal);
  // Not a wall against an agent that means harm, but none comes here by mistake.
  if (PERSONS.has(action.name) && (terminal.env[AGENT_VARIABLE] ?? '') !== '') {
    const message = 'an agent can neither approve nor answer; a person does that';
    return fail({ kind: 'invalid-input', field: action.name, message }, json, terminal);
  }
  const parsed = parseCommand(action, rest);
  if (!parsed.ok) return fail(parsed.error, json, terminal);
  if (parsed.value === 'help') {
    if (json) return schema([name], terminal);
    const { commandHelp } = await import('./help');
    terminal.out(commandHelp(action));
    return 0;
  }
  const { work } = await import('./work');
  return work(parsed.value, terminal, signal);
}

const allActions = async (): Promise<readonly AnyAction[]> => (await import('../workflow/actions')).actions;

async function unknownCommand(name: string, json: boolean, terminal: Terminal): Promise<number> {
  const { unknownName } = await import('./unknown-name');
  return fail(unknownName(await allActions(), name), json, terminal);
}

/** null: it was shown. */
async function help(about: readonly string[], terminal: Terminal): Promise<number | null> {
  const { COMPLETION_HELP, commandHelp, MCP_HELP, overview, SCHEMA_HELP } = await import('./help');
  const own: Readonly<Record<string, string>> = {
    mcp: MCP_HELP,
    completion: COMPLETION_HELP,
    schema: SCHEMA_HELP,
  };
  const [asked] = about;
  if (asked === undefined) {
    terminal.out(overview(await allActions(), terminal.version));
    return null;
  }
  const action = await actionNamed(asked);
  if (own[asked] === undefined && action?.surfaces.includes('cli') !== true)
    return unknownCommand(asked, false, terminal);
  terminal.out(own[asked] ?? (action === null ? '' : commandHelp(action)));
  return null;
}

async function completion(rest: readonly string[], terminal: Terminal): Promise<number> {
  if (rest.some(isHelp)) return (await help(['completion'], terminal)) ?? 0;
  const { completionScript, SHELLS } = await import('./completion');
  if (rest[0] === 'words') {
    const { completionWords } = await import('./completion-words');
    for (const word of await completionWords(rest[1] ?? '', rest[2] ?? null, terminal)) terminal.out(word);
    return 0;
  }
  const shell = SHELLS.find((each) => each === rest[0]);
  if (shell === undefined) {
    const message = `is one of ${SHELLS.join(', ')}`;
    return fail({ kind: 'invalid-input', field: 'SHELL', message }, false, terminal);
  }
  terminal.out(completionScript(shell, await allActions()));
  return 0;
}

async function schema(rest: readonly string[], terminal: Terminal): Promise<number> {
  if (rest.some(isHelp)) return (await help(['schema'], terminal)) ?? 0;
  const { schemaText } = await import('./schema');
  const [asked] = rest.filter((arg) => arg !== '--json');
  const text = schemaText(await allActions(), asked ?? null);
  if (text === null) return unknownCommand(asked ?? '', true, terminal);
  terminal.out(text);
  return 0;
}
