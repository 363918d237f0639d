// Task lists from real PRDs: every generated task is read back as one, without problems, with the line that asked for it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { deriveTasks } from '../../../src/plan/compose/derive-tasks';
import { readDraft } from '../../../src/plan/compose/read-draft';
import { composeTaskList } from '../../../src/plan/compose/task-list';

const corpus = path.resolve(import.meta.dirname, '../../../../shared/corpus/documents');
const there = existsSync(corpus);
if (!there) console.warn(`No corpus at ${corpus}: generation from real PRDs is not tested`);

function prds(): readonly { readonly name: string; readonly text: string }[] {
  return readdirSync(corpus, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => ({
      name: file.replaceAll('\\', '/'),
      text: readFileSync(path.join(corpus, file), 'utf8').replace(/^\ufeff/, ''),
    }))
    .filter(({ name, text }) => readDraft(name, text)?.kind === 'prd');
}

describe('tasks from real PRDs', () => {
  it.skipIf(!there)('are read back as they were meant', () => {
    const found = prds();
    expect(found.length).toBeGreaterThan(20);
    let tasks = 0;
    const without: string[] = [];
    for (const { name, text } of found) {
      const document = readDraft(name, text);
      if (document === null) continue;
      const groups = deriveTasks({ prd: { document, text }, item: null, testCommand: 'npm test' });
      const made = groups.flatMap((group) => group.tasks);
      if (made.length === 0) {
        without.push(name);
        continue;
      }
      tasks += made.length;
      const list = composeTaskList(groups, {
        id: 'B-1',
        title: document.title,
        prd: name,
        today: '2026-01-01',
        template: null,
      });
      if (!list.ok) throw new Error(`${name}: ${JSON.stringify(list.error)}`);
      const back = readDraft('docs/plans/Task-List-B-1-x.md', list.value);
      const items = back?.items.filter((item) => item.kind === 'task') ?? [];
      expect(items.map((item) => item.id)).toEqual(made.map((task) => `Task ${task.number}`));
      expect(items.map((item) => item.autoAdvance?.value)).toEqual(made.map((task) => task.autoAdvance));
      expect(items.every((item) => !(item.autoAdvance?.value === true && item.pauseAfter?.value === true))).toBe(true);
      expect(back?.problems.filter((problem) => problem.severity !== 'info')).toEqual([]);
      const lines = text.split('\n').length;
      for (const task of made) {
        const at = Number(/:(\d+)\)/.exec(task.requirement)?.[1]);
        expect(at, `${name}: ${task.requirement}`).toBeLessThanOrEqual(lines);
        expect(task.title.length, `${name}: ${task.title}`).toBeGreaterThan(3);
      }
    }
    // One PRD of the corpus is a stub that asks for nothing.
    expect(without).toHaveLength(1);
    expect(tasks).toBeGreaterThan(300);
  });
});
