import { describe, expect, it } from 'vitest';
import type { NewMemory } from '../../../src/model/memory';
import { ftsQuery } from '../../../src/store/memory-rows';
import { open, tempFolder } from './support';

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const memory = (id: string, body: string, changes: Partial<NewMemory> = {}): NewMemory => ({
  id,
  kind: 'note',
  scope: 'workspace',
  taskKey: null,
  runId: null,
  sessionId: null,
  title: `Title of ${id}`,
  body,
  source: null,
  createdAt: NOW - DAY,
  ...changes,
});
const fresh = () => open(tempFolder(), { now: () => NOW }).memory;
const ids = (hits: readonly { readonly row: { readonly id: string } }[]) => hits.map((hit) => hit.row.id);

describe('memories', () => {
  it('are found by any of the words, best first, in any inflection and script', () => {
    const rows = fresh();
    rows.addAll([
      memory('lock', 'The runner holds an exclusive transaction on the lock file.'),
      memory('wal', 'The write-ahead log breaks on network folders.'),
      memory('both', 'Locking on network folders: the lock is not reliable there, the folders neither.'),
      memory('greek', 'Το αρχείο είναι κλειδωμένο'),
      memory('accent', 'Le résumé est prêt'),
    ]);
    expect(ids(rows.search('locks network folder', { limit: 9 }))).toEqual(['both', 'wal', 'lock']);
    expect(ids(rows.search('αρχείο', { limit: 9 }))).toEqual(['greek']);
    expect(ids(rows.search('resume', { limit: 9 }))).toEqual(['accent']);
    expect(rows.search('zebra', { limit: 9 })).toEqual([]);
    expect(ids(rows.search('lock', { limit: 1 }))).toHaveLength(1);
  });

  it('take a query as words, whatever it looks like', () => {
    const rows = fresh();
    rows.add(memory('a', 'never OR always: NEAR the "end"'));
    for (const query of ['"', 'a AND', 'NEAR(', 'body:', '*', 'x -y ^z', '(((', "'; DROP TABLE memory; --"]) {
      expect(() => rows.search(query, { limit: 5 })).not.toThrow();
    }
    expect(ids(rows.search('NEAR( "end', { limit: 5 }))).toEqual(['a']);
    expect(ftsQuery(' -- ', () => 1)).toBeNull();
    expect(rows.search(' -- ', { limit: 5 })).toEqual([]);
  });

  it('ask for the words that tell something, and for common ones only when there are no others', () => {
    const rowsWith: Readonly<Record<string, number>> = { the: 90_000, of: 80_000, lease: 7, epoch: 3 };
    const ask = (query: string) => ftsQuery(query, (word) => rowsWith[word] ?? 0);
    expect(ask('the lease of the epoch')).toEqual({ match: '"epoch" OR "lease"', ranked: true });
    expect(ask('of the')).toEqual({ match: '"of" OR "the"', ranked: false });
    expect(ask('nowhere')).toBeNull();
    const rows = fresh();
    rows.addAll(Array.from({ length: 3000 }, (_, n) => memory(`m${n}`, n === 1500 ? 'task with lease' : 'task here')));
    expect(ids(rows.search('a task with a lease', { limit: 5 }))).toEqual(['m1500']);
    expect(rows.search('task here', { limit: 5 })).toHaveLength(5);
  });

  it('prefer what is recent among equals, not over what fits better', () => {
    const rows = fresh();
    rows.addAll([
      memory('old', 'deploy the service with care', { createdAt: NOW - 400 * DAY, title: 'x' }),
      memory('new', 'deploy the service with care', { createdAt: NOW - DAY, title: 'x' }),
      memory('best', 'deploy deploy deploy: how we deploy', { createdAt: NOW - 900 * DAY, title: 'deploy' }),
      ...Array.from({ length: 30 }, (_, n) => memory(`filler ${n}`, 'something else altogether')),
    ]);
    expect(ids(rows.search('deploy', { limit: 3 }))).toEqual(['best', 'new', 'old']);
  });

  it('are superseded, not changed', () => {
    const store = open(tempFolder(), { now: () => NOW });
    const rows = store.memory;
    rows.add(memory('one', 'Use the rollback journal.', { kind: 'decision', taskKey: 't' }));
    rows.supersede('one', memory('two', 'Use the write-ahead journal.', { kind: 'decision', taskKey: 't' }));
    expect(ids(rows.search('journal', { limit: 9 }))).toEqual(['two']);
    expect(ids(rows.search('journal', { limit: 9, withSuperseded: true })).sort()).toEqual(['one', 'two']);
    expect(rows.get('one')).toMatchObject({ supersededBy: 'two', body: 'Use the rollback journal.' });
    rows.add(memory('one', 'Something else under the same id.'));
    expect(rows.get('one')!.body).toBe('Use the rollback journal.');
    expect(() => store.db.exec(`UPDATE memory SET body = 'x'`)).toThrow('superseded, not changed');
  });

  it('are filtered by task, run, scope and kind, newest first', () => {
    const rows = fresh();
    rows.addAll([
      memory('a', 'alpha', { taskKey: 't1', runId: 'r1', kind: 'context' }),
      memory('b', 'alpha', { taskKey: 't1', runId: 'r2', kind: 'lesson' }),
      memory('c', 'alpha', { taskKey: 't2', scope: 'goal', kind: 'fact', source: { commit: 'abc' } }),
    ]);
    const latest = (filter: object) => rows.latest({ limit: 9, ...filter }).map((row) => row.id);
    expect(latest({})).toEqual(['c', 'b', 'a']);
    expect(latest({ taskKey: 't1' })).toEqual(['b', 'a']);
    expect(latest({ taskKey: 't1', runId: 'r1' })).toEqual(['a']);
    expect(latest({ kinds: ['lesson', 'fact'] })).toEqual(['c', 'b']);
    expect(latest({ kinds: [] })).toEqual([]);
    expect(latest({ scope: 'goal' })).toEqual(['c']);
    expect(ids(rows.search('alpha', { limit: 9, taskKey: 't1', kinds: ['context'] }))).toEqual(['a']);
    expect(rows.get('c')!.source).toEqual({ commit: 'abc' });
  });
});

describe('the small tables', () => {
  it('keep spellings, parsed documents, sessions and stages', () => {
    const root = tempFolder();
    const store = open(root);
    store.spellings.put('k', 'open', 'to do');
    store.spellings.put('k', 'open', 'todo');
    store.planCache.put('a.md', 'h1', '1', '{"a":1}');
    store.planCache.put('b.md', 'h1', '1', '{"b":1}');
    store.sessions.begin('s1', 'cli');
    store.sessions.begin('s2', 'editor');
    store.sessions.end('s1');
    store.stages.put({ id: 'w', kind: 'ship', status: 'tests', data: { a: 1 }, by: 'cli' });
    store.stages.put({ id: 'w', kind: 'ship', status: 'commit', data: { a: 2 }, by: 'editor' });
    store.close();
    const again = open(root);
    expect(again.spellings.get('k', 'open')).toBe('todo');
    expect(again.spellings.get('k', 'done')).toBeNull();
    expect(again.planCache.get('a.md', 'h1', '1')).toBe('{"a":1}');
    expect(again.planCache.get('a.md', 'h2', '1')).toBeNull();
    expect(again.planCache.get('a.md', 'h1', '2')).toBeNull();
    again.planCache.keepOnly(new Set(['b.md']));
    expect(again.planCache.get('a.md', 'h1', '1')).toBeNull();
    expect(again.planCache.get('b.md', 'h1', '1')).toBe('{"b":1}');
    const sessions = again.sessions.latest(9);
    expect(sessions.map((each) => [each.id, each.surface, each.endedAt === null])).toEqual([
      ['s2', 'editor', true],
      ['s1', 'cli', false],
    ]);
    expect(again.stages.get('w')).toMatchObject({ status: 'commit', data: { a: 2 }, by: 'cli' });
    expect(again.stages.list('ship', 9)).toHaveLength(1);
    expect(again.stages.list('start', 9)).toEqual([]);
  });
});
