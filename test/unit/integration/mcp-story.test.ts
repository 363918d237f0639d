// Show it: an agent through a real MCP client takes a task, asks, is refused by a red gate, repairs, is accepted.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lookOf } from '../../../src/editor/node-look';
import { createTreeModel } from '../../../src/editor/tree-model';
import { itemRef } from '../../../src/editor/node-ref';
import { english } from '../../../src/workflow/words/translate';
import { openWorkspace } from '../../../src/wire';
import { bundleCli, sandbox, type Sandbox } from './cli-process';
import { connectAgent, type Agent } from './mcp-client';

const FILE = 'Task-List-B-007-greeting.md';
const PLAN = [
  '# Task List: B-007 — Greeting',
  '',
  '## Phase 1: Work',
  '',
  '#### Task 1.1: Write the greeting',
  '',
  '**Status**: todo',
  '**Priority**: High',
  '',
  'The greeting stands in greeting.txt, in the language the person wants.',
  '',
  '**Quality Gates**:',
  '',
  '- [ ] `grep -q Moin greeting.txt` passes',
  '',
  '#### Task 1.2: Say goodbye',
  '',
  '**Status**: todo',
  '**Dependencies**: Task 1.1',
  '',
].join('\n');

interface Started {
  readonly run: string;
  readonly state: string;
  readonly yourTurn: boolean;
  readonly task: {
    readonly title: string;
    readonly text: string;
    readonly answers: readonly { readonly text: string }[];
  };
}
interface Asked {
  readonly pause: string;
  readonly pending: boolean;
  readonly text: string | null;
  readonly by: string | null;
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

describe('an agent at the table', () => {
  let cli = '';
  let box: Sandbox;
  const agents: Agent[] = [];
  const connect = async (name?: string): Promise<Agent> => {
    const agent = await connectAgent(cli, ['mcp'], box, name);
    agents.push(agent);
    return agent;
  };
  beforeAll(async () => {
    cli = await bundleCli('mcp-story');
  });
  beforeEach(() => {
    box = sandbox(cli);
    box.write(FILE, PLAN);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const agent of agents.splice(0)) await agent.close();
    box.remove();
  });

  it('asks, is refused, repairs, is accepted; the document is ticked, the tree shows it, the next session knows it', async () => {
    const approved = await box.soloflow('approve', '--tasks', FILE, '--all');
    expect(approved.out).toContain('Agents may work in this folder now');

    // The editor in this process asks the same person's approvals as the processes outside.
    vi.stubEnv('SOLOFLOW_USER_DIR', box.env['SOLOFLOW_USER_DIR'] ?? '');
    const editor = await openWorkspace({
      root: box.root,
      by: 'editor',
      trusted: () => true,
      needs: 'run',
      watch: true,
      log: quiet,
      version: '0.0.0-test',
    });
    if (!editor.ok) throw new Error(editor.error.kind);
    const person = editor.value;
    try {
      const agent = await connect();
      const { next } = await agent.call<{ next: readonly { id: string }[] }>('next');
      const item = next[0]?.id ?? '';
      expect(item).toBe('Task 1.1');
      const started = await agent.call<Started>('start-task', { item });
      expect(started).toMatchObject({ state: 'paused', yourTurn: true, task: { title: 'Write the greeting' } });
      expect((await agent.call<Started>('start-task', { item })).run).toBe(started.run);

      const tree = () => {
        const { plan, engine } = person;
        const folder = { id: 'w', name: 'w', snapshot: plan.snapshot(), views: engine.runs(), pauses: engine.pauses() };
        const model = createTreeModel([folder], { hideFinished: false });
        const found = plan.find('1.1');
        return found.ok ? lookOf(model, itemRef('w', found.value.key), english) : null;
      };
      await until(() => tree()?.description?.includes('taken by test-agent') === true);

      // The question stands before the person in the editor; the answer comes back into the waiting call.
      const progress: string[] = [];
      const asking = agent.call<Asked>(
        'ask-person',
        { item, question: 'In which language?' },
        { onprogress: ({ message }) => progress.push(message ?? '') },
      );
      await until(() => person.engine.pauses().some(({ reason }) => reason.kind === 'question'));
      const question = person.engine.pauses().find(({ reason }) => reason.kind === 'question');
      expect(question?.reason).toEqual({ kind: 'question', question: 'In which language?', by: 'mcp:test-agent' });
      await person.engine.answer(question?.id ?? '', 'answer', 'Low German: Moin', 'editor');
      expect(await asking).toMatchObject({ pending: false, text: 'Low German: Moin', by: 'editor' });
      expect(progress).toContain('waiting for the person');

      box.write('greeting.txt', 'Hello\n');
      const look = await agent.call<{ gates: readonly { status: string }[] }>('run-gates', { item });
      expect(look.gates.map(({ status }) => status)).toEqual(['fail']);
      const red = await agent.tell('complete-task', { item, evidence: 'greeting.txt is written' });
      expect(red.refused).toBe(true);
      expect(red.text).toContain('Not done:');
      expect(red.text).toContain('grep -q Moin greeting.txt');
      expect(readFileSync(join(box.root, FILE), 'utf8')).not.toMatch(/1\.1[^#]*\*\*Status\*\*: done/);

      box.write('greeting.txt', 'Moin\n');
      const done = await agent.call<{ accepted: boolean; state: string; verification: string }>('complete-task', {
        item,
        evidence: 'greeting.txt says Moin',
      });
      expect(done).toMatchObject({ accepted: true, state: 'succeeded', verification: 'verified' });
      await until(() => !readFileSync(join(box.root, FILE), 'utf8').startsWith(PLAN.slice(0, 200)));
      const text = readFileSync(join(box.root, FILE), 'utf8');
      expect(text.match(/\*\*Status\*\*: todo/g)).toHaveLength(1);

      await until(() => person.plan.find('1.1').ok && statusOf(person.plan.find('1.1')) === 'done');
      await until(() => tree()?.icon.id === 'pass-filled');
      expect(tree()?.description ?? '').not.toContain('taken');

      await agent.call('remember', { text: 'Greetings are Low German: Moin', kind: 'decision', item });
      await agent.close();
    } finally {
      await person.dispose();
    }

    // Another day, another agent, no editor.
    const later = await connect('other-agent');
    const recalled = await later.tell('recall', { query: 'language of the greeting Moin' });
    expect(recalled.text).toContain('Greetings are Low German: Moin');
    const task = await later.call<Started['task']>('task', { item: '1.1' });
    expect(task.answers.map(({ text }) => text)).toContain('Low German: Moin');
    expect((await later.call<{ next: readonly { id: string }[] }>('next')).next[0]?.id).toBe('Task 1.2');
    const handover = await later.client.readResource({ uri: 'soloflow://handover' });
    expect(JSON.stringify(handover.contents)).toContain('Write the greeting');
  }, 60_000);

  it('finds the answer to an earlier question after it was started anew', async () => {
    await box.soloflow('approve', '--tasks', FILE, '--all');
    const first = await connect();
    await first.call('start-task', { item: '1.1' });
    const asked = await first.call<Asked>('ask-person', { item: '1.1', question: 'Which?', wait: 0 });
    expect(asked).toMatchObject({ pending: true, text: null });
    await first.close();
    expect((await box.soloflow('answer', asked.pause, 'answer', '--text', 'this one')).code).toBe(0);
    const second = await connect();
    expect(await second.call<Asked>('ask-person', { pause: asked.pause })).toMatchObject({
      text: 'this one',
      by: 'cli',
    });
    const again = await second.call<Asked>('ask-person', { item: '1.1', question: 'Which?' });
    expect(again).toMatchObject({ pause: asked.pause, pending: false, text: 'this one' });
  }, 60_000);

  it('reads and runs nothing where nobody has trusted the folder; trust counts from the next call', async () => {
    const agent = await connect();
    expect((await agent.call<{ next: readonly unknown[] }>('next')).next).toHaveLength(1);
    for (const [tool, input] of [
      ['start-task', { item: '1.1' }],
      ['complete-task', { item: '1.1', evidence: 'done' }],
      ['run-gates', { item: '1.1' }],
    ] as const) {
      expect(await agent.tell(tool, input)).toMatchObject({ refused: true });
    }
    expect(existsSync(join(box.root, '.soloflow', 'soloflow.db'))).toBe(false);
    await box.soloflow('approve', '--tasks', FILE, '--all');
    expect((await agent.call<Started>('start-task', { item: '1.1' })).yourTurn).toBe(true);
  }, 60_000);

  it('cannot vouch for a task, answer for a person or approve a command', async () => {
    // Trusted for agents, but the gate's command is one that nobody has read.
    await box.soloflow('approve', '--tasks', FILE, '--all');
    box.write(FILE, PLAN.replace('grep -q Moin greeting.txt', 'node own.js'));
    box.write('own.js', "require('node:fs').writeFileSync('owned.txt', '')");
    const agent = await connect();
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name).filter((name) => /approve|answer|trust|config/.test(name))).toEqual([]);
    const started = await agent.call<Started & { waitsFor: string }>('start-task', { item: '1.1' });
    expect(started).toMatchObject({ yourTurn: false, waitsFor: expect.stringContaining('node own.js') as string });
    expect((await agent.tell('complete-task', { item: '1.1', evidence: 'approve' })).refused).toBe(true);
    expect((await agent.tell('fail-task', { item: '1.1', text: 'no' })).refused).toBe(true);
    const unknown = await agent.client.callTool({ name: 'approve', arguments: { all: true } }).catch(() => null);
    expect(unknown === null || unknown.isError === true).toBe(true);
    const looked = await agent.tell('run-gates', { item: '1.1' });
    expect(looked.text).not.toContain('"pass"');
    expect(existsSync(join(box.root, 'owned.txt'))).toBe(false);

    // No gate at all: an agent's word makes nothing verified, a person is asked.
    box.write(
      'Task-List-B-008-word.md',
      '# Task List: B-008 — Word\n\n#### Task 9.1: Believe me\n\n**Status**: todo\n',
    );
    await until(async () => !(await agent.tell('task', { item: 'Believe me' })).refused);
    expect((await agent.call<Started>('start-task', { item: 'Believe me' })).yourTurn).toBe(true);
    const word = await agent.call<{ accepted: boolean; waitsFor: string }>('complete-task', {
      item: 'Believe me',
      evidence: 'trust me',
    });
    expect(word).toMatchObject({ accepted: false, yourTurn: false });
    expect((await agent.tell('complete-task', { item: 'Believe me', evidence: 'really' })).refused).toBe(true);
  }, 60_000);

  it('stops waiting when the client cancels, and keeps the question', async () => {
    await box.soloflow('approve', '--tasks', FILE, '--all');
    const agent = await connect();
    await agent.call('start-task', { item: '1.1' });
    const stop = new AbortController();
    const asking = agent.tell('ask-person', { item: '1.1', question: 'Still there?' }, { signal: stop.signal });
    const status = () => agent.call<{ pauses: readonly { reason: { kind: string } }[] }>('status');
    await until(async () => (await status()).pauses.some(({ reason }) => reason.kind === 'question'));
    stop.abort();
    await expect(asking).rejects.toBeInstanceOf(Error);
    expect((await status()).pauses.filter(({ reason }) => reason.kind === 'question')).toHaveLength(1);
  }, 60_000);
});

const statusOf = (found: { ok: boolean; value?: { status: string } }): string | null => found.value?.status ?? null;

/** Waits for what another process does; the test's own time limit ends it. */
async function until(there: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await there())) await new Promise((resolve) => setTimeout(resolve, 50));
}
