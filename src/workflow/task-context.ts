// All that somebody who takes a task should know: from its document, the plan around it, and the record.
import type { Item } from '../model/plan';
import type { Workspace } from './action';
import { describePause } from './words/pause-words';
import { english } from './words/translate';

/** Newest pieces of kept context that go along. */
const KEPT = 5;
const NOTES = 20;
const LOOKED_BACK = 100;

export function taskContext(workspace: Pick<Workspace, 'plan' | 'engine' | 'memory'>, item: Item) {
  const snapshot = workspace.plan.snapshot();
  const text = workspace.plan.text(item.path) ?? '';
  const run = workspace.engine
    .runs(20)
    .find((view) => view.tasks.some(({ taskKey, spec }) => taskKey === item.key || spec.key === item.key));
  const task = run?.tasks.find(({ taskKey, spec }) => taskKey === item.key || spec.key === item.key);
  const answers = (run?.pauses ?? []).filter((pause) => pause.answer?.text != null);
  return {
    key: item.key,
    id: item.id,
    title: item.title,
    path: item.path,
    line: item.line,
    status: item.status,
    priority: item.priority?.text ?? null,
    // The author's own words, whole: nothing is interpreted away.
    text: text.slice(item.span.start, item.span.end).trim(),
    commands: item.commands.map((command) => command.text),
    criteria: item.criteria.map((criterion) => ({ text: criterion.text, done: criterion.done })),
    gates: [...item.gates, ...item.tests].map((gate) => ({ text: gate.text, command: gate.command })),
    waitsFor: (snapshot.needs.get(item.key) ?? []).flatMap((key) => {
      const need = snapshot.items.get(key);
      return need === undefined ? [] : [{ id: need.id, title: need.title, status: need.status }];
    }),
    state: task?.state ?? null,
    steps: task?.spec.steps ?? [],
    evidence: task?.spec.evidence ?? null,
    answers: answers.map((pause) => ({
      question: describePause(pause.reason, english),
      choice: pause.answer?.choice ?? null,
      text: pause.answer?.text ?? null,
      by: pause.answer?.by ?? null,
    })),
    lastGates:
      run === undefined
        ? []
        : workspace.engine
            .gateResults(run.run.id, item.key)
            .slice(-KEPT)
            .map(({ gate, status, detail }) => ({ gate, status, detail })),
    // That it began says little to whoever goes on.
    context: (workspace.memory?.context(item.key, LOOKED_BACK) ?? [])
      .filter(({ moment }) => moment !== 'start')
      .slice(0, KEPT),
    // What was decided about it, and when it last went wrong, however long ago.
    notes: (workspace.memory?.notes(item.key, NOTES) ?? []).map((row) => ({
      id: row.id,
      kind: row.kind,
      text: row.body,
      at: row.createdAt,
    })),
    lastFailure:
      workspace.memory?.context(item.key, LOOKED_BACK).find(({ moment }) => moment === 'failure')?.text ?? null,
  };
}
