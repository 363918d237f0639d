// Runs an action that starts or continues work and prints what happens, an event a line, until the run ends or waits for a person.
import type { RunEvent } from '../model/run-event';
import type { RunView } from '../engine/service';
import type { OpenWorkspace } from '../wire';
import { toRunOutput, type RunOutput } from '../workflow/run-output';
import type { Print } from './print';
import type { ProgressBar } from './progress-bar';
import { createLines } from './run-lines';

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

/** Often enough to be seen moving. */
const PROGRESS_MS = 80;

/** Starts listening; the function it returns waits for a run and says the exit code. */
export function follow(
  workspace: OpenWorkspace,
  json: boolean,
  print: Print,
  bar: ProgressBar,
  signal: AbortSignal,
): (runId: string) => Promise<number> {
  const lines = json ? null : createLines(workspace, print);
  let runId: string | null = null;
  /** What came before it was known which run is followed, in order. */
  const early: (() => void)[] = [];
  const whenKnown = (of: string, run: () => void): void => {
    if (runId === null) early.push(() => whenKnown(of, run));
    else if (of === runId) run();
  };
  const show = ({ seq, event }: { readonly seq: number; readonly event: RunEvent }): void => {
    if (lines === null) print.out(JSON.stringify({ seq, ...event }));
    else lines.event(event);
    if (event.type !== 'task-added') progress(event.runId);
  };
  let toldAt = Number.NEGATIVE_INFINITY;
  const progress = (id: string): void => {
    // A view of a run is as long as the run: not one for each event of it.
    if (!bar.seen || performance.now() - toldAt < PROGRESS_MS) return;
    toldAt = performance.now();
    const view = workspace.engine.run(id);
    if (view === null || view.counts.total === 0) return;
    const { done, total } = view.counts;
    bar.show(`${done} of ${total} tasks of ${view.run.title}`, done / total);
  };
  const listening = workspace.engine.onEvent((stored) => {
    whenKnown(stored.event.runId, () => show(stored));
  });
  const output = workspace.engine.onOutput((chunk) => {
    whenKnown(chunk.runId, () => lines?.output(chunk));
  });
  return async (id) => {
    runId = id;
    for (const run of early.splice(0)) run();
    const view = await settled(workspace, id, signal);
    bar.clear();
    listening.dispose();
    output.dispose();
    const run = toRunOutput(view, workspace);
    if (lines === null) print.out(JSON.stringify({ type: 'run-settled', runId: id, run }));
    else lines.end(run);
    return exitCodeOf(run);
  };
}

/** A run that its host left in the middle goes on here: whoever waits for it has said that it shall. */
async function settled(workspace: OpenWorkspace, id: string, signal: AbortSignal): Promise<RunView> {
  for (;;) {
    const view = await workspace.engine.settled(id, signal);
    const { status, reason } = view.run;
    if (signal.aborted || status !== 'paused' || reason !== 'interrupted') return view;
    const resumed = await workspace.engine.wish({ kind: 'resume', runId: id }, 'cli');
    if (!resumed.ok) return view;
  }
}
