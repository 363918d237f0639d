// Faults that are not a kill: the database is held by somebody else, its pages are broken, two hosts begin at once,
// a host stands still for a while and comes back.
import { closeSync, existsSync, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../src/store/driver';
import { diskKind, full, readOnly } from './faults-disk.mts';
import { begin, conclude, ended, folder, live, newTally, printTally, wrong, type Tally } from './faults-trial.mts';

const database = (root: string): string => join(root, 'work', '.soloflow', 'soloflow.db');

async function until(there: () => boolean): Promise<void> {
  for (let n = 0; n < 400 && !there(); n += 1) await sleep(10);
}

/** Another program holds the write lock longer than the busy timeout, again and again. */
async function locked(tally: Tally): Promise<void> {
  const root = folder();
  const child = begin(root);
  const end = ended(child);
  await until(() => existsSync(join(root, 'work', 'log.txt')));
  const other = openDatabase(database(root), { timeout: 5000 });
  for (let n = 0; n < 3; n += 1) {
    other.exec('BEGIN IMMEDIATE');
    await sleep(600);
    other.exec('ROLLBACK');
    await sleep(20);
  }
  other.close();
  await conclude(root, await end, tally);
}

/** The host dies, and while nobody looks pages of the database are overwritten. */
async function broken(tally: Tally, round: number): Promise<void> {
  const root = folder();
  await live(root, `after ${8 + round}`);
  tally.kills += 1;
  const file = openSync(database(root), 'r+');
  const pages = Math.floor(fstatSync(file).size / 4096);
  for (let n = 0; n < 3; n += 1)
    writeSync(file, Buffer.alloc(512, 0xa5), 0, 512, 4096 * (1 + ((round * 7 + n * 5) % Math.max(1, pages - 1))) + 64);
  closeSync(file);
  await conclude(root, null, tally);
}

/** Two hosts begin at the same moment; one runs, the other watches, both see the end. */
async function two(tally: Tally): Promise<void> {
  const root = folder();
  const codes = await Promise.all([ended(begin(root)), ended(begin(root))]);
  await conclude(root, codes.includes(0) ? 0 : null, tally);
}

/** A host stands still for longer than the grace of a moment, a second one begins meanwhile. */
async function standing(tally: Tally): Promise<void> {
  const root = folder();
  const first = begin(root);
  const end = ended(first);
  await until(() => existsSync(join(root, 'work', 'log.txt')));
  first.kill('SIGSTOP');
  const second = begin(root);
  const secondEnd = ended(second);
  await sleep(1500);
  first.kill('SIGCONT');
  const codes = await Promise.all([end, secondEnd]);
  await conclude(root, codes.includes(0) ? 0 : null, tally);
}

/** Gives the number of things that went wrong. */
export async function otherFaults(rounds: number): Promise<number> {
  const kinds: readonly (readonly [string, (tally: Tally, round: number) => Promise<void>])[] = [
    ['database locked by another program', locked],
    ['pages of the database overwritten', broken],
    ['two hosts at once', two],
    ['a host that stands still', standing],
    [`disk full for a while (${diskKind()})`, full],
    [`folder read-only for a while (${diskKind()})`, readOnly],
  ];
  let bad = 0;
  for (const [title, run] of kinds) {
    const tally = newTally();
    for (let round = 0; round < rounds; round += 1) {
      tally.trials += 1;
      await run(tally, round);
    }
    printTally(title, tally);
    bad += wrong(tally);
  }
  return bad;
}
