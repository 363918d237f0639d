// What people see of a run while it runs: sentences, output of commands, and at the end what to type next.
import type { OutputChunk } from '../engine/service';
import { lastWritten } from '../model/text';
import type { RunEvent } from '../model/run-event';
import type { OpenWorkspace } from '../wire';
import { notPlainlyDone } from '../workflow/run-end';
import type { RunOutput } from '../workflow/run-output';
import { describeEvent, markSign, type EventNames } from '../workflow/words/event-words';
import { english } from '../workflow/words/translate';
import type { Print } from './print';
import { answerLines, commandLines, pauseLines, waitLines } from './render-pause';

type RunNames = Pick<OpenWorkspace, 'plan' | 'engine'>;

export function createLines(workspace: RunNames, print: Print) {
  const names = eventNames(workspace);
  // The tasks a run begins with are its plan, not news.
  let started = false;
  const shown = new Set<string>();
  /** Gate commands whose output came by while they ran. */
  let heard: string | null = null;
  /** The task whose output stands in the last lines; null: something else does. */
  let speaking: string | null = null;
  const quote = (text: string): void => {
    const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
    print.out(lines.map((line) => `   │ ${lastWritten(line)}`).join('\n'));
  };
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
      if (event.type === 'attempt-started' || event.type === 'attempt-adopted') speaking = event.taskKey;
      else if (first !== undefined && 'taskKey' in event && event.taskKey !== speaking) speaking = null;
    },
    output({ text, gate, taskKey }: OutputChunk): void {
      // Several tasks may speak at once.
      if (taskKey !== speaking) print.out(`   ┌ ${names.task(taskKey)}`);
      speaking = taskKey;
      if (gate !== undefined && gate !== heard) print.out(`   $ ${gate.replaceAll('\n', '\n     ')}`);
      if (gate !== undefined) heard = gate;
      quote(text);
    },
    end(run: RunOutput): void {
      for (const pause of run.pauses) {
        for (const line of shown.has(pause.id) ? answerLines(pause) : pauseLines(pause)) print.out(line);
      }
      for (const line of waitLines(run)) print.out(line);
      const { skipped, cancelled, unverified } = notPlainlyDone(run.tasks);
      const rest = [
        `${run.counts.done} of ${run.counts.total} done`,
        ...(skipped === 0 ? [] : [`${skipped} skipped`]),
        ...(cancelled === 0 ? [] : [`${cancelled} cancelled`]),
        ...(unverified === 0 ? [] : [`${unverified} unverified`]),
        run.status,
      ];
      print.out(`${run.title}: ${rest.join(', ')}`);
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

function eventNames(workspace: RunNames): EventNames {
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
