// Tab completion for shells: scripts made from the declared actions, with commands, flags and choices. Asks nothing at run time.
import type { AnyAction } from '../workflow/actions';
import { flagsOf, type Flag } from './arguments';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

interface Command {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  /** Choices of the first argument, where it has some. */
  readonly choices: readonly string[];
}

export function completionScript(shell: Shell, actions: readonly AnyAction[]): string {
  const commands = commandsOf(actions);
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return zsh(commands);
    case 'fish':
      return fish(commands);
  }
}

function commandsOf(actions: readonly AnyAction[]): readonly Command[] {
  const own = actions
    .filter((action) => action.surfaces.includes('cli'))
    .map((action): Command => {
      const flags = flagsOf(action);
      const first = flags.find(({ field }) => field === action.positional[0]);
      return {
        name: action.name,
        description: action.description,
        flags: flags.filter(({ field }) => !action.positional.includes(field)),
        choices: first?.choices ?? [],
      };
    });
  const completion: Command = {
    name: 'completion',
    description: 'Prints a completion script for a shell.',
    flags: [],
    choices: SHELLS,
  };
  const mcp: Command = { name: 'mcp', description: 'Serves agents over MCP.', flags: [], choices: [] };
  return [...own, completion, mcp].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const COMMON = ['--json', '--workspace', '--help'];
const wordsOf = ({ flags, choices }: Command): readonly string[] => [
  ...choices,
  ...flags.map(({ name }) => `--${name}`),
  ...COMMON,
];

function bash(commands: readonly Command[]): string {
  const flagCases = commands.flatMap((command) =>
    command.flags
      .filter(({ choices }) => choices.length > 0)
      .map(({ name, choices }) => `    "${command.name} --${name}") words="${choices.join(' ')}" ;;`),
  );
  return [
    '# Completion of soloflow for bash: source <(soloflow completion bash)',
    '_soloflow() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}" words=""',
    '  COMPREPLY=()',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$current"))`,
    '    return',
    '  fi',
    '  case "$command $previous" in',
    ...flagCases,
    '    *" --workspace"|*" -w") COMPREPLY=($(compgen -d -- "$current")); return ;;',
    '    *" --file"|*" --prd"|*" --tasks"|*" --document"|*" --backlog") COMPREPLY=($(compgen -f -- "$current")); return ;;',
    '  esac',
    '  if [ -z "$words" ]; then',
    '    case "$command" in',
    ...commands.map((command) => `      ${command.name}) words="${wordsOf(command).join(' ')}" ;;`),
    '    esac',
    '  fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _soloflow soloflow',
  ].join('\n');
}

function zsh(commands: readonly Command[]): string {
  const spec = ({ name, kind, choices, description }: Flag): string => {
    const value = kind === 'boolean' ? '' : choices.length > 0 ? `:${name}:(${choices.join(' ')})` : `:${name}:_files`;
    return quote(`${kind === 'list' ? '*' : ''}--${name}[${description.replace(/[[\]:\\]/g, ' ')}]${value}`);
  };
  return [
    '#compdef soloflow',
    '# Completion of soloflow for zsh: soloflow completion zsh > "${fpath[1]}/_soloflow"',
    '_soloflow() {',
    '  local -a commands',
    '  commands=(',
    ...commands.map(({ name, description }) => `    ${quote(`${name}:${description.replaceAll(':', '\\:')}`)}`),
    '  )',
    '  if (( CURRENT == 2 )); then',
    '    _describe command commands',
    '    return',
    '  fi',
    '  local -a common',
    `  common=('--json[Print JSON]' '--workspace[Folder to work in]:folder:_files -/' '--help[Tell more]')`,
    '  case "$words[2]" in',
    ...commands.map((command) => {
      const first = command.choices.length > 0 ? ` '2:what:(${command.choices.join(' ')})'` : '';
      return `    ${command.name}) _arguments $common${first}${command.flags.map((flag) => ` ${spec(flag)}`).join('')} '*:: :_files' ;;`;
    }),
    '  esac',
    '}',
    'compdef _soloflow soloflow',
  ].join('\n');
}

function fish(commands: readonly Command[]): string {
  const of = (name: string): string => `complete -c soloflow -n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
  return [
    '# Completion of soloflow for fish: soloflow completion fish | source',
    ...commands.flatMap(({ name, description, flags, choices }) => [
      `complete -c soloflow -f -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
      ...(choices.length > 0 ? [`${of(name)} -f -a ${quote(choices.join(' '))}`] : []),
      ...flags.map((flag) => {
        const value =
          flag.kind === 'boolean' ? '' : flag.choices.length > 0 ? ` -x -a ${quote(flag.choices.join(' '))}` : ' -r';
        return `${of(name)} -l ${flag.name}${value} -d ${quote(flag.description)}`;
      }),
    ]),
    "complete -c soloflow -l json -d 'Print JSON'",
    "complete -c soloflow -l workspace -s w -r -d 'Folder to work in'",
    "complete -c soloflow -l help -s h -d 'Tell more'",
  ].join('\n');
}

/** One word for sh, zsh and fish alike: a quote inside ends the word, stands escaped, and begins it again. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
