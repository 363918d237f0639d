import { expect, it } from 'vitest';
import type { NewMemory } from '../../../src/model/memory';
import { openDatabase } from '../../../src/store/driver';
import { createMemoryRows } from '../../../src/store/memory-rows';
import { migrate } from '../../../src/store/migrate';

it('a row that conditions leave over is found behind many that they do not', () => {
  const db = openDatabase(':memory:');
  migrate(db, { now: 0, appVersion: '0' });
  const rows = createMemoryRows(db, () => 0);
  const row = (id: string, kind: NewMemory['kind'], body: string, taskKey: string | null = null): NewMemory => ({
    id,
    kind,
    scope: 'task',
    taskKey,
    runId: null,
    sessionId: null,
    title: 'x',
    body,
    source: null,
    createdAt: 0,
  });
  const common = 4000;
  rows.addAll([
    row('rare', 'decision', 'walrus and some longer text about what was decided on that day, walrus'),
    ...Array.from({ length: 1000 }, (_, at) => row(`c${at}`, 'context', 'walrus')),
    ...Array.from({ length: common }, (_, at) => row(`n${at}`, 'note', 'everywhere', `k${at % 7}`)),
    row('last', 'lesson', 'everywhere', 'k1'),
  ]);
  expect(rows.search('walrus', { kinds: ['decision'], limit: 5 }).map((hit) => hit.row.id)).toEqual(['rare']);
  // A word of thousands of rows ranks nothing: the newest that fit come first.
  expect(rows.search('everywhere', { kinds: ['lesson'], limit: 5 }).map((hit) => hit.row.id)).toEqual(['last']);
  expect(rows.search('everywhere', { taskKey: 'k3', limit: 3 })).toHaveLength(3);
  // Next to a rare word it is not asked for at all.
  expect(rows.search('everywhere walrus', { kinds: ['decision', 'lesson'], limit: 5 })[0]?.row.id).toBe('rare');
  db.close();
});
