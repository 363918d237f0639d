import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadinessStep } from '../../../src/engine/ports';
import { configSchema } from '../../../src/model/config';
import { createClock } from '../../../src/system/clock';
import { createCommandRunner } from '../../../src/system/command-runner';
import { createIds } from '../../../src/system/ids';
import { isRunning, statOf } from '../../../src/system/process-tree';
import { createPosixProcesses } from '../../../src/system/posix-processes';
import { type ExecAnswer, type QuickExec, quickExec } from '../../../src/system/quick-exec';
import { createReadiness, type ReadinessOptions } from '../../../src/system/readiness';
import { prepareNode } from '../../../src/system/readiness/node';
import { preparePython } from '../../../src/system/readiness/python';
import { addressOf } from '../../../src/system/readiness/postgres-address';
import { hiddenPrograms, startCommand } from '../../../src/system/readiness/postgres-start';
import { prepareService } from '../../../src/system/readiness/services';
import { satisfies } from '../../../src/system/readiness/version-range';
import type { HostProcesses } from '../../../src/system/supervised-processes';

let root: string;
let home: string;
let processes: HostProcesses;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-ready-')));
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-home-')));
  processes = createPosixProcesses({
    stateDir: path.join(root, '.soloflow'),
    graceSeconds: 1,
    clock: createClock(),
    env: base,
    patienceMs: 200,
  });
});
afterEach(() => {
  processes.dispose();
  rmSync(root, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});
const base: Record<string, string> = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
const put = (file: string, text: string, mode = 0o644): void => {
  const full = path.join(root, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  chmodSync(full, mode);
};
const answering =
  (answers: Record<string, ExecAnswer>): QuickExec =>
  (file) =>
    Promise.resolve(answers[file] ?? { kind: 'absent' });
const done = (out: string, code = 0): ExecAnswer => ({ kind: 'done', code, out });

async function prepare(
  config: object = {},
  options: Partial<ReadinessOptions> = {},
  signal = new AbortController().signal,
) {
  const steps: ReadinessStep[] = [];
  const readiness = createReadiness({
    root,
    config: () => configSchema.parse(config),
    approvals: { trusted: () => true, isApproved: () => true, approve: () => undefined },
    processes,
    exec: answering({ node: done('v22.15.1\n') }),
    env: base,
    ...options,
  });
  const env = await readiness.prepare((step) => steps.push(step), signal);
  expect(readiness.environment()).toEqual(env);
  return { env, steps, last: (name: string) => steps.findLast((step) => step.name === name) };
}

describe('an empty workspace', () => {
  it('needs nothing', async () => {
    expect(await prepare({ run: { env: { A: 'b' } } })).toMatchObject({ env: { A: 'b' }, steps: [] });
  });
});

describe('python', () => {
  it('activates a virtual environment for commands', async () => {
    put('.venv/pyvenv.cfg', '');
    put('.venv/bin/python', '#!/bin/sh\necho "the one of $VIRTUAL_ENV"\n', 0o755);
    const { env, last } = await prepare();
    expect(last('Python')).toEqual({ name: 'Python', status: 'ready', detail: '.venv' });
    expect(env['VIRTUAL_ENV']).toBe(path.join(root, '.venv'));
    const answer = await quickExec('sh', ['-c', 'python'], { cwd: root, env: { ...base, ...env } });
    expect(answer).toEqual(done(`the one of ${root}/.venv\n`));
  });
  it('says what is missing', async () => {
    put('uv.lock', '');
    expect((await prepare()).last('Python')).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('uv sync'),
    });
    put('.venv/pyvenv.cfg', '');
    expect((await prepare()).last('Python')).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('no python in it'),
    });
  });
  it('asks poetry where its environment is', async () => {
    put('poetry.lock', '');
    put('cache/env1/bin/python', '', 0o755);
    const found = await prepare({}, { exec: answering({ poetry: done(`${root}/cache/env1\n`) }) });
    expect(found.env['VIRTUAL_ENV']).toBe(`${root}/cache/env1`);
    expect((await prepare({}, { exec: answering({ poetry: done('', 1) }) })).last('Python')).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('poetry install'),
    });
    expect((await prepare()).last('Python')?.detail).toBe('poetry.lock asks for poetry, which is not installed');
    rmSync(path.join(root, 'poetry.lock'));
    put('pyproject.toml', '[tool.poetry]\nname = "x"\n');
    expect((await prepare()).steps).toEqual([]);
    const unlocked = await prepare({}, { exec: answering({ poetry: done(`${root}/cache/env1\n`) }) });
    expect(unlocked.env['VIRTUAL_ENV']).toBe(`${root}/cache/env1`);
  });
  it('leaves the environment that is active already, and says when there is none for the packages', async () => {
    put('requirements.txt', 'flask\n');
    expect((await prepare()).last('Python')?.detail).toContain('python3 -m venv .venv');
    expect((await prepare({}, { env: { ...base, CONDA_PREFIX: '/opt/conda' } })).steps).toEqual([]);
    put('mine/pyvenv.cfg', '');
    put('mine/bin/python', '', 0o755);
    const active = { env: { ...base, VIRTUAL_ENV: path.join(root, 'mine') } };
    const { env, last } = await prepare({}, active);
    expect(last('Python')).toMatchObject({ status: 'ready', detail: `${root}/mine, active already` });
    expect(env['PATH']?.startsWith(path.join(root, 'mine/bin'))).toBe(true);
    put('uv.lock', '');
    expect((await prepare({}, active)).last('Python')?.status).toBe('ready');
    const told = await prepare({}, { env: { ...base, UV_PROJECT_ENVIRONMENT: 'mine' } });
    expect(told.env['VIRTUAL_ENV']).toBe(path.join(root, 'mine'));
  });
  it('names the packages that are not in it', async () => {
    put('.venv/pyvenv.cfg', 'include-system-site-packages = false\n');
    put('.venv/bin/python', '', 0o755);
    for (const there of [
      'Flask-3.0.0.dist-info',
      'ruamel.yaml-0.18.dist-info',
      'old_one-1.egg-info',
      'linked.egg-link',
    ]) {
      put(`.venv/lib/python3.11/site-packages/${there}/x`, '');
    }
    put(
      'requirements.txt',
      [
        '# what it needs',
        'flask>=2,<4  # web',
        'ruamel_yaml==0.18',
        'old-one',
        'linked',
        'Requests[socks] ~= 2.31',
        'psycopg',
        '-r more.txt',
        'git+https://example.invalid/x.git',
        'pywin32; sys_platform == "win32"',
        './local',
        '',
      ].join('\n'),
    );
    expect((await prepare()).last('Python packages')).toEqual({
      name: 'Python packages',
      status: 'degraded',
      detail: 'not installed yet: Requests, psycopg; pip install -r requirements.txt',
    });
    put('.venv/pyvenv.cfg', 'include-system-site-packages = true\n');
    expect((await prepare()).last('Python packages')).toBeUndefined();
  });
  it('finds a conda environment by its name', async () => {
    put('environment.yml', 'name: science\n');
    put('conda/envs/science/bin/python', '', 0o755);
    const { env } = await prepare({}, { env: { ...base, CONDA_EXE: path.join(root, 'conda/bin/conda') } });
    expect(env).toMatchObject({ CONDA_DEFAULT_ENV: 'science', CONDA_PREFIX: path.join(root, 'conda/envs/science') });
    // One that was made elsewhere is in conda's own list.
    mkdirSync(path.join(home, '.conda'));
    mkdirSync(path.join(home, 'other/science'), { recursive: true });
    writeFileSync(path.join(home, '.conda/environments.txt'), `/gone/science\n${home}/other/science\n`);
    const listed = await preparePython(root, base, answering({}), home);
    expect(listed.env['CONDA_PREFIX']).toBe(path.join(home, 'other/science'));
    put('.conda/conda-meta/history', '');
    expect((await preparePython(root, base, answering({}), home)).paths).toEqual([path.join(root, '.conda/bin')]);
  });
});

describe('node', () => {
  it('compares what is asked for with what is there, and reports missing packages', async () => {
    put('package.json', '{"engines":{"node":">=20"},"dependencies":{"x":"1"}}');
    const { last } = await prepare();
    expect(last('Node')).toEqual({ name: 'Node', status: 'ready', detail: '22.15.1' });
    expect(last('Packages')).toMatchObject({ status: 'degraded', detail: 'not installed yet: npm install' });
    put('.nvmrc', 'v18\n');
    put('pnpm-lock.yaml', '');
    expect((await prepare()).last('Node')).toMatchObject({
      status: 'degraded',
      detail: '.nvmrc asks for v18, found 22.15.1',
    });
    expect((await prepare()).last('Packages')?.detail).toContain('pnpm install');
    mkdirSync(path.join(root, 'node_modules/.bin'), { recursive: true });
    mkdirSync(path.join(root, 'node_modules/x'));
    const { env, last: later } = await prepare();
    expect(later('Packages')).toBeUndefined();
    expect(env['PATH']?.startsWith(path.join(root, 'node_modules/.bin'))).toBe(true);
  });
  it('finds packages where Node finds them, and names those that are missing among others', async () => {
    const inner = path.join(root, 'packages/a');
    put('packages/a/package.json', '{"dependencies":{"x":"1","@s/y":"1"},"devDependencies":{"z":"1"}}');
    for (const name of ['x', '@s/y', '.bin']) mkdirSync(path.join(root, 'node_modules', name), { recursive: true });
    put('pnpm-lock.yaml', '');
    const look = async (env: Record<string, string>) =>
      prepareNode(inner, env, answering({ node: done('v22.1.0') }), home);
    const found = await look(base);
    expect(found.steps[1]?.detail).toBe('not installed yet: z; pnpm install');
    // Only those of the same repository are put in front of everything.
    expect(found.paths).toEqual([]);
    mkdirSync(path.join(root, '.git'));
    expect((await look(base)).paths).toEqual([path.join(root, 'node_modules/.bin')]);
    expect((await look({ ...base, NODE_ENV: 'production' })).steps).toHaveLength(1);
  });
  it('reads what asdf and mise read, and takes what they have installed', async () => {
    put('.tool-versions', 'python 3.12.1\nnodejs 18.2.0\n');
    const bin = path.join(home, '.local/share/mise/installs/node/18.2.0/bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, path.join(bin, 'node'));
    const found = await prepareNode(root, base, answering({ node: done('v22.1.0') }), home);
    expect(found.paths[0]).toBe(bin);
    expect(found.steps[0]?.detail).toBe('18.2.0 (.tool-versions asks for 18.2.0)');
  });
  it('takes a fitting version that is installed already, the newest', async () => {
    put('.nvmrc', '18');
    for (const version of ['v18.2.0', 'v18.19.1', 'v20.1.0']) {
      const bin = path.join(home, '.nvm/versions/node', version, 'bin');
      mkdirSync(bin, { recursive: true });
      symlinkSync(process.execPath, path.join(bin, 'node'));
    }
    const found = await prepareNode(root, base, answering({ node: done('v22.1.0') }), home);
    expect(found.paths).toEqual([path.join(home, '.nvm/versions/node/v18.19.1/bin')]);
    expect(found.steps[0]).toMatchObject({ status: 'ready', detail: '18.19.1 (.nvmrc asks for 18)' });
  });
  it('is told when there is none', async () => {
    put('package.json', '{]');
    expect((await prepare()).steps).toEqual([]);
    put('package.json', '{}');
    expect((await prepare({}, { exec: answering({}) })).last('Node')).toMatchObject({ status: 'degraded' });
  });
  it.each([
    ['20.1.0', '20', true],
    ['21.0.0', '20', false],
    ['20.1.5', '20.1.x', true],
    ['20.2.0', '20.1.x', false],
    ['22.18.0', '>=22.18', true],
    ['22.17.9', '>=22.18', false],
    ['20.0.0', '>=18 <21', true],
    ['21.0.0', '>= 18 < 21', false],
    ['18.1.0', '^18.0.0 || ^20.0.0', true],
    ['19.1.0', '^18.0.0 || ^20.0.0', false],
    ['20.3.9', '~20.3', true],
    ['20.4.0', '~20.3', false],
    ['20.4.0', '18 - 20', true],
    ['21.0.0', '18 - 20', false],
    ['21.0.0', '>20', true],
    ['20.9.0', '>20', false],
    ['20.9.0', '<=20', true],
    ['0.2.9', '^0.2.1', true],
    ['0.3.0', '^0.2.1', false],
    ['20.0.0', '*', true],
    ['20.0.0', 'lts/*', true],
    ['20.0.0', '', true],
  ])('%s satisfies "%s": %s', (version, range, expected) => {
    expect(satisfies(version, range)).toBe(expected);
  });
});

describe('postgres', () => {
  it('is asked only where it is used', async () => {
    put('requirements.txt', 'psycopg[binary]\n');
    expect(
      (await prepare({}, { exec: answering({ pg_isready: done('/tmp:5432 - accepting connections\n') }) })).last(
        'PostgreSQL',
      ),
    ).toEqual({
      name: 'PostgreSQL',
      status: 'ready',
      detail: '/tmp:5432 - accepting connections',
    });
    expect(
      (await prepare({}, { exec: answering({ pg_isready: done('/tmp:5432 - no response\n', 2) }) })).last('PostgreSQL'),
    ).toMatchObject({ status: 'degraded' });
    expect((await prepare()).last('PostgreSQL')).toMatchObject({
      status: 'skipped',
      detail: 'requirements.txt asks for it, but pg_isready is not installed to look',
    });
    put('requirements.txt', 'flask\n');
    expect((await prepare()).last('PostgreSQL')).toBeUndefined();
  });
  it('is asked at the address of DATABASE_URL, without the password', async () => {
    const asked: (readonly string[])[] = [];
    const exec: QuickExec = (file, args) => {
      if (file === 'pg_isready') asked.push(args);
      return Promise.resolve(done(''));
    };
    await prepare({ run: { env: { DATABASE_URL: 'postgres://me:pw@db.example.invalid:6543/x' } } }, { exec });
    expect(asked).toEqual([['-h', 'db.example.invalid', '-p', '6543']]);
  });
  it.each([
    ['postgres://me:pw@h:1/x', { host: 'h', port: '1' }],
    ['postgres://me:p@w@h/x', { host: 'h' }],
    ['postgresql://h', { host: 'h' }],
    ['postgresql+asyncpg://me@h:2/x?schema=public', { host: 'h', port: '2' }],
    ['jdbc:postgresql://h:3/x', { host: 'h', port: '3' }],
    ['postgres://[::1]:4/x', { host: '::1', port: '4' }],
    ['postgres:///x?host=/run/pg&port=5', { host: '/run/pg', port: '5' }],
    ['postgres://%2Frun%2Fpg:6/x', { host: '/run/pg', port: '6' }],
    ['postgres://a:7,b:8/x', { host: 'a,b', port: '7,8' }],
    ['postgres:///x', {}],
    ["dbname=x host=/run/pg port='9'", { host: '/run/pg', port: '9' }],
    ['mysql://h/x', null],
    ['file:./dev.db', null],
  ])('is looked for where %s points', (text, expected) => {
    expect(addressOf(text)).toEqual(expected);
  });
  it('is asked where the files of the workspace say that it is', async () => {
    const asked = async (): Promise<readonly string[]> => {
      const calls: (readonly string[])[] = [];
      await prepare(
        {},
        {
          exec: (file, args) => {
            if (file === 'pg_isready') calls.push(args);
            return Promise.resolve(done(''));
          },
        },
      );
      return calls.flat();
    };
    put('compose.yaml', 'services:\n  db:\n    image: postgres:16\n    ports:\n      - "127.0.0.1:5433:5432"\n');
    expect(await asked()).toEqual(['-h', 'localhost', '-p', '5433']);
    put(
      'compose.yaml',
      'services:\n  db:\n    image: postgres:16\n    ports:\n      - target: 5432\n        published: 5434\n',
    );
    expect(await asked()).toEqual(['-h', 'localhost', '-p', '5434']);
    put('.env', '# dev\nexport DATABASE_URL="postgres://me:secret@127.0.0.1:6000/x"\n');
    expect(await asked()).toEqual(['-h', '127.0.0.1', '-p', '6000']);
    put('.env', 'DATABASE_URL=mysql://127.0.0.1/x\n');
    rmSync(path.join(root, 'compose.yaml'));
    expect(await asked()).toEqual([]);
  });
  it('that does not answer comes with the service that would start it, unless it is on another machine', async () => {
    put(
      'compose.yaml',
      'services:\n  web:\n    image: nginx\n  db:\n    environment:\n      A: b\n    image: "postgis/postgis:16"\n',
    );
    const down = { exec: answering({ pg_isready: done('localhost:1 - no response', 2) }) };
    const at = (url: string) => prepare({ run: { env: { DATABASE_URL: url } } }, down);
    const detail = (await at('postgres://localhost:1/x')).last('PostgreSQL')?.detail ?? '';
    const services = JSON.parse(`{${/"services": \[.*\]/.exec(detail)?.[0]}}`) as unknown;
    expect(configSchema.parse(services).services).toEqual([
      {
        name: 'PostgreSQL',
        check: 'pg_isready -h localhost -p 1',
        start: 'docker compose up -d db',
        timeoutMs: 20_000,
      },
    ]);
    expect((await at('postgres://db.example.invalid/x')).last('PostgreSQL')?.detail).toBe('localhost:1 - no response');
  });
  it('is started as machines of its kind start it', () => {
    const machine = (platform: NodeJS.Platform, isRoot = false) => ({ platform, root: home, isRoot });
    const touch = (file: string, text = ''): void => {
      mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
      writeFileSync(path.join(home, file), text);
    };
    expect(startCommand(null, null, machine('linux'))).toBe(null);
    touch('lib/systemd/system/postgresql.service');
    expect(startCommand(null, null, machine('linux'))).toBe('sudo -n systemctl start postgresql');
    expect(startCommand(null, { port: '5433' }, machine('linux'))).toBe(null);
    touch('etc/postgresql/15/main/postgresql.conf', 'port = 5432\n');
    touch('etc/postgresql/16/main/postgresql.conf', "listen_addresses = '*'\nport = 5433 # second\n");
    expect(startCommand(null, { port: '5433' }, machine('linux', true))).toBe('pg_ctlcluster 16 main start');
    expect(startCommand(null, null, machine('linux'))).toBe('sudo -n systemctl start postgresql@15-main');
    touch('opt/homebrew/opt/postgresql@14/bin/pg_isready');
    touch('opt/homebrew/opt/postgresql@16/bin/pg_isready');
    expect(startCommand(null, null, machine('darwin'))).toBe('brew services start postgresql@16');
    expect(hiddenPrograms(machine('darwin'))[0]).toBe(path.join(home, 'opt/homebrew/opt/postgresql@16/bin/pg_isready'));
    expect(startCommand(null, null, machine('win32'))).toBe(null);
  });
  it('answers really: nobody listens at a free port', async () => {
    const server = createServer().listen(0);
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const { last } = await prepare(
      { run: { env: { DATABASE_URL: `postgres://127.0.0.1:${port}/x` } } },
      { exec: quickExec },
    );
    expect(['degraded', 'skipped']).toContain(last('PostgreSQL')?.status);
  });
});

const START = String.raw`printf 'begun\n\033[31mrefused %s\033[0m\n' "$DB_PASSWORD"`;

describe('services', () => {
  const service = { name: 'db', check: 'test -e up', start: 'touch up', timeoutMs: 5000 };
  it('that answer are left alone', async () => {
    put('up', '');
    expect((await prepare({ services: [service] })).steps.map(({ status }) => status)).toEqual(['checking', 'ready']);
  });
  it('that do not are started', async () => {
    const { steps } = await prepare({ services: [service] });
    expect(steps.map(({ status }) => status)).toEqual(['checking', 'starting', 'ready']);
    expect(existsSync(path.join(root, 'up'))).toBe(true);
  });
  it('that stay in the foreground go on serving afterwards', async () => {
    const serving = { ...service, start: 'echo $$ > pid; touch up; exec sleep 60' };
    const { last } = await prepare({ services: [serving] });
    expect(last('db')?.status).toBe('ready');
    const pid = Number(readFileSync(path.join(root, 'pid'), 'utf8'));
    expect(process.kill(pid, 0)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
  it('that fail to start are told with the reason, and work goes on with the next', async () => {
    const failing = { ...service, name: 'bad', start: 'echo "port in use" >&2; exit 3' };
    const { last } = await prepare({ services: [failing, service] });
    expect(last('bad')).toMatchObject({
      status: 'degraded',
      detail: expect.stringMatching(/exit code 3.*port in use/),
    });
    expect(last('db')?.status).toBe('ready');
  });
  it('that never answer are given up after their time', async () => {
    const { last } = await prepare({ services: [{ ...service, start: 'true', check: 'false', timeoutMs: 300 }] });
    expect(last('db')).toMatchObject({ status: 'degraded', detail: expect.stringContaining('no answer within') });
  });
  it('that were started earlier and are slow are not started again beside themselves', async () => {
    const slow = { ...service, start: 'echo begun >> begun; exec sleep 60', timeoutMs: 300 };
    expect((await prepare({ services: [slow] })).last('db')).toMatchObject({ status: 'degraded' });
    const { steps, last } = await prepare({ services: [slow] });
    const pid = Number(/\(process (\d+)\)/.exec(steps.find(({ status }) => status === 'starting')?.detail ?? '')?.[1]);
    expect(last('db')?.detail).toContain(`process ${pid} still runs`);
    expect(readFileSync(path.join(root, 'begun'), 'utf8')).toBe('begun\n');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isRunning(pid, statOf(pid)?.start ?? '')).toBe(false);
    // It has gone: now another may be started.
    await prepare({ services: [{ ...slow, start: 'echo begun >> begun' }] });
    expect(readFileSync(path.join(root, 'begun'), 'utf8')).toBe('begun\nbegun\n');
  });
  it('say how long they are waited for, and nothing secret of their log', async () => {
    const steps: ReadinessStep[] = [];
    const secret = 'correct horse battery';
    await prepareService(configSchema.shape.services.parse([{ ...service, start: START, timeoutMs: 2600 }])[0]!, {
      root,
      stateDir: path.join(root, '.soloflow'),
      approvals: { trusted: () => true, isApproved: () => true, approve: () => undefined },
      run: createCommandRunner(processes, createIds({ now: Date.now })),
      env: { ...base, DB_PASSWORD: secret },
      signal: new AbortController().signal,
      report: (step) => steps.push(step),
      progressMs: 1000,
    });
    expect(steps.map(({ status }) => status)).toEqual(['checking', 'starting', 'starting', 'starting', 'degraded']);
    expect(steps[2]?.detail).toBe('no answer yet after 1 of 3 s');
    expect(steps.at(-1)?.detail).toMatch(/: refused \[redacted\]$/);
    expect(JSON.stringify(steps)).not.toContain(secret);
  });
  it('are told of without the secrets in their own commands', async () => {
    const { steps } = await prepare({ services: [{ ...service, start: 'DB_PASSWORD=hunter2222 touch up' }] });
    expect(steps.map(({ detail }) => detail)).toEqual([
      'test -e up',
      'DB_PASSWORD=[redacted] touch up',
      'started by DB_PASSWORD=[redacted] touch up',
    ]);
  });
  it('with names that no file can have keep their logs apart', async () => {
    const named = (name: string, says: string) => ({ ...service, name, start: `echo ${says}; exit 1` });
    const { last } = await prepare({ services: [named('données', 'one'), named('données?', 'two')] });
    expect([last('données')?.detail, last('données?')?.detail]).toEqual([
      expect.stringContaining('one'),
      expect.stringContaining('two'),
    ]);
    expect(readdirSync(path.join(root, '.soloflow/services')).filter((file) => file.endsWith('.log'))).toHaveLength(2);
  });
  it('without a start command are only reported', async () => {
    expect((await prepare({ services: [{ name: 'x', check: 'false' }] })).last('x')).toMatchObject({
      status: 'degraded',
    });
  });
  it('nothing unapproved is run, and nothing at all without trust', async () => {
    const approvals = {
      trusted: () => true,
      isApproved: (command: string) => command === service.check,
      approve: () => undefined,
    };
    expect((await prepare({ services: [service] }, { approvals })).last('db')).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('not approved: touch up'),
    });
    const none = { ...approvals, isApproved: () => false };
    expect((await prepare({ services: [service] }, { approvals: none })).steps).toEqual([
      { name: 'db', status: 'skipped', detail: expect.stringMatching(/^not approved: test -e up .*approve --config/) },
    ]);
    const untrusted = { ...approvals, trusted: () => false };
    put('.venv/pyvenv.cfg', '');
    expect((await prepare({ services: [service] }, { approvals: untrusted })).steps).toEqual([]);
    expect(existsSync(path.join(root, 'up'))).toBe(false);
  });
  it('stops when cancelled', async () => {
    const stop = new AbortController();
    const pending = prepare(
      { services: [{ ...service, check: 'touch asked; false', start: 'true', timeoutMs: 60_000 }, service] },
      {},
      stop.signal,
    );
    while (!existsSync(path.join(root, 'asked'))) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort();
    await pending;
    expect(existsSync(path.join(root, 'up'))).toBe(false);
  });
});
