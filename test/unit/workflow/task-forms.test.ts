// Generated task lists in the words of the tool a workspace plans with, read back by our own readers: the same tasks,
// what they wait for, their criteria and gates, as far as the form has room for them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveTasks, type GeneratedTask, type TaskGroup } from '../../../src/plan/compose/derive-tasks';
import { readDraft } from '../../../src/plan/compose/read-draft';
import { type MarkdownForm, taskNames } from '../../../src/plan/compose/task-forms';
import { composeTaskList } from '../../../src/plan/compose/task-list';

const PATHS: Readonly<Record<MarkdownForm, string>> = {
  'spec-kit': 'specs/001-page-names/tasks.md',
  kiro: '.kiro/specs/page-names/tasks.md',
  openspec: 'openspec/changes/page-names/tasks.md',
  snarktank: 'tasks/tasks-page-names.md',
  bmad: 'docs/stories/1-2-page-names.md',
  'checkbox-tasks': 'docs/plans/TODO-B-005-page-names.md',
  'cursor-plan': '.cursor/plans/page-names.plan.md',
};
/** Stories of BMAD's are read by the reader of plain boxes. */
const dialectOf = (form: MarkdownForm): string => (form === 'bmad' ? 'checkbox-tasks' : form);
const FORMS = Object.keys(PATHS) as readonly MarkdownForm[];

const task = (number: string, more: Partial<GeneratedTask> = {}): GeneratedTask => ({
  number,
  title: `Do thing ${number}`,
  type: 'development',
  priority: 'High',
  moscow: '🔥 Must',
  estimate: '2 hours',
  dependencies: [],
  description: null,
  commands: [],
  criteria: [],
  gates: ['`npm test` passes'],
  autoAdvance: true,
  pauseAfter: false,
  readyPrompt: null,
  requirement: `Plan (docs/plans/PRD-B-5-page-names.md:${number.replace('.', '')})`,
  ...more,
});

const GROUPS: readonly TaskGroup[] = [
  {
    title: 'Names',
    tasks: [
      task('1.1', { criteria: ['"Hello" becomes hello', 'Umlauts stay'], description: 'What a name is' }),
      task('1.2', { dependencies: ['1.1'], commands: ['node names.mjs', 'cd docs\nls'], type: 'documentation' }),
    ],
  },
  {
    title: 'Move the pages',
    tasks: [
      task('2.1', {
        dependencies: ['1.1', '1.2'],
        priority: 'Critical',
        autoAdvance: false,
        pauseAfter: true,
        readyPrompt: 'Pages moved - go on?',
        type: 'database',
        estimate: null,
      }),
    ],
  },
];

function written(form: MarkdownForm, groups: readonly TaskGroup[]) {
  const text = composeTaskList(groups, {
    id: 'B-005',
    title: 'Page names',
    prd: 'docs/plans/PRD-B-5-page-names.md',
    today: '2026-01-01',
    template: null,
    form,
  });
  if (!text.ok) throw new Error(JSON.stringify(text.error));
  const document = readDraft(PATHS[form], text.value);
  if (document === null) throw new Error(`no reader takes it:\n${text.value}`);
  const names = taskNames(groups, form);
  const found = new Map(document.items.map((item) => [item.id, item]));
  return {
    text: text.value,
    document,
    item: (number: string) => found.get(names.get(number) ?? null),
    name: (number: string) => names.get(number) ?? '',
  };
}

describe.each(FORMS)('a task list as %s', (form) => {
  it('is taken by its own reader, says whose it is, and has no problems', () => {
    const { document } = written(form, GROUPS);
    expect(document.dialect).toBe(dialectOf(form));
    expect(document.kind).toBe('tasks');
    expect(document.belongsTo).toBe('B-5');
    expect(document.problems).toEqual([]);
    const work = document.items.filter((item) => !document.items.some((other) => other.parent === item.key));
    expect(work.map((item) => item.title)).toEqual(['Do thing 1.1', 'Do thing 1.2', 'Do thing 2.1']);
    expect(work.every((item) => item.status === 'open')).toBe(true);
  });

  it('keeps what each task waits for', () => {
    const { item, name } = written(form, GROUPS);
    const targets = (number: string): readonly string[] =>
      item(number)?.dependencies.flatMap((each) => each.text.split(/,\s*/)) ?? [];
    expect(targets('1.1')).toEqual([]);
    expect(targets('1.2')).toEqual([name('1.1')]);
    // spec-kit's phases follow one another without being named.
    expect(targets('2.1')).toEqual(form === 'spec-kit' ? [] : [name('1.1'), name('1.2')]);
  });
});

it('a todo of a Cursor plan is a line, a status and what it waits for', () => {
  expect(written('cursor-plan', GROUPS).item('1.1')).toMatchObject({ criteria: [], gates: [], autoAdvance: null });
});

describe.each(FORMS.filter((form) => form !== 'cursor-plan'))('a task list as %s', (form) => {
  it('keeps criteria, gates, commands and the rules of going on', () => {
    const { item } = written(form, GROUPS);
    expect(item('1.1')?.criteria.map(({ text }) => text)).toEqual(['"Hello" becomes hello', 'Umlauts stay']);
    expect(item('1.1')?.gates.map(({ command }) => command)).toEqual(['npm test']);
    expect(item('1.1')?.description).toContain('What a name is');
    expect(item('1.2')?.commands.map(({ text }) => text)).toEqual(['node names.mjs', 'cd docs\nls']);
    expect(item('1.2')).toMatchObject({
      type: 'documentation',
      priority: { text: 'High' },
      estimate: { text: '2 hours' },
    });
    expect(item('2.1')).toMatchObject({
      autoAdvance: { value: false },
      pauseAfter: { value: true },
      readyPrompt: 'Pages moved - go on?',
    });
    expect(item('1.1')?.autoAdvance?.value).toBe(true);
  });
});

describe.each(FORMS)('a task list as %s', (form) => {
  it('holds any number of phases and tasks', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(shape, (counts) => {
        const groups = counts.map((count, g) => ({
          title: `Part ${g}`,
          tasks: Array.from({ length: count }, (_, t) =>
            task(`${g + 1}.${t + 1}`, { dependencies: g === 0 ? [] : [`Phase ${g} completion`] }),
          ),
        }));
        const { document, item } = written(form, groups);
        expect(document.problems).toEqual([]);
        for (const each of groups.flatMap((group) => group.tasks)) expect(item(each.number)?.title).toBe(each.title);
      }),
      { numRuns: 40 },
    );
  });
});

const corpus = path.resolve(import.meta.dirname, '../../../../shared/corpus/documents');
const there = existsSync(corpus);
if (!there) console.warn(`No corpus at ${corpus}: real PRDs in other tools' words are not tested`);

describe('real PRDs in the words of other tools', () => {
  it.skipIf(!there).each(FORMS)('%s', (form) => {
    let lists = 0;
    let tasks = 0;
    const bad: string[] = [];
    for (const file of readdirSync(corpus, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.md')) continue;
      const text = readFileSync(path.join(corpus, file), 'utf8').replace(/^\uFEFF/, '');
      const document = readDraft(file.replaceAll('\\', '/'), text);
      if (document?.kind !== 'prd') continue;
      const groups = deriveTasks({ prd: { document, text }, item: null, testCommand: 'npm test' });
      if (groups.length === 0) continue;
      lists += 1;
      const { item, document: back } = written(form, groups);
      if (back.dialect !== dialectOf(form)) bad.push(`${file} is read as ${back.dialect}`);
      for (const each of groups.flatMap((group) => group.tasks)) {
        tasks += 1;
        const found = item(each.number);
        const same =
          found !== undefined &&
          found.title === each.title &&
          (form === 'cursor-plan' || found.criteria.length === each.criteria.length);
        if (!same) bad.push(`${file} ${each.number} ${each.title} → ${found?.title ?? 'nothing'}`);
      }
    }
    expect(lists).toBeGreaterThan(20);
    expect(tasks).toBeGreaterThan(300);
    expect(bad).toEqual([]);
  });
});
