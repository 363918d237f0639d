// A process that starts, continues or ships in a folder and is killed before its nth effect: a stage kept, a document
// written, a run begun. Arguments: folder, "start" | "continue" | "ship", number (0: not killed).
import type { Call } from '../../../src/workflow/action';
import { continueRun } from '../../../src/workflow/actions/run-actions';
import { ship } from '../../../src/workflow/actions/ship-actions';
import { start } from '../../../src/workflow/actions/start-actions';
import { openWorkspace } from '../../../src/wire';

async function host(root: string, what: string, killAt: number): Promise<number> {
  const quiet = (): void => {};
  const opened = await openWorkspace({
    root,
    by: 'host',
    trusted: () => true,
    needs: 'run',
    watch: false,
    log: { info: quiet, warn: quiet, error: quiet },
    version: '0',
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const workspace = opened.value;
  let effects = 0;
  const before = <A extends readonly unknown[], R>(effect: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      effects += 1;
      if (effects === killAt) process.kill(process.pid, 'SIGKILL');
      return effect(...args);
    };
  };
  const { stages, documents, engine } = workspace;
  if (stages === null || documents.remove === undefined) throw new Error('no record');
  Object.assign(stages, { put: before(stages.put.bind(stages)) });
  Object.assign(documents, {
    create: before(documents.create.bind(documents)),
    write: before(documents.write.bind(documents)),
    remove: before(documents.remove.bind(documents)),
  });
  Object.assign(engine, { start: before(engine.start.bind(engine)) });
  const call: Call = { by: 'host', signal: new AbortController().signal, progress: quiet };
  const done =
    what === 'start'
      ? await start.run(
          workspace,
          start.input.parse({ idea: 'Greet people by name', points: 5, score: 4, step: ['One', 'Two'], yes: true }),
          call,
        )
      : what === 'ship'
        ? await ship.run(workspace, ship.input.parse({ yes: true, force: true }), call)
        : await continueRun.run(workspace, continueRun.input.parse({}), call);
  process.stdout.write(`${JSON.stringify({ effects, done })}\n`);
  await workspace.dispose({ endProcesses: true });
  return done.ok ? 0 : 1;
}

const [root = '', what = '', killAt = '0'] = process.argv.slice(2);
void host(root, what, Number(killAt)).then((code) => process.exit(code));
