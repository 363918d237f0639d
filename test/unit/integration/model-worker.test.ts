// The editor's language model does tasks: played by a stand-in behind our port, in a real workspace with a real record.
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MODEL_APPROVAL } from '../../../src/agents/model-worker';
import type { ModelHands } from '../../../src/agents/ports';
import type { Failure } from '../../../src/model/failure';
import { err, ok, type Result } from '../../../src/model/result';
import { openWorkspace, type OpenWorkspace } from '../../../src/wire';
import { actions } from '../../../src/workflow/actions';
import type { ModelMessage, ModelTool, ToolModel } from '../../../src/workflow/language-model';

const FILE = 'Task-List-B-007-greeting.md';
const GATE = 'grep -q Moin greeting.txt';
const PLAN = [
  '# Task List: B-007 — Greeting',
  '',
  '#### Task 1.1: Write the greeting',
  '',
  '**Status**: todo',
  '',
  '**Quality Gates**:',
  '',
  `- [ ] \`${GATE}\` passes`,
  '',
].join('\n');

type Turn = Result<
  { readonly text: string; readonly calls: readonly { id: string; name: string; input: unknown }[] },
  Failure
>;
type Play = (
  messages: readonly ModelMessage[],
  tools: readonly ModelTool[],
  signal: AbortSignal,
  heard: (piece: string) => void,
) => Promise<Turn> | Turn;

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const says = (text: string): Turn => ok({ text, calls: [] });
const asks = (name: string, input: unknown): Turn => ok({ text: '', calls: [{ id: name, name, input }] });
const resultsIn = (messages: readonly ModelMessage[]): readonly string[] =>
  messages.flatMap((message) => (message.role === 'results' ? message.results.map(({ text }) => text) : []));

describe("a task done by the editor's language model", () => {
  let base = '';
  let root = '';
  let open: OpenWorkspace | null = null;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'soloflow-model-'));
    root = join(base, 'workspace');
    vi.stubEnv('SOLOFLOW_USER_DIR', join(base, 'user'));
    write(FILE, PLAN);
    write('.soloflow/config.json', JSON.stringify({ agent: { preset: 'editor' } }));
  });
  afterEach(async () => {
    await open?.dispose({ endProcesses: true });
    open = null;
    vi.unstubAllEnvs();
    rmSync(base, { recursive: true, force: true });
  });

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const text = (path: string): string => readFileSync(join(root, path), 'utf8');
  /** As the editor's: whatever fence there is stands before it. */
  const hands: ModelHands = {
    list: async () => [FILE, 'greeting.txt'],
    read: async (path) =>
      existsSync(join(root, path)) ? ok(text(path)) : err({ kind: 'file', path, operation: 'read', code: 'ENOENT' }),
    edit: async (path, old, wanted) => {
      writeFileSync(join(root, path), text(path).replace(old, wanted));
      return ok(null);
    },
    create: async (path, wanted) => {
      write(path, wanted);
      return ok(null);
    },
  };

  async function workspace(play: Play, approved = true): Promise<OpenWorkspace> {
    const model: ToolModel = {
      available: async () => 'Stand-in',
      complete: async () => ok(''),
      turn: async (...asked) => play(...asked),
    };
    const opened = await openWorkspace({
      root,
      by: 'editor',
      trusted: () => true,
      needs: 'run',
      watch: true,
      log: quiet,
      version: '0.0.0-test',
      editorModel: { model, hands, actions },
    });
    if (!opened.ok) throw new Error(opened.error.kind);
    open = opened.value;
    open.approvals.approve(approved ? [MODEL_APPROVAL, GATE] : [GATE], 'test');
    return open;
  }
  /** Runs the list until it ends or waits for a person. */
  async function execute(at: OpenWorkspace) {
    const started = await at.engine.start({
      scope: { kind: 'document', path: FILE },
      options: { autoAdvance: true, smartPause: true, contextPreserve: true, concurrency: 1 },
      requestKey: 'test',
      by: 'editor',
    });
    if (!started.ok) throw new Error(started.error.kind);
    return at.engine.settled(started.value.id);
  }
  const kinds = (at: OpenWorkspace): readonly string[] => at.engine.pauses().map(({ reason }) => reason.kind);

  it('begins only when a person approved it; works with its tools; is believed because the gates are green', async () => {
    const told: { prompt: string; tools: readonly ModelTool[] } = { prompt: '', tools: [] };
    const at = await workspace((messages, tools, _signal, heard) => {
      const [first] = messages;
      Object.assign(told, { prompt: first?.role === 'user' ? first.text : '', tools });
      switch (messages.length) {
        case 1:
          heard('I look first.');
          return ok({ text: 'I look first.', calls: [{ id: '1', name: 'read-file', input: { path: FILE } }] });
        case 3:
          return asks('create-file', { path: 'greeting.txt', text: 'Moin\n' });
        case 5:
          return asks('run-gates', {});
        default:
          heard('Written.');
          return says('Written.');
      }
    }, false);
    const shown: string[] = [];
    at.engine.onOutput(({ text }) => shown.push(text));
    const view = await execute(at);
    expect(at.engine.pauses()[0]?.reason).toEqual({ kind: 'approval', commands: [MODEL_APPROVAL] });
    expect(told.prompt).toBe('');
    await at.engine.answer(at.engine.pauses()[0]?.id ?? '', 'approve', null, 'editor');
    await vi.waitUntil(() => at.engine.run(view.run.id)?.run.status === 'succeeded', { timeout: 20_000 });

    expect(told.prompt).toContain("Do one task of this workspace's plan: Write the greeting");
    expect(told.prompt).toContain('No tool runs\ncommands of yours');
    expect(told.tools.map(({ name }) => name).sort()).toEqual([
      'ask-person',
      'create-file',
      'edit-file',
      'list-files',
      'read-file',
      'recall',
      'remember',
      'report-progress',
      'run-gates',
      'search-files',
    ]);
    expect(text('greeting.txt')).toBe('Moin\n');
    expect(text(FILE)).not.toContain('**Status**: todo');
    expect(shown.join('')).toContain('I look first.\n→ read-file Task-List-B-007-greeting.md');
    const [attempt] = at.engine.run(view.run.id)?.attempts.filter(({ kind }) => kind === 'agent') ?? [];
    const [kept] = at.engine.outputs(attempt?.id ?? '');
    expect(kept?.head).toContain('Stand-in\nI look first.');
    expect(kept?.head).toContain('→ create-file greeting.txt');
  }, 30_000);

  it('is not believed when it says done without the work', async () => {
    const at = await workspace(() => says('All done, everything is green!'));
    await execute(at);
    expect(kinds(at)).toEqual(['gate-failed']);
    expect(text(FILE)).toContain('**Status**: todo');
  }, 30_000);

  it('is ended when its time is up', async () => {
    write('.soloflow/config.json', JSON.stringify({ agent: { preset: 'editor', timeoutMinutes: 0.005 } }));
    let ended = false;
    const at = await workspace(
      (_messages, _tools, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            ended = true;
            resolve(err({ kind: 'cancelled' }));
          }),
        ),
    );
    await execute(at);
    expect(ended).toBe(true);
    expect(kinds(at)).toEqual(['task-failed']);
  }, 30_000);

  it('tells a failure of the model, without trying again by itself', async () => {
    let turns = 0;
    const at = await workspace(() => {
      turns += 1;
      return err({ kind: 'language-model', reason: 'limit', message: 'come back tomorrow' });
    });
    const view = await execute(at);
    expect(kinds(at)).toEqual(['task-failed']);
    expect(turns).toBe(1);
    const [attempt] = at.engine.run(view.run.id)?.attempts ?? [];
    expect(at.engine.outputs(attempt?.id ?? '').find(({ stream }) => stream === 'err')?.head).toContain(
      'come back tomorrow',
    );
  }, 30_000);

  it('may flood and go in circles: the beginning and the end are kept, secrets are not', async () => {
    const line = `${'x'.repeat(1023)}\n`;
    const at = await workspace((_messages, _tools, _signal, heard) => {
      heard('password: hunter2hunter2\n');
      for (let i = 0; i < 100; i += 1) heard(line);
      return asks('no-such-tool', {});
    });
    const view = await execute(at);
    expect(kinds(at)).toEqual(['task-failed']);
    const [attempt] = at.engine.run(view.run.id)?.attempts ?? [];
    const outputs = at.engine.outputs(attempt?.id ?? '');
    const out = outputs.find(({ stream }) => stream === 'out');
    expect(out).toMatchObject({ truncated: true });
    expect((out?.head.length ?? 0) + (out?.tail.length ?? 0)).toBeLessThan(200_000);
    expect(out?.bytes ?? 0).toBeGreaterThan(9_000_000);
    expect(out?.head).toContain('password: [redacted]');
    expect(outputs.find(({ stream }) => stream === 'err')?.head).toContain('ended after 100 turns');
  }, 60_000);

  it('asks the person and goes on with the answer; approves and answers nothing', async () => {
    const at = await workspace((messages) => {
      const results = resultsIn(messages);
      switch (results.length) {
        case 0:
          return ok({
            text: '',
            calls: ['approve', 'answer', 'start-task', 'complete-task'].map((name) => ({ id: name, name, input: {} })),
          });
        case 4:
          return asks('ask-person', { question: 'Which word?', item: 'another task' });
        case 5:
          return asks('ask-person', { question: 'Which word?' });
        case 6:
          return asks('create-file', {
            path: 'greeting.txt',
            text: `${/"text":"([^"]+)"/.exec(results[5] ?? '')?.[1] ?? results.join('\n')}\n`,
          });
        default:
          return says('');
      }
    });
    const running = execute(at);
    await vi.waitUntil(() => kinds(at).includes('question'), { timeout: 20_000 });
    const question = at.engine.pauses().find(({ reason }) => reason.kind === 'question');
    expect(question?.reason).toEqual({ kind: 'question', question: 'Which word?', by: 'mcp:editor-model' });
    await at.engine.answer(question?.id ?? '', 'answer', 'Moin Moin', 'editor');
    expect((await running).run.status).toBe('succeeded');
    expect(text('greeting.txt')).toBe('Moin Moin\n');
  }, 30_000);

  it('touches nothing outside of the folder, through a link, of ours, or that settles what programs do', async () => {
    write('../secret.txt', 'theirs');
    symlinkSync(base, join(root, 'out'));
    write('.env', 'TOKEN=abc');
    const before = text('.soloflow/config.json');
    let results: readonly string[] = [];
    const tries: readonly [string, Readonly<Record<string, string>>][] = [
      ['read-file', { path: '../secret.txt' }],
      ['read-file', { path: 'out/secret.txt' }],
      ['read-file', { path: '/etc/hostname' }],
      ['read-file', { path: '.env' }],
      ['create-file', { path: 'out/made.txt', text: 'x' }],
      ['create-file', { path: '.git/hooks/pre-commit', text: 'x' }],
      ['create-file', { path: '.vscode/tasks.json', text: 'x' }],
      ['edit-file', { path: '.soloflow/config.json', old: 'editor', text: 'claude' }],
      ['edit-file', { path: FILE, old: '**Status**: todo', text: '**Status**: done' }],
      ['edit-file', { path: FILE, old: GATE, text: 'true' }],
    ];
    const at = await workspace((messages) => {
      results = resultsIn(messages);
      return results.length === 0
        ? ok({ text: '', calls: tries.map(([name, input], id) => ({ id: String(id), name, input })) })
        : says('');
    });
    await execute(at);
    expect(results).toHaveLength(tries.length);
    for (const result of results) expect(result).toMatch(/^Refused: /);
    expect(existsSync(join(base, 'made.txt'))).toBe(false);
    expect(existsSync(join(root, '.git'))).toBe(false);
    expect(existsSync(join(root, '.vscode'))).toBe(false);
    expect(text('.soloflow/config.json')).toBe(before);
    expect(text(FILE)).toContain(GATE);
    expect(kinds(at)).toEqual(['gate-failed']);
  }, 30_000);
});
