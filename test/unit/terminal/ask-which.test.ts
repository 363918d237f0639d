// With several things open `continue` asks which, in a terminal: by number or name, nonsense asked again, Enter takes none.
import { expect, it } from 'vitest';
import { askWhich } from '../../../src/terminal/ask-which';
import type { OpenWay } from '../../../src/workflow/start/continue-work';

const WAYS: readonly OpenWay[] = [
  { id: 'ship-B-001', kind: 'ship', title: 'ship-B-001', why: 'interrupted' },
  { id: 'run-1', kind: 'run', title: 'Task List: B-002', why: 'paused' },
  { id: 'start-B-003-x', kind: 'start', title: 'Page names', why: 'waits for --yes' },
];

async function asked(...said: readonly (string | null)[]) {
  const told: string[] = [];
  const left = [...said];
  const way = await askWhich(
    WAYS,
    async () => left.shift() ?? null,
    (line) => told.push(line),
  );
  return { id: way?.id ?? null, told };
}

it('names them all, each with why, and takes the one of the number', async () => {
  const { id, told } = await asked('2');
  expect(id).toBe('run-1');
  expect(told).toEqual([
    'Several things are open:',
    '  1. ship-B-001: interrupted',
    '  2. Task List: B-002 (run-1): paused',
    '  3. Page names (start-B-003-x): waits for --yes',
  ]);
});

it('takes a name too, and asks again for what is neither', async () => {
  const { id, told } = await asked('7', '0', 'maybe', 'start-B-003-x');
  expect(id).toBe('start-B-003-x');
  expect(told.filter((line) => line.endsWith('is none of them.'))).toHaveLength(3);
});

it.each([[''], [null]])('takes none with %j', async (said) => {
  expect((await asked(said)).id).toBeNull();
});
