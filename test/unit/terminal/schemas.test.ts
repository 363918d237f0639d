// What --json prints is what the declared schemas say: every action is run in a workspace with plans, a sprint, a goal and
// runs, and its output held against its schema, as is a failure.
import Ajv2020 from 'ajv/dist/2020';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/terminal/main';
import { actions } from '../../../src/workflow/actions';

interface Schemas {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly error: Readonly<Record<string, unknown>>;
}

let root = '';
const checked = new Set<string>();

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-schemas-'));
  cpSync(resolve(import.meta.dirname, '../../../examples'), root, { recursive: true });
  const roadmap =
    '# Roadmap\n\n## GOAL-001: Known words\n\n**Sprints**: SPRINT-001\n\n- [ ] 3 / 10 words\n\n## SPRINT-001\n\n- B-001\n';
  writeFileSync(join(root, 'roadmap.md'), roadmap);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function soloflow(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const lines: string[] = [];
  const out = (line: string): void => void lines.push(line);
  const terminal = { out, err: () => {}, isTerminal: false, env: {}, cwd: root, version: '0' };
  const code = await main(args, terminal, new AbortController().signal);
  return { code, out: lines.join('\n') };
}

async function schemasOf(command: string): Promise<Schemas> {
  const { code, out } = await soloflow('schema', command);
  expect(code).toBe(0);
  return JSON.parse(out) as Schemas;
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
function expectValid(schema: Readonly<Record<string, unknown>>, value: unknown, about: string): void {
  const valid = ajv.validate(schema, value);
  if (!valid) throw new Error(`${about}: ${ajv.errorsText()}\n${JSON.stringify(value).slice(0, 2000)}`);
}

/** Runs it; what it prints (for a run the last line) is what the schema says. */
async function check(...args: readonly string[]): Promise<unknown> {
  const [command = ''] = args;
  const { out } = await soloflow(...args, '--json');
  const value: unknown = JSON.parse(out.split('\n').at(-1) ?? '');
  if (typeof value === 'object' && value !== null && 'error' in value)
    throw new Error(`${args.join(' ')} failed: ${JSON.stringify(value.error)}`);
  const followed = typeof value === 'object' && value !== null && 'type' in value && value.type === 'run-settled';
  const { output } = await schemasOf(command);
  expectValid(output, followed && 'run' in value ? value.run : value, args.join(' '));
  checked.add(command);
  return value;
}

describe('the schemas of the terminal', () => {
  it('exist for every command, and each is a schema', async () => {
    const { out } = await soloflow('schema');
    const { commands } = JSON.parse(out) as { commands: readonly Schemas[] };
    const cli = actions.filter(({ surfaces }) => surfaces.includes('cli')).map(({ name }) => name);
    expect(commands.map(({ command }) => command).sort()).toEqual([...cli].sort());
    for (const { command, input, output } of commands) {
      expect(ajv.validateSchema(input), command).toBe(true);
      expect(ajv.validateSchema(output), command).toBe(true);
      // Whatever can be said of the output is said: not merely "anything".
      expect({ command, says: Object.keys(output).length > 0 }).toEqual({ command, says: true });
    }
    const help = await soloflow('list', '--help', '--json');
    expect(JSON.parse(help.out)).toEqual(JSON.parse((await soloflow('schema', 'list')).out));
  });

  it('say what a failure looks like, with a kind, a sentence and nearest names', async () => {
    const { error } = await schemasOf('show');
    for (const [args, code] of [
      [['show', 'B-0O1'], 2],
      [['show'], 2],
      [['stauts'], 2],
      [['list', '--everything'], 2],
      [['list', '-w', 'nowhere'], 2],
      [['execute', '--only', 'B-999'], 2],
      [['answer', 'nobody', 'done'], 2],
      [['import', 'nothing.jsonl'], 1],
      [['start', ''], 2],
    ] as const) {
      const failed = await soloflow(...args, '--json');
      expect({ args, code: failed.code }).toEqual({ args, code });
      expectValid(error, JSON.parse(failed.out), args.join(' '));
    }
    expect(JSON.parse((await soloflow('show', 'B-0O1', '--json')).out)).toMatchObject({
      error: { kind: 'unknown-item' },
    });
  });
});
