// An agent that the engine runs itself, played by a real process: whatever it does, the gates and the person decide.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { agentCommand } from '../../../src/agents/presets';
import { createApprovals, openTrustedFolders } from '../../../src/store/approvals';
import { bundleCli, sandbox, type Sandbox } from './cli-process';

const GATE = 'grep -q Moin greeting.txt';
const FILE = 'Task-List-B-007-greeting.md';
const PLAN = [
  '# Task List: B-007 — Greeting',
  '',
  '#### Task 1.1: Write the greeting',
  '',
  '**Status**: todo',
  '',
  'The greeting stands in greeting.txt. (password: hunter2hunter2)',
  '',
  '**Quality Gates**:',
  '',
  `- [ ] \`${GATE}\` passes`,
  '',
].join('\n');

interface Status {
  readonly pauses: readonly {
    readonly id: string;
    readonly message: string;
    readonly reason: { readonly kind: string; readonly commands?: readonly string[] };
  }[];
  readonly runs: readonly {
    readonly tasks: readonly { readonly state: string; readonly verification: string | null }[];
  }[];
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

describe('an agent that the engine runs', () => {
  let cli = '';
  let box: Sandbox;
  beforeAll(async () => {
    cli = await bundleCli('mcp-agents');
  });
  beforeEach(() => {
    box = sandbox(cli);
    box.write(FILE, PLAN);
  });
  afterEach(() => box.remove());

  const status = () => box.json<Status>('status');
  const text = (path: string): string => readFileSync(join(box.root, path), 'utf8');
  const command = (behaviour: string): string =>
    [process.execPath, join(import.meta.dirname, 'stand-in-agent.mjs'), behaviour, cli]
      .map((part) => `"${part}"`)
      .join(' ');

  /** Configures the agent, in a folder where a person has approved its command line and the gate. */
  function begin(behaviour: string, agent: Readonly<Record<string, unknown>> = {}): void {
    configure(behaviour, agent);
    const person = { now: Date.now, log: quiet, folder: box.env['SOLOFLOW_USER_DIR'] ?? '' };
    openTrustedFolders(person).trust(box.root, 'test');
    createApprovals({ ...person, root: box.root, trusted: () => true, environment: () => ({}) }).approve(
      [
        agentCommand({ command: command(behaviour), preset: null, model: null, timeoutMinutes: 1 }, process.platform) ??
          '',
        GATE,
      ],
      'test',
    );
  }
  const configure = (behaviour: string, agent: Readonly<Record<string, unknown>> = {}): void =>
    box.write('.soloflow/config.json', JSON.stringify({ agent: { command: command(behaviour), ...agent } }));
  const execute = () => box.soloflow('execute', '--tasks', FILE);

  it('is told the task, works, and is believed because the gates are green', async () => {
    configure('honest');
    await box.soloflow('remember', 'Here they say Moin', '--kind', 'decision', '--item', 'Task 1.1');
    await box.soloflow('keep-context', 'Task 1.1', 'the file is not there yet');
    // The person sees the agent's command line before it runs for the first time.
    expect((await execute()).code).toBe(3);
    const [pause] = (await status()).pauses;
    expect(pause?.reason).toEqual({ kind: 'approval', commands: [expect.stringContaining('"honest"'), GATE] });
    expect(existsSync(join(box.root, 'prompt.txt'))).toBe(false);
    expect((await box.soloflow('answer', pause?.id ?? '', 'approve')).code).toBe(0);
    const ended = await box.soloflow('continue');
    expect(ended.code).toBe(0);
    expect((await status()).runs[0]?.tasks[0]).toMatchObject({ state: 'succeeded', verification: 'verified' });
    expect(text(FILE)).not.toContain('**Status**: todo');
    const prompt = text('prompt.txt');
    expect(prompt).toContain("Do one task of this workspace's plan: Write the greeting");
    expect(prompt).toContain('- `grep -q Moin greeting.txt`');
    expect(prompt).toContain('The greeting stands in greeting.txt. (password: [redacted]');
    expect(prompt).not.toContain('hunter2');
    // What was decided, kept and answered before comes back.
    for (const before of ['Here they say Moin', 'the file is not there yet', 'approve'])
      expect(prompt).toContain(before);
    expect(readdirSync(join(box.root, '.soloflow', 'prompts'))).toEqual([]);
    const history = await box.soloflow('history', '--json', '--limit', '1000');
    expect(history.out).toContain('half way');
    expect(history.out).toContain('greeting.txt says Moin');
  }, 60_000);

  it('is not believed when it says done without the work', async () => {
    begin('lying');
    expect((await execute()).code).toBe(3);
    expect((await status()).pauses.map(({ reason }) => reason.kind)).toEqual(['gate-failed']);
    expect(text(FILE)).toContain('**Status**: todo');
  }, 60_000);

  it('is ended when its time is up, with everything it started', async () => {
    begin('hanging', { timeoutMinutes: 0.05 });
    expect((await execute()).code).toBe(3);
    const { pauses } = await status();
    expect(pauses.map(({ reason }) => reason.kind)).toEqual(['task-failed']);
    expect(pauses[0]?.message).toContain('time limit');
    const pid = Number(text('pid.txt'));
    // A process that nobody has collected yet is over, too.
    await expect.poll(() => stateOf(pid), { timeout: 10_000 }).toMatch(/^(?:|Z.*)$/);
  }, 60_000);

  it('is ended by the person who stops the run, what it said is kept and shown while it says it', async () => {
    begin('hanging');
    const running = box.start('execute', '--tasks', FILE);
    let shown = '';
    running.stdout?.setEncoding('utf8').on('data', (text: string) => (shown += text));
    const ended = new Promise<number | null>((done) => running.on('close', done));
    // It streams: this is said by an agent that never ends.
    await vi.waitFor(() => expect(shown).toContain('thinking'), { timeout: 30_000 });
    const pid = Number(text('pid.txt'));
    expect(stateOf(pid)).not.toBe('');
    expect((await box.soloflow('cancel')).code).toBe(0);
    expect(await ended).not.toBe(0);
    await expect.poll(() => stateOf(pid), { timeout: 10_000 }).toMatch(/^(?:|Z.*)$/);
    expect((await box.soloflow('output', 'Task 1.1', '--json')).out).toContain('thinking');
    expect(text(FILE)).toContain('**Status**: todo');
  }, 60_000);

  it('may flood: the beginning and the end of what it says are kept', async () => {
    begin('flooding');
    expect((await execute()).code).toBe(0);
    const kept = await box.soloflow('output', 'Task 1.1', '--json');
    expect(kept.out).toContain('xxxx');
    expect(kept.out.length).toBeLessThan(1024 * 1024);
  }, 60_000);

  it('asks the person and goes on with the answer', async () => {
    begin('asking');
    const running = box.start('execute', '--tasks', FILE);
    const ended = new Promise<number | null>((done) => running.on('close', done));
    let question: Status['pauses'][number] | undefined;
    while (question === undefined) question = (await status()).pauses.find(({ reason }) => reason.kind === 'question');
    expect(question.message).toBe('mcp:stand-in asks: Which word?');
    await box.soloflow('answer', question.id, 'answer', '--text', 'Moin Moin');
    expect(await ended).toBe(0);
    expect(text('greeting.txt')).toBe('Moin Moin\n');
  }, 60_000);

  it('approves nothing, through no door', async () => {
    box.write(
      'Task-List-B-009-secret.md',
      '# Task List: B-009 — Secret\n\n#### Task 9.1: Take over\n\n**Commands**:\n\n```bash\ntouch owned.txt\n```\n',
    );
    begin('approving');
    expect((await execute()).code).toBe(0);
    expect(JSON.parse(text('tried.json'))).toMatchObject({
      asked: { refused: expect.stringContaining('approve') as string },
      approve: 2,
      answer: 2,
    });
    const { commands } = await box.json<{ commands: readonly { approved: boolean }[] }>(
      'approve',
      '--tasks',
      'Task-List-B-009-secret.md',
    );
    expect(commands).toEqual([{ command: 'touch owned.txt', approved: false }]);
  }, 60_000);
});

/** The state of a process as the system tells it; '' when there is none. */
const stateOf = (pid: number): string =>
  spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
