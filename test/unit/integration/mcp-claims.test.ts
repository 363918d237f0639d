// Two agents at one plan, each a real client with a server process of its own: a task belongs to one of them at a time.
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleCli, sandbox, type Sandbox } from './cli-process';
import { connectAgent, type Agent } from './mcp-client';

const PLAN = [
  '# Task List: B-007 — Greetings',
  '',
  ...[1, 2, 3, 4].flatMap((n) => [`#### Task 1.${n}: Write greeting ${n}`, '', '**Status**: todo', '']),
].join('\n');

interface Started {
  readonly run: string;
  readonly yourTurn: boolean;
  readonly task: { readonly id: string };
}
interface Status {
  readonly runs: readonly {
    readonly tasks: readonly { readonly id: string; readonly takenBy: string | null; readonly takenUntil: number }[];
  }[];
}

describe('two agents at one plan', () => {
  let cli = '';
  let box: Sandbox;
  const agents: Agent[] = [];
  const connect = async (name: string): Promise<Agent> => {
    const agent = await connectAgent(cli, ['mcp'], box, name);
    agents.push(agent);
    return agent;
  };
  beforeAll(async () => {
    cli = await bundleCli('mcp-claims');
  });
  beforeEach(async () => {
    box = sandbox(cli);
    box.write('Task-List-B-007-greetings.md', PLAN);
    await box.soloflow('approve', '--tasks', 'Task-List-B-007-greetings.md', '--all');
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.close();
    box.remove();
  });

  const nextOf = async (agent: Agent): Promise<string | undefined> =>
    (await agent.call<{ next: readonly { id: string }[] }>('next')).next[0]?.id;
  const takenIn = async (): Promise<Readonly<Record<string, string>>> => {
    const { runs } = await box.json<Status>('status');
    const tasks = runs.flatMap((run) => run.tasks);
    return Object.fromEntries(tasks.flatMap(({ id, takenBy }) => (takenBy === null ? [] : [[id, takenBy]])));
  };

  it('take different tasks, also at the same moment and under the same name', async () => {
    const [a, b] = [await connect('twin'), await connect('twin')];
    const taken = await Promise.all(
      [a, b, a, b].map(async (agent) => (await agent.call<Started>('start-task', {})).task.id),
    );
    // The one that has a task gets it again: two agents, two tasks.
    expect(new Set(taken).size).toBe(2);
    expect(taken[0]).not.toBe(taken[1]);
    expect(await takenIn()).toEqual({ [taken[0] ?? '']: 'mcp:twin', [taken[1] ?? '']: 'mcp:twin' });
  }, 60_000);

  it('are not offered, and may not take, report on, ask about or hand in what the other has', async () => {
    const [a, b] = [await connect('first'), await connect('second')];
    expect(await nextOf(a)).toBe('Task 1.1');
    await a.call('start-task', { item: 'Task 1.1' });
    expect(await nextOf(a)).toBe('Task 1.1');
    // Another process hears of it within a moment; what it may take is decided by the record, at once.
    await vi.waitFor(async () => expect(await nextOf(b)).toBe('Task 1.2'), { timeout: 20_000 });
    const words: readonly [string, Readonly<Record<string, string>>][] = [
      ['start-task', {}],
      ['report-progress', { text: 'mine' }],
      ['ask-person', { question: 'Mine?' }],
      ['complete-task', { evidence: 'mine' }],
      ['fail-task', { text: 'mine' }],
    ];
    for (const [tool, input] of words) {
      const told = await b.tell(tool, { item: 'Task 1.1', ...input });
      expect([tool, told]).toEqual([
        tool,
        { refused: true, text: expect.stringMatching(/is taken by mcp:first until \d\d:\d\d UTC/) as string },
      ]);
    }
    expect((await a.tell('report-progress', { item: 'Task 1.1', text: 'half' })).refused).toBe(false);
    // A person sees who has it.
    expect((await box.soloflow('status')).out).toMatch(/Task 1\.1 Write greeting 1.*\(taken by first\)/);
  }, 60_000);

  it('take over what one has left behind, with the reason in the record', async () => {
    const [a, b] = [await connect('first'), await connect('second')];
    await a.call('start-task', { item: 'Task 1.1' });
    await a.close();
    expect(await nextOf(b)).toBe('Task 1.1');
    expect((await b.call<Started>('start-task', { item: 'Task 1.1' })).yourTurn).toBe(true);
    expect(await takenIn()).toEqual({ 'Task 1.1': 'mcp:second' });
    const history = await box.soloflow('history', '--json', '--limit', '1000');
    expect(history.out).toContain('taken over from mcp:first: its session has ended');
  }, 60_000);

  it('keep their claims when the one that runs the plan goes and another takes up', async () => {
    // Whoever came first is the runner; its end leaves the claim of the other.
    const [runner, other, third] = [await connect('runner'), await connect('other'), await connect('third')];
    await other.call('start-task', { item: 'Task 1.2' });
    await runner.close();
    expect((await third.tell('start-task', { item: 'Task 1.2' })).text).toContain('is taken by mcp:other');
    expect(await takenIn()).toEqual({ 'Task 1.2': 'mcp:other' });
  }, 60_000);

  it('give back what a person takes from them, for the reason that is said', async () => {
    const [a, b] = [await connect('first'), await connect('second')];
    await a.call('start-task', { item: 'Task 1.1' });
    const released = await box.soloflow('release-task', 'Task 1.1', 'it goes in circles');
    expect(released.code).toBe(0);
    expect(await takenIn()).toEqual({});
    await b.call('start-task', { item: 'Task 1.1' });
    expect((await a.tell('complete-task', { item: 'Task 1.1', evidence: 'mine' })).text).toContain(
      'is taken by mcp:second',
    );
    const history = await box.soloflow('history', '--json', '--limit', '1000');
    expect(history.out).toContain('it goes in circles');
    expect((await box.soloflow('release-task', 'Task 1.3')).err).toContain('no agent has it');
  }, 60_000);
});
