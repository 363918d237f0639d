// Help texts of the terminal, made from the declared actions.
import type { AnyAction } from '../workflow/actions';
import { flagsOf } from './arguments';

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  list: ['soloflow list --json', 'soloflow list --document docs/backlog.md'],
  next: ['soloflow next', 'soloflow next --limit 5 --json'],
  start: [
    'soloflow start "Page names" --points 3 --score 4.2',
    'soloflow start B-001 --yes',
    'soloflow start "Greeting" --step "Write it" --accept \'`npm test` passes\' --yes',
  ],
  ship: ['soloflow ship', 'soloflow ship B-001 --yes --changelog --lesson "Tests first" --commit --approve'],
  'generate-prd': ['soloflow generate-prd B-001', 'soloflow generate-prd B-001 --yes'],
  'generate-tasks': ['soloflow generate-tasks B-001 --yes', 'soloflow generate-tasks --prd PRD-B-001 --yes'],
  execute: [
    'soloflow execute --tasks docs/plans/Task-List-B-001.md',
    'soloflow execute --backlog-item B-001 --auto-advance --json',
  ],
  answer: ['soloflow answer 01J8 continue', 'soloflow answer T-2.1 done --text "checked by hand"'],
  approve: [
    'soloflow approve --tasks docs/plans/Task-List-B-001.md',
    'soloflow approve --prd docs/plans/PRD-B-001.md --all',
  ],
  set: ['soloflow set B-001 done'],
  sprint: [
    'soloflow sprint plan SPRINT-001 --capacity 20 --write',
    'soloflow sprint execute-tasks SPRINT-001 --auto-advance',
    'soloflow sprint complete SPRINT-001 --into SPRINT-002',
  ],
  goal: ['soloflow goal track-progress GOAL-001', 'soloflow goal update-status GOAL-001 achieved'],
  checklist: ['soloflow checklist solo'],
  continue: ['soloflow continue --json'],
  history: ['soloflow history T-1.1', 'soloflow history --limit 1000 --json'],
};

const EXIT_CODES = 'Exit codes: 0 done · 1 failed · 2 wrong use · 3 a person is needed';

export const MCP_HELP = [
  'Serves the plan and the engine to agents over MCP (standard input and output).',
  '',
  'Usage: soloflow mcp [--workspace DIR]',
  '',
  'Agents read the plan anywhere. They start and finish tasks only in folders that a person trusts for them, which',
  '`soloflow approve … --all` does; they never approve or answer. Claude Code: claude mcp add soloflow -- soloflow mcp',
].join('\n');

export function overview(actions: readonly AnyAction[], version: string): string {
  const rows = actions
    .filter((action) => action.surfaces.includes('cli'))
    .map((action) => `  ${action.name.padEnd(14)} ${action.description}`);
  return [
    `soloflow ${version}: runs the plans you keep in markdown.`,
    '',
    'Usage: soloflow COMMAND [ARGUMENTS] [--workspace DIR] [--json]',
    '',
    'Commands:',
    ...rows,
    `  ${'mcp'.padEnd(14)} Serves the plan and the engine to agents over MCP (standard input and output).`,
    `  ${'completion'.padEnd(14)} Prints a completion script: soloflow completion bash|zsh|fish.`,
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
    return [`  ${field.toUpperCase()}`.padEnd(32) + `${flag.description}${choices}`];
  });
  return rows.length === 0 ? [] : ['', 'Arguments:', ...rows];
}

export function commandHelp(action: AnyAction): string {
  const positional = action.positional.map((field) => field.toUpperCase()).join(' ');
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
