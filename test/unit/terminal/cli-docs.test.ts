// docs/cli.md is made from the declared actions. `UPDATE=1 npx vitest run test/unit/terminal/cli-docs.test.ts` writes it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { argumentName, flagsOf } from '../../../src/terminal/arguments';
import { actions, type AnyAction } from '../../../src/workflow/actions';

const FILE = path.resolve(import.meta.dirname, '../../../docs/cli.md');

const HEAD = `# The terminal

\`soloflow COMMAND [ARGUMENTS] [--workspace DIR] [--json]\` does in a shell what the palette does in the editor: both read
the same declared actions. This page is made from them by \`test/unit/terminal/cli-docs.test.ts\`.

Every command takes \`--workspace DIR\` (\`-w\`; default: this folder), \`--json\` and \`--help\` (\`-h\`). With \`--json\`
standard output holds JSON only: one value, or for a command that runs a plan one event a line and a last line
\`run-settled\`. A failure is \`{"error": {"kind": …, "text": …}}\`. \`soloflow schema COMMAND\` (or \`COMMAND --help
--json\`) prints the JSON schemas of what a command takes, what it prints, and of failures. Without \`--workspace\` a command
works in this folder, or in the nearest one above it that has a record, inside the same repository. Sentences for people go to standard error. Colours appear
only on a terminal; \`NO_COLOR\` and \`FORCE_COLOR\` are honoured. A switch that is on by default is turned off with
\`--no-…\`. A flag marked "several" may be repeated.

## Exit codes

| Code | Meaning |
| ---- | ------- |
| 0 | Done. |
| 1 | It failed: a task, a gate, a file, the record. |
| 2 | Wrong use: an unknown command, flag, item, document or run; nothing to run. |
| 3 | A person is needed: a question waits, commands are not approved, an idea exists already, changes are only shown. |
| 70 | A bug in Soloflow; the message says where. |
| 128 | Ended by a signal that reached the Node it was handed to. |
| 130 | Interrupted; the run is kept and \`soloflow continue\` goes on with it. |

## Completion

\`\`\`bash
source <(soloflow completion bash)                        # bash: put it into ~/.bashrc
soloflow completion zsh > "\${fpath[1]}/_soloflow"         # zsh
soloflow completion fish > ~/.config/fish/completions/soloflow.fish
\`\`\`

## Commands

\`soloflow --version\`, \`soloflow --help\`, \`soloflow help COMMAND\`, \`soloflow completion bash|zsh|fish\`, \`soloflow schema
[COMMAND]\`, \`soloflow mcp\` (serves agents over standard input and output), and:
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

function section(action: AnyAction): string {
  const flags = flagsOf(action);
  const positional = action.positional.flatMap((field) => flags.find((flag) => flag.field === field) ?? []);
  const usage = positional.map(({ field, required }) => (required ? argumentName(field) : `[${argumentName(field)}]`));
  const effects = { read: 'Reads only.', write: 'Changes documents or the record.', run: 'May run commands.' };
  const rows = flags.map((flag) => {
    const name = action.positional.includes(flag.field) ? argumentName(flag.field) : `--${flag.name}`;
    const value = flag.kind === 'boolean' ? '' : flag.kind === 'list' ? 'several' : flag.choices.join(', ');
    return `| \`${name}\` | ${cell(value)} | ${cell(flag.description)} |`;
  });
  return [
    `### ${action.name}`,
    '',
    `\`soloflow ${[action.name, ...usage].join(' ')}\``,
    '',
    `${action.description} ${effects[action.effect]}`,
    ...(rows.length === 0 ? [] : ['', '| | Values | |', '| - | ------ | - |', ...rows]),
    '',
  ].join('\n');
}

describe('docs/cli.md', () => {
  it('tells every command with its arguments and flags (UPDATE=1 writes it anew)', () => {
    const cli = actions.filter(({ surfaces }) => surfaces.includes('cli'));
    const sections = [...cli].sort((a, b) => (a.name < b.name ? -1 : 1)).map(section);
    const text = `${HEAD}\n${sections.join('\n')}`;
    if (process.env['UPDATE'] === '1') writeFileSync(FILE, text);
    expect(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').toBe(text);
  });
});
