// Child process: tries to become the runner again and again; holds on once it is.
import { writeSync } from 'node:fs';
import { openStore } from '../../../src/store/open';

const root = process.argv[2] ?? '';
const name = process.argv[3] ?? '';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const opened = openStore({ root, now: Date.now, log, appVersion: 'child' });
if (!opened.ok) throw new Error(JSON.stringify(opened.error));
const store = opened.value;
const timer = setInterval(() => {
  const epoch = store.lease.tryAcquire(name);
  if (epoch === null) {
    writeSync(1, 'refused\n');
    return;
  }
  writeSync(1, `held ${epoch} ${Date.now()}\n`);
  clearInterval(timer);
  setInterval(() => undefined, 1000);
}, 5);
