// What others write is data: an agent's words reach the record without secrets and the terminal without control signs;
// nothing of ours talks to a network, and no link of a document can run a command.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCli, sandbox, type Sandbox } from './cli-process';
import { connectAgent } from './mcp-client';

const repository = resolve(import.meta.dirname, '../../..');
const SECRETS = [
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'sk-proj-abcdefghijklmnopqrstuvwx',
  'hunter2hunter2',
] as const;
const NASTY = '\u001B]0;owned\u0007\u001B[2J\u202Eevil\u202C\u200B';
const PLAN = [
  '# Task List: B-007 — Greeting',
  '',
  `#### Task 1.1: Write the ${NASTY} greeting`,
  '',
  '**Status**: todo',
  '',
].join('\n');

describe('an agent that says secrets and control signs', () => {
  let cli = '';
  let box: Sandbox;
  beforeAll(async () => {
    cli = await bundleCli('security');
    box = sandbox(cli);
    box.write('Task-List-B-007-greeting.md', PLAN);
    await box.soloflow('approve', '--tasks', 'Task-List-B-007-greeting.md', '--all');
    const agent = await connectAgent(cli, ['mcp'], box, `evil${NASTY}<script>`);
    const text = `token ${SECRETS[0]} and key ${SECRETS[1]}, password: ${SECRETS[2]} ${NASTY}`;
    const item = 'Task 1.1';
    await agent.call('start-task', { item });
    await agent.call('report-progress', { item, text: `progress ${text}` });
    await agent.call('ask-person', { item, question: `question ${text}`, wait: 0 });
    await agent.call('remember', { item, text: `memory ${text}`, kind: 'decision' });
    await agent.tell('complete-task', { item, evidence: `evidence ${text}` });
    await agent.close();
  }, 60_000);
  afterAll(() => box.remove());

  it('leaves no secret in any file of the record', () => {
    const folder = join(box.root, '.soloflow');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
    for (const word of ['progress', 'question', 'memory', 'evidence'])
      expect(bytes).toContain(`${word} token [redacted]`);
    for (const secret of SECRETS) expect(bytes).not.toContain(secret);
  });

  it('leaves nothing on the terminal that moves, hides or turns', async () => {
    const shown = await Promise.all(
      [
        ['status'],
        ['history'],
        ['next'],
        ['handover'],
        ['recall', 'memory token'],
        ['context', 'Task 1.1'],
        ['prime'],
      ].map(async (line) => (await box.soloflow(...line)).out),
    );
    for (const out of shown) {
      expect(out).toContain('greeting');
      // oxlint-disable-next-line no-control-regex -- these are what must not be there
      expect(out).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069]/);
    }
  });

  it('is kept under a plain name', async () => {
    const { out } = await box.soloflow('history', '--json', '--limit', '1000');
    expect(out).toContain('mcp:evil');
    expect(out).not.toContain('<script>');
  });
});

describe('a person that types secrets, and a command that prints them', () => {
  const SETTING = 'a-setting-that-only-its-name-tells';
  const PRINTS = 'node -e "console.log(process.env.DEPLOY_PASSWORD, JSON.stringify({ password: process.env.SHORT }))"';
  let cli = '';
  let box: Sandbox;
  let exported = '';
  beforeAll(async () => {
    cli = await bundleCli('security-person');
    box = sandbox(cli);
    box.write(
      '.soloflow/config.json',
      JSON.stringify({ run: { env: { DEPLOY_PASSWORD: SETTING, SHORT: SECRETS[2] } } }),
    );
    box.write(
      'Task-List-B-008-print.md',
      [
        '# Task List: B-008 — Print',
        '',
        '#### Task 1.1: Print it',
        '',
        '**Commands**:',
        '',
        '```bash',
        PRINTS,
        '```',
        '',
        '#### Task 1.2: Do it by hand',
        '',
        '**Dependencies**: Task 1.1',
        '',
      ].join('\n'),
    );
    const said = (word: string): string => `${word} ${SECRETS[0]} {"password":"${SECRETS[2]}"} ${SETTING}`;
    await box.soloflow('approve', '--tasks', 'Task-List-B-008-print.md', '--all');
    for (;;) {
      // What is not verified and what has no command is asked of the person, who says more than is good.
      await box.soloflow('execute', '--tasks', 'Task-List-B-008-print.md');
      const { pauses } = await box.json<{ pauses: readonly { id: string }[] }>('status');
      const [pause] = pauses;
      if (pause === undefined) break;
      await box.soloflow('keep-context', 'Task 1.2', said('kept'));
      const { code, err } = await box.soloflow('answer', pause.id, 'done', '--text', said('answer'));
      if (code !== 0) throw new Error(err);
    }
    await box.soloflow('remember', said('memory'), '--kind', 'lesson', '--item', 'Task 1.2');
    exported = (await box.soloflow('export')).out;
    exported += (await box.soloflow('handover')).out + (await box.soloflow('history', '--json', '--limit', '1000')).out;
  }, 90_000);
  afterAll(() => box.remove());

  it('leaves none in the record, its exports, the history and the hand-over', () => {
    const folder = join(box.root, '.soloflow');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
      // The config is the person's own, and its last good copy with it.
      (entry) => entry.isFile() && !entry.name.startsWith('config.'),
    );
    const bytes = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
    const missing = ['kept', 'answer', 'memory'].filter((word) => !bytes.includes(`${word} [redacted]`));
    expect(missing).toEqual([]);
    expect(exported.includes('answer [redacted]')).toBe(true);
    const secrets = [SECRETS[0], SECRETS[2], SETTING];
    expect(secrets.filter((secret) => bytes.includes(secret))).toEqual([]);
    expect(secrets.filter((secret) => exported.includes(secret))).toEqual([]);
  });

  it('has what the command printed kept without them', async () => {
    const kept = await box.soloflow('output', 'Task 1.1', '--json');
    expect(kept.out).toContain('[redacted]');
    for (const secret of [SECRETS[2], SETTING]) expect(kept.out).not.toContain(secret);
  });

  it('keeps its record out of git', () => {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', [...args], { cwd: box.root, encoding: 'utf8', env: { ...process.env, HOME: box.root } });
    git('init', '-q');
    git('add', '-A');
    const added = git('ls-files')
      .split('\n')
      .filter((path) => path.startsWith('.soloflow/'));
    // The config is for everybody who works here; nothing else is.
    expect(added).toEqual(['.soloflow/config.json']);
    expect(git('status', '--porcelain', '--ignored')).toContain('.soloflow/');
  });
});

describe('the sources', () => {
  const files = readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(repository, 'src', name), 'utf8') }));

  it('talk to no network and report nothing', () => {
    const talking = files.filter(({ text }) =>
      /from 'node:(?:https?|http2|dgram|tls|dns)'|\bfetch\(['"`h]|XMLHttpRequest|WebSocket|createTelemetryLogger/.test(
        text,
      ),
    );
    expect(talking.map(({ name }) => name)).toEqual([]);
    // The one socket is a pipe to a process of our own.
    const sockets = files.filter(({ text }) => text.includes("from 'node:net'")).map(({ name }) => name);
    expect(sockets).toEqual(['system/shell-lane.ts']);
  });

  it('trust no markdown as a whole: only listed commands are links', () => {
    expect(files.filter(({ text }) => /isTrusted = true|isTrusted: true/.test(text)).map(({ name }) => name)).toEqual(
      [],
    );
    const links = files.filter(({ text }) => text.includes('enabledCommands')).map(({ name }) => name);
    expect(links).toEqual(['editor/plan-tree.ts']);
  });
});
