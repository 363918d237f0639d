// Tab completion for shells: scripts made from the declared actions, with commands, arguments, flags and choices. For ids
// and files of the plan a script asks `soloflow completion words KIND`.
import type { AnyAction } from '../workflow/actions';
import { flagsOf, type Flag } from './arguments';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

interface Command {
  readonly name: string;
  readonly description: string;
  /** Taken without a flag, in order. */
  readonly positional: readonly Flag[];
  readonly flags: readonly Flag[];
}

/** What a flag or argument names, by its field. Others are words of the person's own. */
const WORDS_OF: Readonly<Record<string, string>> = {
  item: 'items',
  items: 'items',
  backlogItem: 'items',
  selection: 'items',
  only: 'items',
  from: 'items',
  on: 'items',
  dependsOn: 'items',
  idea: 'items',
  pause: 'pauses',
  run: 'runs',
  after: 'runs',
  sprint: 'sprints',
  sprintId: 'sprints',
  into: 'sprints',
  goal: 'goals',
  goalId: 'goals',
  document: 'documents',
  backlog: 'backlogs',
  prd: 'prds',
  tasks: 'lists',
};

/** Words of a field that takes others as well, by action and field. */
const OFTEN: Readonly<Record<string, readonly string[]>> = {
  'update-status status': ['open', 'in-progress', 'blocked', 'done', 'cancelled', 'draft', 'approved', 'completed'],
  'goal status': ['planned', 'active', 'achieved', 'dropped'],
};

const FILES: ReadonlySet<string> = new Set(['file', 'path']);

/** What stands behind a flag, or as an argument. */
type Values =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'words'; readonly of: string }
  | { readonly kind: 'files' }
  | { readonly kind: 'free' };

function valuesOf({ field, choices }: Flag): Values {
  if (choices.length > 0) return { kind: 'choices', choices };
  const of = WORDS_OF[field];
  if (of !== undefined) return { kind: 'words', of };
  return FILES.has(field) ? { kind: 'files' } : { kind: 'free' };
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
  const cli = actions.filter((action) => action.surfaces.includes('cli'));
  const own = cli.map((action): Command => {
    const flags = flagsOf(action).map((flag) => {
      const often = OFTEN[`${action.name} ${flag.field}`];
      return often === undefined ? flag : { ...flag, choices: often };
    });
    return {
      name: action.name,
      description: action.description,
      positional: action.positional.flatMap((field) => flags.find((flag) => flag.field === field) ?? []),
      flags: flags.filter(({ field }) => !action.positional.includes(field)),
    };
  });
  const choice = (field: string, choices: readonly string[]): Flag => ({
    name: field,
    field,
    kind: 'string',
    choices,
    description: field,
    required: true,
  });
  const names = cli.map(({ name }) => name);
  const others: readonly Command[] = [
    {
      name: 'completion',
      description: 'Prints a completion script for a shell.',
      positional: [choice('shell', SHELLS)],
      flags: [],
    },
    {
      name: 'schema',
      description: 'Prints the JSON schemas of a command.',
      positional: [choice('command', names)],
      flags: [],
    },
    { name: 'help', description: 'Tells more.', positional: [choice('command', names)], flags: [] },
    { name: 'mcp', description: 'Serves agents over MCP.', positional: [], flags: [] },
  ];
  return [...own, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const COMMON = ['--json', '--workspace', '--help'];
/** Those behind which a value stands. */
const valued = ({ flags }: Command): readonly Flag[] => flags.filter(({ kind }) => kind !== 'boolean');

function bash(commands: readonly Command[]): string {
  const action = (values: Values): string => {
    switch (values.kind) {
      case 'choices':
        return `words="${values.choices.join(' ')}"`;
      case 'words':
        return `words="$(_soloflow_words ${values.of})"`;
      case 'files':
        return 'COMPREPLY=($(compgen -f -- "$current")); return';
      case 'free':
        return 'return';
    }
  };
  const rows = commands.flatMap((command) =>
    valued(command).map((flag) => `    "${command.name} --${flag.name}") ${action(valuesOf(flag))} ;;`),
  );
  const arguments_ = commands.flatMap((command) =>
    command.positional.map((flag, at) => `    "${command.name} ${at}") ${action(valuesOf(flag))} ;;`),
  );
  return [
    '# Completion of soloflow for bash: source <(soloflow completion bash)',
    '_soloflow_words() {',
    '  "${COMP_WORDS[0]}" completion words "$1" ${folder:+"$folder"} 2>/dev/null',
    '}',
    '_soloflow() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}"',
    '  local words="" valued="" flags="" folder="" at=0 word="" skip=""',
    '  COMPREPLY=()',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$current"))`,
    '    return',
    '  fi',
    '  case "$command" in',
    ...commands.map((command) => {
      const flags = [...command.flags.map(({ name }) => `--${name}`), ...COMMON].join(' ');
      const values = [...valued(command).map(({ name }) => `--${name}`), '--workspace', '-w'].join(' ');
      return `    ${command.name}) flags="${flags}" valued=" ${values} " ;;`;
    }),
    '    *) return ;;',
    '  esac',
    '  for word in "${COMP_WORDS[@]:2:COMP_CWORD-2}"; do',
    '    case "$skip" in --workspace|-w) folder="$word" ;; esac',
    '    if [ -n "$skip" ]; then skip=""',
    '    elif [[ "$valued" == *" $word "* ]]; then skip="$word"',
    '    elif [[ "$word" != -* ]]; then at=$((at + 1)); fi',
    '  done',
    '  if [ -n "$skip" ]; then',
    '    case "$command $previous" in',
    ...rows,
    '    *" --workspace"|*" -w") COMPREPLY=($(compgen -d -- "$current")); return ;;',
    '    esac',
    '  elif [[ "$current" == -* ]]; then words="$flags"',
    '  else',
    '    case "$command $at" in',
    ...arguments_,
    '    esac',
    '    [ -n "$words" ] || words="$flags"',
    '  fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _soloflow soloflow',
  ].join('\n');
}

function zsh(commands: readonly Command[]): string {
  const action = (values: Values): string => {
    switch (values.kind) {
      case 'choices':
        return `(${values.choices.join(' ')})`;
      case 'words':
        return `{_soloflow_words ${values.of}}`;
      case 'files':
        return '_files';
      case 'free':
        return '()';
    }
  };
  const spec = (flag: Flag): string => {
    const value = flag.kind === 'boolean' ? '' : `:${flag.name}:${action(valuesOf(flag))}`;
    const several = flag.kind === 'list' ? '*' : '';
    return quote(`${several}--${flag.name}[${flag.description.replace(/[[\]:\\]/g, ' ')}]${value}`);
  };
  return [
    '#compdef soloflow',
    '# Completion of soloflow for zsh: soloflow completion zsh > "${fpath[1]}/_soloflow"',
    '_soloflow_words() {',
    '  local folder="${opt_args[--workspace]}"',
    '  local -a found',
    '  found=(${(f)"$(${words[1]} completion words $1 ${folder:+$folder} 2>/dev/null)"})',
    '  compadd -a found',
    '}',
    '_soloflow() {',
    '  local -a commands common',
    '  commands=(',
    ...commands.map(({ name, description }) => `    ${quote(`${name}:${description.replaceAll(':', '\\:')}`)}`),
    '  )',
    '  if (( CURRENT == 2 )); then',
    '    _describe command commands',
    '    return',
    '  fi',
    `  common=('--json[Print JSON]' '--workspace[Folder to work in]:folder:_files -/' '--help[Tell more]')`,
    '  local command="$words[2]"',
    '  typeset -A opt_args',
    '  words=("$words[1]" "${words[@]:2}")',
    '  (( CURRENT-- ))',
    '  case "$command" in',
    ...commands.map((command) => {
      const places = command.positional.map((flag, at) => quote(`${at + 1}:${flag.name}:${action(valuesOf(flag))}`));
      return `    ${command.name}) ${['_arguments $common', ...places, ...command.flags.map(spec)].join(' ')} ;;`;
    }),
    '  esac',
    '}',
    '# Loaded by its file name it is asked at once; read with source it is only made known.',
    'if [ "$funcstack[1]" = _soloflow ]; then _soloflow "$@"; else compdef _soloflow soloflow; fi',
  ].join('\n');
}

function fish(commands: readonly Command[]): string {
  const of = (name: string): string => `complete -c soloflow -n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
  const offered = (values: Values): string => {
    switch (values.kind) {
      case 'choices':
        return ` -x -a ${quote(values.choices.join(' '))}`;
      case 'words':
        return ` -x -a ${quote(`(__soloflow_words ${values.of})`)}`;
      case 'files':
        return ' -r -F';
      case 'free':
        return ' -x';
    }
  };
  return [
    '# Completion of soloflow for fish: soloflow completion fish | source',
    'function __soloflow_words',
    '  set -l before (commandline -opc)',
    '  set -l folder',
    '  for at in (seq (count $before))',
    '    if contains -- $before[$at] --workspace -w; and test $at -lt (count $before)',
    '      set folder $before[(math $at + 1)]',
    '    end',
    '  end',
    '  $before[1] completion words $argv[1] $folder 2>/dev/null',
    'end',
    '# Is this the argument without a flag of that number? Flags and their values do not count.',
    'function __soloflow_at',
    '  set -l before (commandline -opc)',
    '  test (count $before) -ge 2; and test "$before[2]" = $argv[1]; or return 1',
    '  set -l at 0',
    '  set -l skip',
    '  for word in $before[3..-1]',
    '    if test -n "$skip"',
    '      set skip',
    '    else if contains -- $word $argv[3..-1] --workspace -w',
    '      set skip yes',
    "    else if not string match -q -- '-*' $word",
    '      set at (math $at + 1)',
    '    end',
    '  end',
    '  test -z "$skip"; and test $at -eq $argv[2]',
    'end',
    'complete -c soloflow -f',
    ...commands.flatMap((command) => [
      `complete -c soloflow -n __fish_use_subcommand -a ${command.name} -d ${quote(command.description)}`,
      ...command.positional.map((flag, at) => {
        const skipping = valued(command).map(({ name }) => `--${name}`);
        const when = quote(['__soloflow_at', command.name, at, ...skipping].join(' '));
        // Not required by fish's own word: an argument is no value of a flag.
        return `complete -c soloflow -n ${when}${offered(valuesOf(flag)).replace(/^ -[xr]/, '')}`;
      }),
      ...command.flags.map((flag) => {
        const value = flag.kind === 'boolean' ? '' : offered(valuesOf(flag));
        return `${of(command.name)} -l ${flag.name}${value} -d ${quote(flag.description)}`;
      }),
    ]),
    "complete -c soloflow -l json -d 'Print JSON'",
    "complete -c soloflow -l workspace -s w -x -a '(__fish_complete_directories)' -d 'Folder to work in'",
    "complete -c soloflow -l help -s h -d 'Tell more'",
  ].join('\n');
}

/** One word for sh, zsh and fish alike: a quote inside ends the word, stands escaped, and begins it again. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
