import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Fenced, JournalUnavailable } from '../../../src/engine/ports';
import { connect } from '../../../src/store/connect';
import { guardRuntime, openDatabase } from '../../../src/store/driver';
import { failureOf } from '../../../src/store/faults';
import { createLease } from '../../../src/store/lease';
import { sharedFolder } from '../../../src/store/folder';
import { steadyClock } from '../../../src/store/meta';
import { migrate } from '../../../src/store/migrate';
import { openStore } from '../../../src/store/open';
import * as rows from '../../../src/store/rows';
import { MIGRATIONS } from '../../../src/store/schema';
import { untilWritable } from '../../../src/store/until-writable';
import {
  attempt,
  batch,
  bundle,
  child,
  command,
  open,
  recordRun,
  run,
  silent,
  task,
  tempFolder,
  tick,
} from './support';

const databaseIn = (root: string): string => join(root, '.soloflow', 'soloflow.db');
const openPlain = (root: string, memoryFallback = false) =>
  openStore({ root, now: tick, log: silent, appVersion: 'test', memoryFallback });
const filesOf = (root: string): string[] => readdirSync(join(root, '.soloflow')).sort();

describe('opening', () => {
  it('refuses a runtime that the native module would crash on', () => {
    expect(guardRuntime({ node: '20.19.0', napi: '9' })).toEqual({
      ok: false,
      error: expect.objectContaining({ kind: 'runtime-too-old', found: expect.stringContaining('20.19.0') }),
    });
    expect(guardRuntime({ node: '6.0.0' }).ok).toBe(false);
    expect(guardRuntime({ node: '24.0.0', napi: '10' }).ok).toBe(true);
  });

  it('makes a folder that only shares what a team may share', () => {
    const root = tempFolder();
    const store = open(root);
    expect(store.mode).toBe('durable');
    expect(store.notices).toEqual([]);
    expect(store.wasUnclean).toBe(false);
    expect(readFileSync(join(root, '.soloflow', '.gitignore'), 'utf8').split('\n')).toEqual(
      expect.arrayContaining(['*', '!config.json']),
    );
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(store.db.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(store.db.pragma('trusted_schema', { simple: true })).toBe(0);
    expect(store.db.pragma('cell_size_check', { simple: true })).toBe(1);
    expect(store.db.pragma('busy_timeout', { simple: true })).toBe(250);
    expect(() => store.db.exec('PRAGMA writable_schema = ON; DELETE FROM sqlite_schema')).toThrow(
      'may not be modified',
    );
  });

  it('never lets the clock go back, not even over a restart', () => {
    const root = tempFolder();
    const store = open(root, { now: () => 5_000 });
    expect(store.now()).toBe(5_000);
    store.close();
    let now = 1_000;
    const again = open(root, { now: () => now });
    expect(again.now()).toBeGreaterThanOrEqual(5_000);
    now = 60_000.4;
    expect(again.now()).toBe(60_000);
    now = 5_500;
    expect(again.now()).toBeGreaterThanOrEqual(60_000);
  });

  it('who takes over goes on from what the other wrote, whatever the clock was meanwhile', () => {
    const root = tempFolder();
    let wall = 1_000;
    const second = open(root, { now: () => wall });
    second.now();
    wall = 500_000;
    const first = open(root, { now: () => wall });
    const epoch = first.lease.tryAcquire('first')!;
    const at = first.now();
    first.journal.commit(epoch, batch({ events: [{ type: 'run-started', runId: 'r1', at, actor: 'x' }] }));
    first.lease.release();
    wall = 2_000;
    expect(second.lease.tryAcquire('second')).not.toBeNull();
    expect(second.now()).toBeGreaterThanOrEqual(at);
  });

  it('goes on where the clock was set back: a little slower, so that it is caught up with', () => {
    const { db } = open(tempFolder());
    db.exec(`INSERT INTO meta(key, value) VALUES ('clock_high_water', '2000000000000')`);
    let wall = 1_900_000_000_000;
    let passed = 0;
    const clock = steadyClock(
      db,
      () => wall + passed,
      () => passed,
    );
    expect(clock.now()).toBe(2_000_000_000_000);
    const began = clock.now();
    passed = 600_000;
    expect(clock.now() - began).toBe(540_000);
    // What files of that moment are stamped with.
    expect(clock.wallOf(began)).toBe(1_900_000_000_000);
    // Caught up with: the machine's clock counts again.
    wall = 2_100_000_000_000;
    expect(clock.now()).toBe(wall + passed);
    expect(clock.wallOf(began)).toBe(began);
    // Set back once more while somebody works.
    const then = clock.now();
    wall -= 86_400_000;
    passed += 1000;
    expect(clock.now()).toBe(then);
    passed += 1000;
    expect(clock.now()).toBe(then + 900);
  });

  it('notices an unclean close', () => {
    const root = tempFolder();
    const store = open(root);
    store.db.close();
    expect(open(root).wasUnclean).toBe(true);
  });
});

describe('a file that cannot be used', () => {
  const cases: readonly (readonly [string, string, (path: string) => void])[] = [
    ['a text file', 'not-a-database', (path) => writeFileSync(path, 'This is a shopping list.\n'.repeat(100))],
    [
      'a garbled header',
      'not-a-database',
      (path) => {
        const bytes = readFileSync(path);
        bytes.fill(0x2a, 0, 16);
        writeFileSync(path, bytes);
      },
    ],
    ['a truncated file', 'corrupt', (path) => truncateSync(path, 4096 * 3 + 100)],
    [
      'another program’s database',
      'foreign',
      (path) => {
        writeFileSync(path, '');
        const db = openDatabase(path);
        db.exec('CREATE TABLE bookmarks(url TEXT)');
        db.close();
      },
    ],
    [
      'a database with a trigger that we never made',
      'foreign',
      (path) => {
        const db = openDatabase(path);
        db.exec('CREATE TRIGGER sneaky AFTER INSERT ON command BEGIN DELETE FROM command; END');
        db.close();
      },
    ],
  ];
  it.each(cases)('%s is set aside with its date and a new one made', (_name, why, damage) => {
    const root = tempFolder();
    const store = open(root);
    recordRun(store, 'r1');
    store.close();
    damage(databaseIn(root));
    const damaged = readFileSync(databaseIn(root));
    const again = open(root);
    expect(again.mode).toBe('durable');
    const notice = again.notices[0]!;
    if (notice.kind !== 'rebuilt') throw new Error(notice.kind);
    expect(notice.why).toBe(why);
    expect(notice.setAsideAs).toMatch(/soloflow\.db\.broken-\d{4}-\d\d-\d\dT\d{6}Z$/);
    expect(readFileSync(notice.setAsideAs).equals(damaged)).toBe(true);
    // And the new one works.
    const epoch = recordRun(again, 'r2');
    expect(epoch).toBeGreaterThan(0);
    again.close();
    expect(open(root).notices).toEqual([]);
  });

  it('a damaged page after an unclean close is found, and what is readable is carried over', () => {
    const root = tempFolder();
    const store = open(root);
    recordRun(store, 'r1');
    const epoch = store.lease.tryAcquire('test')!;
    store.memory.add({
      id: 'm1',
      kind: 'decision',
      scope: 'workspace',
      taskKey: null,
      runId: null,
      sessionId: null,
      title: 'Keep it',
      body: 'We keep it.',
      source: null,
      createdAt: 1,
    });
    for (let n = 0; n < 300; n += 1) {
      store.journal.commit(
        epoch,
        batch({
          events: [
            { type: 'note', runId: 'r1', taskKey: 'a', at: tick(), actor: 'x', text: `note ${n} ${'x'.repeat(200)}` },
          ],
        }),
      );
    }
    store.lease.release();
    store.db.pragma('wal_checkpoint(TRUNCATE)');
    const leaf = store.db.prepare<[], { pageno: number }>(
      `SELECT pageno FROM dbstat WHERE name = 'event' AND pagetype = 'leaf' ORDER BY path DESC LIMIT 1`,
    );
    let page: number;
    try {
      page = leaf.get()!.pageno;
    } catch {
      // dbstat may not be compiled in: the last pages belong to the events just written.
      page = Number(store.db.pragma('page_count', { simple: true })) - 2;
    }
    store.db.close();
    const bytes = readFileSync(databaseIn(root));
    bytes.fill(0xff, (page - 1) * 4096, page * 4096);
    writeFileSync(databaseIn(root), bytes);

    const again = open(root);
    const notice = again.notices[0]!;
    if (notice.kind !== 'rebuilt') throw new Error(notice.kind);
    expect(notice.why).toBe('corrupt');
    expect(notice.salvaged).toMatchObject({ runs: 1, memories: 1 });
    expect(notice.salvaged.events).toBeGreaterThan(50);
    expect(again.journal.run('r1')!.tasks).toHaveLength(3);
    expect(again.journal.events({ limit: 9999 })).toHaveLength(notice.salvaged.events);
    expect(again.memory.get('m1')!.title).toBe('Keep it');
    // The epoch goes on where it was, so that an old host stays shut out.
    expect(again.lease.tryAcquire('new')).toBe(epoch + 1);
  });

  it('a link or a folder in its place is set aside', () => {
    const root = tempFolder();
    const elsewhere = join(tempFolder(), 'precious.db');
    writeFileSync(elsewhere, 'precious');
    mkdirSync(join(root, '.soloflow'));
    symlinkSync(elsewhere, databaseIn(root));
    expect(open(root).notices).toMatchObject([{ kind: 'rebuilt', why: 'foreign' }]);
    expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
    const other = tempFolder();
    mkdirSync(databaseIn(other), { recursive: true });
    expect(open(other).notices).toMatchObject([{ kind: 'rebuilt', why: 'foreign' }]);
  });

  it('a state folder that leads out of the workspace is not used', () => {
    const root = tempFolder();
    const elsewhere = tempFolder();
    symlinkSync(elsewhere, join(root, '.soloflow'));
    expect(openPlain(root)).toMatchObject({ ok: false, error: { kind: 'file', code: 'EXDEV' } });
    const store = open(root, { memoryFallback: true });
    expect(store.mode).toBe('memory');
    recordRun(store, 'r1');
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe('versions', () => {
  it('refuses a newer file and leaves every byte of it', () => {
    const root = tempFolder();
    const store = open(root);
    store.db.pragma('user_version = 99');
    store.close();
    const before = readFileSync(databaseIn(root));
    expect(openPlain(root, true)).toEqual({
      ok: false,
      error: { kind: 'store-newer', path: databaseIn(root), found: 99, known: MIGRATIONS.length },
    });
    expect(readFileSync(databaseIn(root)).equals(before)).toBe(true);
    expect(filesOf(root)).toEqual(expect.not.arrayContaining([expect.stringContaining('broken')]));
  });

  const latest = MIGRATIONS.length;
  const next = { version: latest + 1, name: 'a test', sql: 'CREATE TABLE extra(id INTEGER PRIMARY KEY) STRICT;' };
  it('migrates in one transaction after a backup', () => {
    const root = tempFolder();
    const store = open(root);
    recordRun(store, 'r1');
    store.close();
    const path = databaseIn(root);
    const options = { now: 1, appVersion: 'next', migrations: [...MIGRATIONS, next] };
    const connected = connect(path, 'WAL', options);
    if (connected.kind !== 'open') throw new Error(connected.kind);
    const copy = `${path}.v${latest}.backup`;
    expect(connected.migrated).toEqual({ kind: 'migrated', from: latest, to: latest + 1, backup: copy });
    expect(connected.db.prepare('SELECT count(*) AS n FROM run').get()).toEqual({ n: 1 });
    expect(connected.db.prepare('SELECT version, app_version FROM migration').all()).toEqual([
      ...MIGRATIONS.map(({ version }) => ({ version, app_version: '0.0.0-test' })),
      { version: latest + 1, app_version: 'next' },
    ]);
    expect(migrate(connected.db, options)).toEqual({ kind: 'current' });
    connected.db.close();
    const backup = openDatabase(copy, { readonly: true });
    expect(backup.pragma('user_version', { simple: true })).toBe(latest);
    expect(backup.prepare('SELECT count(*) AS n FROM run').get()).toEqual({ n: 1 });
    backup.close();
  });

  it('brings a file of the first version along with everything in it', () => {
    const root = tempFolder();
    mkdirSync(join(root, '.soloflow'));
    const first = connect(databaseIn(root), 'WAL', { now: 1, appVersion: 'old', migrations: MIGRATIONS.slice(0, 1) });
    if (first.kind !== 'open') throw new Error(first.kind);
    const put = (table: string, columns: string, ...values: (string | number | null)[]) =>
      first.db.prepare(`INSERT INTO ${table}(${columns}) VALUES (${values.map(() => '?').join(', ')})`).run(...values);
    const evidence = { command: 'true' };
    const result = { gate: 'g', kind: 'command', status: 'pass', detail: 'fine', evidence, at: 5 } as const;
    const said = {
      attemptId: 't1',
      stream: 'out',
      bytes: 2,
      truncated: false,
      redactions: 0,
      head: 'hi',
      tail: '',
    } as const;
    const change = { kind: 'set-status', key: 'a', status: 'done' } as const;
    const edit = { id: 'e1', runId: 'r1', taskKey: 'a', path: 'p.md', change, at: 6, appliedAt: null, result: null };
    const tried = attempt('r1', 'a', 't1', { endedAt: 9, outcome: 'ok', exitCode: 0 });
    put('run', rows.runs.columns, ...rows.runs.upsert.values(run('r1')));
    put('task_run', rows.tasks.columns, ...rows.tasks.upsert.values(task('r1', 'a')));
    put('attempt', rows.attempts.columns, ...rows.attempts.upsert.values(tried));
    put('output', rows.outputs.columns, ...rows.outputs.upsert.values(said));
    put('gate_result', rows.gateResults.columns, ...rows.gateResults.upsert.values({ attemptId: 't1', ...result }));
    put('document_edit', rows.edits.columns, ...rows.edits.upsert.values(edit));
    first.db.close();

    const store = open(root);
    expect(existsSync(`${databaseIn(root)}.v1.backup`)).toBe(true);
    expect(store.db.pragma('foreign_key_check')).toEqual([]);
    expect(store.journal.run('r1')).toMatchObject({ tasks: [{ taskKey: 'a' }], attempts: [tried], edits: [edit] });
    expect(store.journal.outputs('t1')).toEqual([said]);
    expect(store.journal.gateResults('r1', 'a')).toEqual([result]);
    // What hangs on a run still goes with it.
    store.db.prepare('DELETE FROM run').run();
    const tables = ['task_run', 'attempt', 'output', 'gate_result', 'document_edit'];
    for (const table of tables) expect(store.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
  });

  /** A file of the first version, and a connection to it as the app of that time had. */
  const oldFile = (root: string) => {
    mkdirSync(join(root, '.soloflow'), { recursive: true });
    const first = connect(databaseIn(root), 'WAL', { now: 1, appVersion: 'old', migrations: MIGRATIONS.slice(0, 1) });
    if (first.kind !== 'open') throw new Error(first.kind);
    return first.db;
  };
  const versionOf = (path: string): number => {
    const db = openDatabase(path, { readonly: true });
    const version = Number(db.pragma('user_version', { simple: true }));
    db.close();
    return version;
  };

  it('does not change a file under the hands of an older host that runs tasks from it, and shows it', () => {
    const root = tempFolder();
    const old = oldFile(root);
    const runner = createLease(old, join(root, '.soloflow', 'engine.lock'), tick, silent);
    expect(runner.tryAcquire('old')).toBe(1);
    const store = open(root, { memoryFallback: true });
    expect([store.mode, store.notices]).toMatchObject([
      'read-only',
      [{ kind: 'read-only', why: { kind: 'store-older', path: databaseIn(root) } }],
    ]);
    expect(() => store.journal.submit(command('c1'))).toThrow(JournalUnavailable);
    expect([versionOf(databaseIn(root)), filesOf(root).filter((name) => name.includes('backup'))]).toEqual([1, []]);
    runner.release();
    expect(open(root).notices).toMatchObject([{ kind: 'migrated', from: 1 }]);
    old.close();
  });

  it('has an older host that is still open run nothing from a file that a newer one has changed', () => {
    const root = tempFolder();
    const old = oldFile(root);
    const warnings: string[] = [];
    const lease = createLease(old, join(root, '.soloflow', 'engine.lock'), tick, {
      ...silent,
      warn: (message) => void warnings.push(message),
    });
    open(root).close();
    expect([lease.tryAcquire('old'), lease.tryAcquire('old')]).toEqual([null, null]);
    expect(warnings).toEqual([expect.stringContaining('newer Soloflow')]);
    // The lock is let go of at once: whoever may run tasks can take it.
    expect(open(root).lease.tryAcquire('new')).not.toBeNull();
    old.close();
  });

  it('never puts a copy of the changed file in the place of the backup, when two windows come at once', () => {
    const root = tempFolder();
    const slow = oldFile(root);
    const path = databaseIn(root);
    const options = { now: 1, appVersion: 'next' };
    let n = 0;
    // The other window is through between this one's look at the version and its backup.
    const migrated = migrate(slow, { ...options, isInUse: () => ((n += 1) === 1 && open(root).close(), false) });
    expect(migrated).toMatchObject({ kind: 'migrated', backup: `${path}.v1.backup` });
    expect([versionOf(path), versionOf(`${path}.v1.backup`)]).toEqual([latest, 1]);
    expect(filesOf(root).filter((name) => name.includes('.part'))).toEqual([]);
    slow.close();
  });

  it('changes no file where a copy in memory is brought to the newest version', () => {
    const root = tempFolder();
    const old = oldFile(root);
    old.pragma('journal_mode = DELETE');
    const copy = openDatabase(old.serialize() as unknown as string);
    old.close();
    const before = filesOf(root);
    const here = readdirSync('.');
    expect(migrate(copy, { now: 1, appVersion: 'next' })).toMatchObject({ kind: 'migrated', backup: null });
    expect([filesOf(root), readdirSync('.')]).toEqual([before, here]);
  });

  it('changes nothing when a migration fails', () => {
    const root = tempFolder();
    open(root).close();
    const bad = { ...next, sql: `${next.sql} CREATE TABLE run(id INTEGER);` };
    const connected = connect(databaseIn(root), 'WAL', { now: 1, appVersion: 'n', migrations: [...MIGRATIONS, bad] });
    expect(connected.kind).toBe('fault');
    expect(open(root).notices).toEqual([]);
  });
});

describe('a host that writes for a while', () => {
  it('is waited for, but nobody else is', async () => {
    const root = tempFolder();
    const waited = async (patience: number): Promise<number> => {
      const began = performance.now();
      await untilWritable(root, patience);
      return performance.now() - began;
    };
    expect(await waited(5000)).toBeLessThan(1000);
    const host = open(root);
    host.lease.tryAcquire('editor');
    expect(await waited(5000)).toBeLessThan(1000);
    const writing = openDatabase(databaseIn(root));
    writing.exec('BEGIN IMMEDIATE');
    expect(await waited(300)).toBeGreaterThanOrEqual(300);
    const rest = waited(60_000);
    writing.exec('ROLLBACK');
    expect(await rest).toBeLessThan(10_000);
    writing.exec('BEGIN IMMEDIATE');
    host.lease.release();
    // Not one of ours: that may last for ever.
    expect(await waited(5000)).toBeLessThan(1000);
    writing.close();
  });
});

describe('a disk that does not serve', () => {
  const locked = (root: string) => {
    const blocker = openDatabase(databaseIn(root));
    blocker.pragma('journal_mode = DELETE');
    blocker.exec('BEGIN EXCLUSIVE');
    return blocker;
  };

  it('locked for longer than the timeout: in memory if wished, with the reason, the past and nothing touched', () => {
    const root = tempFolder();
    const store = open(root);
    const epoch = store.lease.tryAcquire('test')!;
    store.journal.commit(epoch, batch({ runs: [run('r1', { status: 'succeeded', endedAt: tick() })] }));
    store.close();
    const blocker = locked(root);
    expect(openPlain(root)).toEqual({ ok: false, error: { kind: 'store-locked', path: databaseIn(root) } });
    const inMemory = open(root, { memoryFallback: true });
    expect(inMemory.mode).toBe('memory');
    expect(inMemory.notices).toMatchObject([{ kind: 'memory', why: { kind: 'store-locked' } }]);
    recordRun(inMemory, 'r2');
    expect(inMemory.journal.run('r2')!.tasks).toHaveLength(3);
    expect(inMemory.journal.runs(9).map(({ id }) => id)).toEqual(['r2', 'r1']);
    inMemory.close();
    blocker.close();
    expect(
      open(root)
        .journal.runs(9)
        .map(({ id }) => id),
    ).toEqual(['r1']);
  });

  it('locked over a run that is not over: it is shown, and nothing is begun that it may have begun', () => {
    const root = tempFolder();
    const store = open(root);
    recordRun(store, 'r1');
    store.close();
    const blocker = locked(root);
    const onlooker = open(root, { memoryFallback: true });
    expect(onlooker.mode).toBe('read-only');
    expect(onlooker.notices).toMatchObject([{ kind: 'read-only', why: { kind: 'store-locked' } }]);
    expect(onlooker.journal.run('r1')!.tasks).toHaveLength(3);
    expect(onlooker.lease.tryAcquire('x')).toBeNull();
    expect(() => onlooker.journal.submit(command('c1'))).toThrow(expect.objectContaining({ reason: 'locked' }));
    onlooker.close();
    blocker.close();
    expect(open(root).lease.tryAcquire('y')).not.toBeNull();
  });

  it('full in all its words', () => {
    for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT']) {
      expect(failureOf(Object.assign(new Error('x'), { code }), 'p')).toEqual({ kind: 'store-full', path: 'p' });
    }
  });

  it('a writer that is held up says busy and nothing is written', () => {
    const root = tempFolder();
    const store = open(root);
    const epoch = recordRun(store, 'r1');
    const other = open(root);
    other.db.exec('BEGIN IMMEDIATE');
    let thrown: unknown;
    try {
      store.journal.commit(epoch, batch({ tasks: [task('r1', 'a', { state: 'ready', revision: 2 })] }));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(JournalUnavailable);
    expect(thrown).toMatchObject({ reason: 'busy' });
    expect(() => store.journal.submit(command('c1'))).toThrow(JournalUnavailable);
    other.db.exec('ROLLBACK');
    store.journal.commit(epoch, batch({ tasks: [task('r1', 'a', { state: 'ready', revision: 2 })] }));
    expect(other.journal.run('r1')!.tasks[0]!.state).toBe('ready');
  });

  it('full: says so, keeps what was acknowledged, goes on when there is room again', () => {
    const store = open(tempFolder());
    const epoch = recordRun(store, 'r1');
    const pages = Number(store.db.pragma('page_count', { simple: true }));
    store.db.pragma(`max_page_count = ${pages + 4}`);
    let acknowledged = 0;
    let thrown: unknown;
    const note = () =>
      store.journal.commit(
        epoch,
        batch({
          events: [{ type: 'note', runId: 'r1', taskKey: 'a', at: tick(), actor: 'x', text: 'x'.repeat(1000) }],
        }),
      );
    for (let n = 0; n < 100 && thrown === undefined; n += 1) {
      try {
        note();
        acknowledged += 1;
      } catch (error) {
        thrown = error;
      }
    }
    expect(thrown).toMatchObject({ name: 'JournalUnavailable', reason: 'full' });
    expect(acknowledged).toBeGreaterThan(0);
    const notes = () => store.journal.events({ limit: 999 }).filter((each) => each.event.type === 'note').length;
    expect(notes()).toBe(acknowledged);
    store.db.pragma('max_page_count = 100000');
    note();
    expect(notes()).toBe(acknowledged + 1);
  });

  it('not writable: the history is shown from a copy, nothing can be recorded', async () => {
    const script = await bundle('child-read-only');
    const root = tempFolder();
    const store = open(root);
    recordRun(store, 'r1');
    store.close();
    const before = readFileSync(databaseIn(root));
    chmodSync(root, 0o755);
    chmodSync(databaseIn(root), 0o444);
    chmodSync(join(root, '.soloflow'), 0o555);
    const onlooker = child(script, [root]);
    const told = JSON.parse(await onlooker.line(() => true)) as Record<string, unknown>;
    await onlooker.exited;
    chmodSync(join(root, '.soloflow'), 0o755);
    expect(told).toMatchObject({
      strict: { ok: false, error: { kind: 'store-read-only' } },
      mode: 'read-only',
      notices: [{ kind: 'read-only' }],
      refusal: expect.stringContaining('JournalUnavailable'),
      runs: ['r1'],
      lease: null,
    });
    expect(readFileSync(databaseIn(root)).equals(before)).toBe(true);
  });

  it('no place for the folder at all: in memory', () => {
    const root = join(tempFolder(), 'file');
    writeFileSync(root, '');
    expect(openPlain(root).ok).toBe(false);
    const store = open(root, { memoryFallback: true });
    expect(store.mode).toBe('memory');
    recordRun(store, 'r1');
    expect(statSync(root).size).toBe(0);
  });

  it('two hosts without a usable disk do not both run', () => {
    const root = join(tempFolder(), 'file');
    writeFileSync(root, '');
    const one = open(root, { memoryFallback: true });
    const two = open(root, { memoryFallback: true });
    expect(one.lease.tryAcquire('one')).not.toBeNull();
    expect(two.lease.tryAcquire('two')).toBeNull();
  });
});

describe('a folder shared over a network or by a cloud client', () => {
  it('is recognised by its names and its file system', () => {
    const local = () => 0xef53;
    expect(sharedFolder('/home/a/Dropbox/work', local)).toBe('Dropbox');
    expect(sharedFolder('C:\\Users\\a\\OneDrive - Firm\\work', local)).toBe('OneDrive');
    expect(sharedFolder('/Users/a/Library/Mobile Documents/com~apple~CloudDocs/x', local)).toBe('iCloud Drive');
    expect(sharedFolder('\\\\server\\share\\x', local)).toBe('network share');
    expect(sharedFolder('/home/a/dropbox-clone/work', local)).toBeNull();
    expect(sharedFolder('/mnt/x', () => 0x6969)).toBe('NFS');
    expect(sharedFolder('/mnt/x', () => 0xff534d42 | 0)).toBe('CIFS');
    expect(sharedFolder('/mnt/x', local)).toBeNull();
    expect(sharedFolder('/mnt/x', () => null)).toBeNull();
  });

  it('gets the rollback journal and a notice', () => {
    const root = join(tempFolder(), 'Nextcloud', 'project');
    mkdirSync(root, { recursive: true });
    const store = open(root);
    expect(store.notices).toEqual([{ kind: 'synced-folder', what: 'Nextcloud' }]);
    expect(store.db.pragma('journal_mode', { simple: true })).toBe('delete');
    recordRun(store, 'r1');
    store.close();
    expect(filesOf(root)).toEqual(expect.not.arrayContaining(['soloflow.db-wal']));
  });
});

it('a lock file that is no lock of ours is replaced', () => {
  const root = tempFolder();
  mkdirSync(join(root, '.soloflow'));
  writeFileSync(join(root, '.soloflow', 'engine.lock'), 'rubbish '.repeat(200));
  const store = open(root);
  expect(store.lease.holder()).toBeNull();
  expect(store.lease.tryAcquire('me')).toBe(1);
  expect(store.lease.tryAcquire('me')).toBe(1);
  expect(store.lease.holder()).toEqual({ owner: 'me', epoch: 1, pid: process.pid });
  const other = open(root);
  expect(other.lease.tryAcquire('you')).toBeNull();
  expect(other.lease.holder()).toMatchObject({ owner: 'me' });
  store.lease.release();
  expect(other.lease.holder()).toBeNull();
  expect(other.lease.tryAcquire('you')).toBe(2);
  expect(existsSync(join(root, '.soloflow', 'engine.lock'))).toBe(true);
});

it('a damaged file is not taken away from under a runner', () => {
  const root = tempFolder();
  const runner = open(root);
  recordRun(runner, 'r1');
  runner.db.exec('CREATE TABLE strange(x)');
  const other = open(root, { memoryFallback: true });
  expect(other.mode).toBe('read-only');
  expect(other.notices).toMatchObject([{ kind: 'read-only', why: { kind: 'store-corrupt', setAsideAs: null } }]);
  expect(other.lease.tryAcquire('other')).toBeNull();
  expect(runner.journal.run('r1')).not.toBeNull();
  runner.close();
  expect(other.lease.tryAcquire('other')).toBeNull();
  expect(open(root).notices).toMatchObject([{ kind: 'rebuilt', why: 'foreign' }]);
});

it('a runner whose lock file was deleted is shut out by the next epoch', () => {
  const root = tempFolder();
  const first = open(root);
  const epoch = recordRun(first, 'r1');
  rmSync(join(root, '.soloflow', 'engine.lock'));
  const second = open(root);
  expect(second.lease.tryAcquire('second')).toBe(epoch + 1);
  const late = batch({ tasks: [task('r1', 'a', { state: 'ready', revision: 2 })] });
  expect(() => first.journal.commit(epoch, late)).toThrow(Fenced);
  second.journal.commit(epoch + 1, late);
});
