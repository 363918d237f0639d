// Child process: becomes the runner and commits transitions until it is killed, saying each one that was acknowledged.
import { writeSync } from 'node:fs';
import { openStore } from '../../../src/store/open';

const root = process.argv[2] ?? '';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const opened = openStore({ root, now: Date.now, log, appVersion: 'child' });
if (!opened.ok) throw new Error(JSON.stringify(opened.error));
const store = opened.value;
const epoch = store.lease.tryAcquire('child');
if (epoch === null) throw new Error('not the runner');
const record = store.journal.run('r1');
const first = record?.tasks[0];
if (record === null || first === undefined) throw new Error('no run');
let task = first;
for (;;) {
  const state = task.state === 'ready' ? 'waiting' : 'ready';
  task = { ...task, state, revision: task.revision + 1, updatedAt: store.now() };
  const about = { runId: 'r1', taskKey: task.taskKey, at: task.updatedAt, actor: 'child' };
  store.journal.commit(epoch, {
    events: [state === 'ready' ? { ...about, type: 'task-ready' } : { ...about, type: 'task-waiting', reason: 'x' }],
    runs: [],
    tasks: [task],
    attempts: [],
    outputs: [],
    gateResults: [],
    pauses: [],
    edits: [],
    applied: [],
  });
  writeSync(1, `ack ${task.revision}\n`);
}
