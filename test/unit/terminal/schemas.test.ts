// What --json prints is what the declared schemas say: every action is run in a workspace with plans, a sprint, a goal and
// runs, and its output held against its schema, as is a failure.
import Ajv2020 from 'ajv/dist/2020';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const userFolder = process.env['SOLOFLOW_USER_DIR'];
beforeAll(() => {
  process.env['SOLOFLOW_USER_DIR'] = mkdtempSync(join(tmpdir(), 'soloflow-schemas-user-'));
  root = mkdtempSync(join(tmpdir(), 'soloflow-schemas-'));
  cpSync(resolve(import.meta.dirname, '../../../examples'), root, { recursive: true });
  const roadmap =
    '# Roadmap\n\n## GOAL-001: Known words\n\n**Sprints**: SPRINT-001\n\n- [ ] 3 / 10 words\n\n## SPRINT-001\n\n- B-001\n';
  writeFileSync(join(root, 'roadmap.md'), roadmap);
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
  rmSync(process.env['SOLOFLOW_USER_DIR'] ?? '', { recursive: true, force: true });
  if (userFolder === undefined) delete process.env['SOLOFLOW_USER_DIR'];
  else process.env['SOLOFLOW_USER_DIR'] = userFolder;
});

async function soloflow(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const lines: string[] = [];
  const out = (line: string): void => void lines.push(line);
  const terminal = { out, err: () => {}, isTerminal: false, env: {}, cwd: root, version: '0' };
  const code = await main(args, terminal, new AbortController().signal);
  return { code, out: lines.join('\n') };
}

const printed = new Map<string, Schemas>();
async function schemasOf(command: string): Promise<Schemas> {
  const known = printed.get(command);
  if (known !== undefined) return known;
  const { code, out } = await soloflow('schema', command);
  expect(code).toBe(0);
  const schemas = JSON.parse(out) as Schemas;
  printed.set(command, schemas);
  return schemas;
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
  if (followed) {
    // The lines before are events, as history has them.
    const history = (await schemasOf('history')).output as { properties: { events: { items: Schemas['output'] } } };
    for (const event of out.split('\n').slice(0, -1))
      expectValid(history.properties.events.items, JSON.parse(event), `an event of ${command}`);
  }
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
      const valid = { input: ajv.validateSchema(input), output: ajv.validateSchema(output) };
      expect({ command, ...valid }).toEqual({ command, input: true, output: true });
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

  it('hold for what every action prints', { timeout: 120_000 }, async () => {
    const tasks = 'docs/plans/Task-List-B-001-page-names.md';
    const text = readFileSync(join(root, tasks), 'utf8');
    const boxLine = text.slice(0, text.indexOf('Accents are dropped')).split('\n').length;
    const lines: readonly (readonly string[])[] = [
      ['list'],
      ['list', '--document', tasks],
      ['next', '--limit', '5'],
      ['show', 'B-001'],
      ['show', 'Task 2.1'],
      ['tick', 'Task 2.1', String(boxLine)],
      ['queue'],
      ['lanes'],
      ['rescore'],
      ['hygiene'],
      ['dependency', 'validate'],
      ['dependency', 'check', 'B-002'],
      ['dependency', 'add', 'B-003', 'B-002'],
      ['dependency', 'resolve', 'B-003', 'B-002'],
      ['set', 'B-003', 'in-progress'],
      ['update-status', 'B-003', 'open'],
      ['update-status', '--prd', 'PRD-B-001-page-names.md', 'approved'],
      ['start-work', 'B-001'],
      ['in-progress'],
      ['stale'],
      ['progress', 'B-001', '1/6'],
      ['sprint', 'plan', 'SPRINT-001', '--capacity', '8', '--start', '2026-11-02', '--end', '2026-11-13', '--write'],
      ['sprint', 'update-progress', 'SPRINT-001'],
      ['sprint', 'burndown', 'SPRINT-001'],
      ['goal', 'track-progress', 'GOAL-001'],
      ['goal', 'update-status', 'GOAL-001', 'active'],
      ['roadmap'],
      ['generate-prd', 'B-003'],
      ['generate-tasks', 'B-002'],
      ['create-backlog', 'docs/second/backlog.md'],
      ['remember', 'Names are lower case', '--kind', 'decision', '--item', 'B-001', '--source', 'README.md:1'],
      ['recall', 'names'],
      ['memory', 'page names', '--systems', 'ltst,prime'],
      ['prime', 'page names'],
      ['place-prime', 'file', 'page names'],
      ['handover'],
      // Of a run: its last line.
      ['execute', '--tasks', tasks, '--auto-advance'],
      ['status'],
      ['pause'],
      ['approve', '--tasks', tasks, '--all'],
      ['continue'],
      ['answer', 'Task 1.2', 'continue', '--text', 'They may be relied on'],
      ['keep-context', 'Task 2.1', 'half done'],
      ['context', 'Task 1.2'],
      ['task', 'Task 1.2'],
      ['output', 'Task 1.1'],
      ['history'],
      ['history', 'Task 1.2', '--limit', '5'],
      ['status'],
      ['skip', 'Task 2.2'],
      ['retry', 'Task 2.2'],
      ['retry-from', 'Task 1.1'],
      ['stop'],
      ['cancel'],
      ['checklist'],
      ['ship', 'B-001'],
      ['complete', 'B-003', '--force'],
      ['sprint', 'complete', 'SPRINT-001'],
      ['start', 'Greet in the morning', '--points', '3', '--score', '4', '--backlog', 'docs/backlog.md'],
      ['export', '--file', 'record.jsonl'],
      ['import', 'record.jsonl'],
      ['forget'],
      ['doctor'],
    ];
    for (const line of lines) await check(...line);
    // Both need an agent; what they answer without one is a failure.
    const cli = actions.filter(({ surfaces }) => surfaces.includes('cli')).map(({ name }) => name);
    expect(cli.filter((name) => !checked.has(name)).sort()).toEqual(['enrich', 'release-task']);
    const { error } = await schemasOf('enrich');
    for (const line of [
      ['enrich', 'PRD-B-001-page-names.md'],
      ['release-task', 'Task 2.1'],
    ])
      expectValid(error, JSON.parse((await soloflow(...line, '--json')).out), line.join(' '));
  });
});
