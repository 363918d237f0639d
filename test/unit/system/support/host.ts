// A host to be killed: bundled and run by kill.test.ts. Starts the commands it is told to, or adopts what another left,
// and prints one JSON line per event.
import { createClock } from '../../../../src/system/clock';
import { createPosixProcesses } from '../../../../src/system/posix-processes';
import { blankAttempt } from '../../support/blanks';

interface Order {
  readonly stateDir: string;
  readonly cwd: string;
  readonly graceSeconds: number;
  readonly outputLimit?: number;
  readonly start: readonly { readonly id: string; readonly command: string }[];
  readonly adopt: readonly string[];
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);
const processes = createPosixProcesses({
  stateDir: order.stateDir,
  graceSeconds: order.graceSeconds,
  clock: createClock(),
  env,
  patienceMs: 300,
  ...(order.outputLimit === undefined ? {} : { outputLimit: order.outputLimit }),
});
const say = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

const all: Promise<void>[] = [];
for (const { id, command } of order.start) {
  const started = await processes.start({
    attemptId: id,
    idempotencyKey: id,
    command,
    cwd: order.cwd,
    env: {},
    title: id,
  });
  if (!started.ok) {
    say({ event: 'refused', id, error: started.error });
    continue;
  }
  say({ event: 'started', id, pid: started.value.pid });
  all.push(started.value.finished.then((result) => say({ event: 'finished', id, result })));
}
for (const id of order.adopt) {
  const handle = await processes.adopt(blankAttempt(id));
  say({ event: handle === null ? 'never-started' : 'adopted', id });
  if (handle !== null) all.push(handle.finished.then((result) => say({ event: 'finished', id, result })));
}
await Promise.all(all);
processes.dispose();
say({ event: 'done' });
