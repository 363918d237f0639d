import { describe, expect, it } from 'vitest';
import { PLAN_STATUSES } from '../../../src/model/plan';
import type { NewTask, PlanChange } from '../../../src/plan/ports';
import { checkboxTasks } from '../../../src/plan/read/checkbox-tasks';
import { planEdit } from '../../../src/plan/write/plan-edit';
import { applyEdits, inverseEdits } from '../../../src/plan/write/text-edits';
import { blankTask } from '../support/blanks';

const context = { sideFiles: new Map<string, string>() };
const read = (text: string) => checkboxTasks.read({ path: 'TODO.md', text }, context);
const key = (text: string, title: string): string => read(text).items.find((item) => item.title === title)?.key ?? '?';
const write = (text: string, change: PlanChange): string => {
  const edits = planEdit(read(text), text, change);
  if (!edits.ok) throw new Error(JSON.stringify(edits.error));
  return applyEdits(text, edits.value);
};

const EMPTY = blankTask({ title: 'New one' });

describe('writing checkbox lists', () => {
  const text = '# Tasks\r\n\r\n- [ ] a 🚀\r\n\t- [x] b\r\n- [ ] c';

  it('changes one byte for a status and gives it back', () => {
    for (const item of read(text).items) {
      for (const status of PLAN_STATUSES) {
        const word = item.statusSite?.words[status] ?? null;
        if (word === null) continue;
        const edits = planEdit(read(text), text, { kind: 'set-status', key: item.key, status });
        expect(edits.ok).toBe(true);
        if (!edits.ok) continue;
        expect(edits.value.length).toBe(status === item.status ? 0 : 1);
        const after = applyEdits(text, edits.value);
        expect(read(after).items.find((each) => each.key === item.key)?.status).toBe(status);
        expect(after.length).toBe(text.length);
        expect(applyEdits(after, inverseEdits(text, edits.value))).toBe(text);
      }
    }
  });

  it('cannot cancel in a checkbox', () => {
    const edits = planEdit(read(text), text, { kind: 'set-status', key: key(text, 'c'), status: 'cancelled' });
    expect(edits).toMatchObject({ ok: false, error: { kind: 'not-writable', what: 'status cancelled' } });
  });

  it('refuses a spelling that would break the box', () => {
    const edits = planEdit(read(text), text, {
      kind: 'set-status',
      key: key(text, 'c'),
      status: 'done',
      spelling: 'x] ',
    });
    expect(edits).toMatchObject({ ok: false, error: { kind: 'invalid-input' } });
  });

  it('appends behind the last task without touching the missing line end', () => {
    expect(write(text, { kind: 'append-task', path: 'TODO.md', after: null, task: EMPTY })).toBe(
      `${text}\r\n- [ ] New one`,
    );
  });

  it('appends a task that reads back whole', () => {
    const task: NewTask = {
      ...EMPTY,
      id: 'T-9',
      priority: 'Critical',
      dependencies: ['T-1'],
      steps: ['look', 'fix'],
      criteria: ['it works'],
      commands: ['npm test', 'echo a\necho `b`'],
      gates: ['npm run lint'],
      autoAdvance: false,
      pauseAfter: true,
      readyPrompt: 'go on?',
    };
    const after = write(text, { kind: 'append-task', path: 'TODO.md', after: key(text, 'a 🚀'), task });
    const made = read(after).items.find((item) => item.id === 'T-9');
    expect(made).toMatchObject({ title: 'New one', status: 'open', readyPrompt: 'go on?' });
    expect(made?.priority?.value).toBe('Critical');
    expect(made?.commands.map((each) => each.text)).toEqual(task.commands);
    expect(made?.criteria.map((each) => each.text)).toEqual(['it works']);
    expect(made?.gates.map((each) => each.command)).toEqual(['npm run lint']);
    expect(made?.autoAdvance?.value).toBe(false);
    expect(made?.pauseAfter?.value).toBe(true);
    expect(made?.dependencies.map((each) => each.text)).toEqual(['T-1']);
    expect(read(after).items.map((item) => item.title)).toEqual(['a 🚀', 'b', 'New one', 'c']);
  });

  it('ticks and unticks a criterion, and nothing else', () => {
    const list = '- [ ] a\n  - Acceptance:\n    - [ ] one\n    - [X] two\n';
    const ticked = write(list, { kind: 'tick', key: key(list, 'a'), line: 3, done: true });
    expect(ticked).toBe('- [ ] a\n  - Acceptance:\n    - [X] one\n    - [X] two\n');
    expect(write(ticked, { kind: 'tick', key: key(ticked, 'a'), line: 3, done: false })).toBe(list);
    expect(write(list, { kind: 'tick', key: key(list, 'a'), line: 4, done: true })).toBe(list);
  });
});
