// Help texts of the terminal, made from the declared actions.
import type { AnyAction } from '../workflow/actions';
import { argumentName, flagsOf } from './arguments';
import { EXAMPLES } from './examples';

/** Of the column of names. */
const WIDTH = 15;

const EXIT_CODES = 'Exit codes: 0 done · 1 failed · 2 wrong use · 3 a person is needed';

export const MCP_HELP = [
  'Serves the plan and the engine to agents over MCP (standard input and output).',
  '',
  'Usage: soloflow mcp [--workspace DIR]',
  '',
  'Agents read the plan anywhere. They start and finish tasks only in folders that a person trusts for them, which',
  '`soloflow approve … --all` does; they never approve or answer. Claude Code: claude mcp add soloflow -- soloflow mcp',
].join('\n');

export const COMPLETION_HELP = [
  'Prints a completion script for a shell: commands, flags, choices, and the ids and files of the plan around you.',
  '',
  'Usage: soloflow completion bash|zsh|fish',
  '',
  'bash: source <(soloflow completion bash)',
  'zsh:  soloflow completion zsh > "${fpath[1]}/_soloflow"',
  'fish: soloflow completion fish > ~/.config/fish/completions/soloflow.fish',
].join('\n');

export const SCHEMA_HELP = [
  'Prints the JSON schemas (2020-12) of a command: its input, what --json prints, and what a failure looks like.',
  '',
  'Usage: soloflow schema [COMMAND]',
  '',
  'Without a command: of all of them. `soloflow COMMAND --help --json` prints the same.',
].join('\n');

export function overview(actions: readonly AnyAction[], version: string): string {
  const rows = actions
    .filter((action) => action.surfaces.includes('cli'))
    .map((action) => `  ${action.name.padEnd(WIDTH)} ${action.description}`);
  return [
    `soloflow ${version}: runs the plans you keep in markdown.`,
    '',
    'Usage: soloflow COMMAND [ARGUMENTS] [--workspace DIR] [--json]',
    '',
    'Commands:',
    ...rows,
    `  ${'mcp'.padEnd(WIDTH)} Serves the plan and the engine to agents over MCP (standard input and output).`,
    `  ${'completion'.padEnd(WIDTH)} Prints a completion script: soloflow completion bash|zsh|fish.`,
    `  ${'schema'.padEnd(WIDTH)} Prints the JSON schemas of a command: soloflow schema list.`,
    '',
    'soloflow COMMAND --help tells more. ' + EXIT_CODES,
  ].join('\n');
}

function argumentRows(action: AnyAction): readonly string[] {
  const flags = flagsOf(action);
  const rows = action.positional.flatMap((field) => {
    const flag = flags.find((each) => each.field === field);
    if (flag === undefined) return [];
    const choices = flag.choices.length > 0 ? ` (${flag.choices.join(', ')})` : '';
    return [`  ${argumentName(field)}`.padEnd(32) + `${flag.description}${choices}`];
  });
  return rows.length === 0 ? [] : ['', 'Arguments:', ...rows];
}

export function commandHelp(action: AnyAction): string {
  const positional = action.positional.map(argumentName).join(' ');
  const flags = flagsOf(action).filter((flag) => !action.positional.includes(flag.field));
  const rows = flags.map((flag) => {
    const value = flag.kind === 'boolean' ? '' : ` ${flag.choices.length > 0 ? flag.choices.join('|') : 'VALUE'}`;
    return `  --${flag.name}${value}`.padEnd(32) + flag.description;
  });
  const examples = EXAMPLES[action.name] ?? [];
  return [
    action.description,
    '',
    `Usage: soloflow ${action.name}${positional === '' ? '' : ` ${positional}`} [FLAGS]`,
    ...argumentRows(action),
    ...(rows.length === 0 ? [] : ['', 'Flags:', ...rows]),
    '  --workspace DIR               Folder to work in (default: this one)',
    '  --json                        Print JSON',
    ...(examples.length === 0 ? [] : ['', 'Examples:', ...examples.map((line) => `  ${line}`)]),
    '',
    EXIT_CODES,
  ].join('\n');
}
