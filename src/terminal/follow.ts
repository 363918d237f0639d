// Runs an action that starts or continues work and prints what happens, an event a line, until the run ends or waits for a person.
import type { RunEvent } from '../model/run-event';
import type { OpenWorkspace } from '../wire';
import { toRunOutput, type RunOutput } from '../workflow/run-output';
import { describeEvent, markSign, type EventNames } from '../workflow/words/event-words';
import { english } from '../workflow/words/translate';
import type { Print } from './print';

/** Exit codes of the contract: 0 completed, 1 failed, 3 a person is needed. */
function exitCodeOf(run: RunOutput): number {
  switch (run.status) {
    case 'succeeded':
      return 0;
    case 'failed':
    case 'cancelled':
      return 1;
    case 'created':
    case 'running':
    case 'paused':
    case 'cancelling':
      return 3;
  }
}

/** Starts listening; the function it returns waits for a run and says the exit code. */
export function follow(
  workspace: OpenWorkspace,
  json: boolean,
  print: Print,
  signal: AbortSignal,
): (runId: string) => Promise<number> {
  const names = eventNames(workspace);
  let runId: string | null = null;
  const early: { seq: number; event: RunEvent }[] = [];
  // The tasks a run begins with are its plan, not news.
  let started = false;
  const show = ({ seq, event }: { readonly seq: number; readonly event: RunEvent }): void => {
    if (event.type === 'run-started' || event.type === 'run-resumed') started = true;
    if (json) print.out(JSON.stringify({ seq, ...event }));
    else if (event.type === 'task-added' && !started) return;
    else for (const line of describeEvent(event, names, english)) print.out(`${markSign(line.mark)} ${line.text}`);
  };
  const listening = workspace.engine.onEvent((stored) => {
    if (runId === null) early.push(stored);
    else if (stored.event.runId === runId) show(stored);
  });
  const output = json
    ? null
    : workspace.engine.onOutput((chunk) => print.out(chunk.text.replace(/\n$/, '').replace(/^/gm, '   │ ')));
  return async (id) => {
    runId = id;
    for (const stored of early) if (stored.event.runId === id) show(stored);
    const view = await workspace.engine.settled(id, signal);
    listening.dispose();
    output?.dispose();
    const run = toRunOutput(view);
    if (json) print.out(JSON.stringify({ type: 'run-settled', runId: id, run }));
    else printEnd(run, print);
    return exitCodeOf(run);
  };
}

function printEnd(run: RunOutput, print: Print): void {
  for (const pause of run.pauses) {
    print.out(
      `   soloflow answer ${pause.id} ${pause.choices.map((choice) => choice.id).join('|')}   default: ${pause.default}`,
    );
  }
  print.out(`${run.title}: ${run.counts.done} of ${run.counts.total} done, ${run.status}`);
}

function eventNames(workspace: OpenWorkspace): EventNames {
  return {
    task(key) {
      const item = workspace.plan.snapshot().items.get(key);
      if (item !== undefined) return item.id === null ? item.title : `${item.id}: ${item.title}`;
      for (const view of workspace.engine.runs()) {
        const spec = view.tasks.find((task) => task.taskKey === key)?.spec;
        if (spec !== undefined) return spec.id === null ? spec.title : `${spec.id}: ${spec.title}`;
      }
      return key;
    },
  };
}
