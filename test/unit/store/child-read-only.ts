// Child process: opens a store as somebody who may not write there, and tells what it sees. Mode bits do not bind
// root, so root becomes nobody first.
import { writeSync } from 'node:fs';
import { openDatabase } from '../../../src/store/driver';
import { openStore } from '../../../src/store/open';

const root = process.argv[2] ?? '';
openDatabase(':memory:').close();
if (process.getuid?.() === 0) {
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const options = { root, now: Date.now, log, appVersion: 'child' };
const strict = openStore(options);
const opened = openStore({ ...options, memoryFallback: true });
if (!opened.ok) throw new Error(JSON.stringify(opened.error));
const { mode, notices, journal, lease } = opened.value;
let refusal = '';
try {
  journal.submit({ id: 'c', kind: 'pause', payload: {}, by: 'x', at: 1, appliedAt: null, result: null });
} catch (error) {
  refusal = String(error);
}
const told = {
  strict,
  mode,
  notices,
  refusal,
  runs: journal.runs(9).map((run) => run.id),
  lease: lease.tryAcquire('x'),
};
opened.value.close();
writeSync(1, `${JSON.stringify(told)}\n`);
