// Runs an action that starts or continues work and prints what happens, an event a line, until the run ends or waits for a person.
import type { RunEvent } from '../model/run-event';
import type { OutputChunk, RunView } from '../engine/service';
import type { OpenWorkspace } from '../wire';
import { toRunOutput, type RunOutput } from '../workflow/run-output';
import { describeEvent, markSign, type EventNames } from '../workflow/words/event-words';
import { english } from '../workflow/words/translate';
import type { Print } from './print';
import type { ProgressBar } from './progress-bar';
import { answerLines, commandLines, pauseLines } from './render-pause';

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
  const early: { seq: number; event: RunEvent }[] = [];
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
    if (runId === null) early.push(stored);
    else if (stored.event.runId === runId) show(stored);
  });
  const output = workspace.engine.onOutput((chunk) => {
    if (runId === null || chunk.runId === runId) lines?.output(chunk);
  });
  return async (id) => {
    runId = id;
    for (const stored of early) if (stored.event.runId === id) show(stored);
    const view = await settled(workspace, id, signal);
    bar.clear();
    listening.dispose();
    output.dispose();
    const run = toRunOutput(view);
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

/** What people see of a run: sentences, output of commands, and at the end what to type next. */
function createLines(workspace: OpenWorkspace, print: Print) {
  const names = eventNames(workspace);
  // The tasks a run begins with are its plan, not news.
  let started = false;
  const shown = new Set<string>();
  /** Gate commands whose output came by while they ran. */
  let heard: string | null = null;
  const quote = (text: string): void => print.out(text.replace(/\n$/, '').replace(/^/gm, '   │ '));
  return {
    event(event: RunEvent): void {
      if (event.type === 'run-started' || event.type === 'run-resumed') started = true;
      if (event.type === 'task-added' && !started) return;
      if (event.type === 'gate-result') showEvidence(event.result, heard, quote, print);
      if (event.type === 'gate-result' || event.type === 'attempt-started') heard = null;
      const [first, ...rest] = describeEvent(event, names, english).map(
        ({ mark, text }) => `${markSign(mark)} ${text}`,
      );
      if (first !== undefined) print.out(first);
      if (event.type === 'pause-opened') {
        shown.add(event.pause.id);
        for (const line of commandLines(event.pause.reason)) print.out(line);
      }
      for (const line of rest) print.out(line);
    },
    output({ text, gate }: OutputChunk): void {
      if (gate !== undefined && gate !== heard) print.out(`   $ ${gate.replaceAll('\n', '\n     ')}`);
      if (gate !== undefined) heard = gate;
      quote(text);
    },
    end(run: RunOutput): void {
      for (const pause of run.pauses) {
        for (const line of shown.has(pause.id) ? answerLines(pause) : pauseLines(pause)) print.out(line);
      }
      const unverified = run.tasks.filter(
        ({ state, verification }) => state === 'succeeded' && verification === 'unverified',
      ).length;
      const rest = unverified === 0 ? '' : `, ${unverified} unverified`;
      print.out(`${run.title}: ${run.counts.done} of ${run.counts.total} done${rest}, ${run.status}`);
    },
  };
}

/** Of a red gate: what it ran and printed, unless that was seen while it ran, and where it found what. */
function showEvidence(
  { status, evidence }: (RunEvent & { readonly type: 'gate-result' })['result'],
  heard: string | null,
  quote: (text: string) => void,
  print: Print,
): void {
  if (status !== 'fail' && status !== 'error') return;
  const { command, outputTail, findings } = evidence;
  if (command !== undefined && command !== heard) {
    print.out(`   $ ${command}`);
    if (outputTail !== undefined && outputTail.trim() !== '') quote(outputTail.trimEnd());
  }
  for (const finding of (findings ?? []).slice(0, 20)) print.out(`   - ${finding}`);
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
