// Task lists in the words of the tool a workspace plans with: spec-kit, Kiro, OpenSpec, snarktank, BMAD stories, Cursor
// plans and plain checkboxes. What a form has no room for is left out; the reference form stands in task-list.ts.
import { codeSpan, fenceFor, oneLine } from '../write/task-text';
import type { GeneratedTask, TaskGroup } from './derive-tasks';
import { needsOf } from './tool-details';

export type MarkdownForm = 'spec-kit' | 'kiro' | 'openspec' | 'snarktank' | 'bmad' | 'checkbox-tasks' | 'cursor-plan';

/** Head of a list in each form; the line with the backlog item is what ties the list to it. */
const OWNER = '**Backlog item**: {{id}}\n**PRD**: {{prd}}';
export const FORM_TEMPLATES: Readonly<Record<MarkdownForm, string>> = {
  'spec-kit': `# Tasks: {{title}}\n\n${OWNER}\n\n{{tasks}}\n\n{{open_questions}}\n`,
  kiro: `# Implementation Plan\n\n${OWNER}\n\n{{tasks}}\n\n{{open_questions}}\n`,
  openspec: `# Tasks: {{title}}\n\n${OWNER}\n\n{{tasks}}\n\n{{open_questions}}\n`,
  snarktank: `# Tasks: {{title}}\n\n${OWNER}\n\n## Tasks\n\n{{tasks}}\n\n{{open_questions}}\n`,
  'checkbox-tasks': `# Tasks: {{name}}\n\n${OWNER}\n\n{{tasks}}\n\n{{open_questions}}\n`,
  bmad: `# Story {{story}}: {{title}}\n\nStatus: ready-for-dev\n\n${OWNER}\n\n## Story\n\n{{title}}\n\n## Acceptance Criteria\n\n{{criteria}}\n\n## Tasks / Subtasks\n\n{{tasks}}\n\n{{open_questions}}\n`,
  'cursor-plan': `---\n{{tasks}}\nisProject: false\n---\n\n# {{title}}\n\n${OWNER}\n\n{{open_questions}}\n`,
};

/** What the tasks are called in a form, by their number ("1.2"). */
export type TaskNames = ReadonlyMap<string, string>;

export function taskNames(groups: readonly TaskGroup[], form: MarkdownForm | 'reference-tasks'): TaskNames {
  const flat = groups.length === 1;
  const names = new Map<string, string>();
  let count = 0;
  for (const [g, group] of groups.entries())
    for (const [t, task] of group.tasks.entries()) {
      count += 1;
      names.set(task.number, nameIn(form, flat, count, g + 1, t + 1));
    }
  return names;
}

function nameIn(form: MarkdownForm | 'reference-tasks', flat: boolean, count: number, g: number, t: number): string {
  switch (form) {
    case 'reference-tasks':
      return `Task ${g}.${t}`;
    case 'spec-kit':
      return `T${String(count).padStart(3, '0')}`;
    case 'openspec':
    case 'checkbox-tasks':
      return `${g}.${t}`;
    case 'cursor-plan':
      return `task-${g}-${t}`;
    case 'bmad':
      return String(count);
    case 'kiro':
      return flat ? String(t) : `${g}.${t}`;
    case 'snarktank':
      return flat ? `${t}.0` : `${g}.${t}`;
  }
}

/** The tasks as text for `{{tasks}}`. `title`: of the whole list. */
export function tasksIn(form: MarkdownForm, groups: readonly TaskGroup[], title: string): string {
  const names = taskNames(groups, form);
  if (form === 'cursor-plan') return cursorTodos(groups, names, title);
  // A story ticks its own lines only: what is above them would stay open for ever.
  if (form === 'bmad') return storyTasks(groups, names).join('\n');
  const flat = groups.length === 1 && (form === 'kiro' || form === 'snarktank');
  const blocks = groups.map((group, g) => {
    const head = flat ? null : headOf(form, g + 1, oneLine(group.title));
    // A parent is a box of its own, its tasks stand indented under it.
    const indent = head !== null && head.startsWith('- [') ? '  ' : '';
    const tasks = group.tasks.map((task) => taskLines(form, task, group, groups, names, indent));
    return [
      ...(head === null ? [] : [indent === '' ? `${head}\n` : head]),
      tasks.map((lines) => lines.join('\n')).join('\n'),
    ].join('\n');
  });
  return blocks.join('\n\n');
}

function headOf(form: Exclude<MarkdownForm, 'bmad' | 'cursor-plan'>, number: number, title: string): string {
  switch (form) {
    case 'spec-kit':
    case 'checkbox-tasks':
      return `## Phase ${number}: ${title}`;
    case 'openspec':
      return `## ${number}. ${title}`;
    case 'kiro':
      return `- [ ] ${number}. ${title}`;
    case 'snarktank':
      return `- [ ] ${number}.0 ${title}`;
  }
}

function taskLines(
  form: Exclude<MarkdownForm, 'bmad' | 'cursor-plan'>,
  task: GeneratedTask,
  group: TaskGroup,
  groups: readonly TaskGroup[],
  names: TaskNames,
  indent: string,
): readonly string[] {
  const name = names.get(task.number) ?? task.number;
  const needs = needsOf(task, groups).flatMap((each) => names.get(each) ?? []);
  const title = oneLine(task.title);
  switch (form) {
    case 'spec-kit': {
      // Phases go one after the other there, and inside a phase unmarked tasks do.
      const own = needs.filter((need) => group.tasks.some((other) => names.get(other.number) === need));
      const beside = own.length === 0 && group.tasks.length > 1 ? ' [P]' : '';
      const depends = own.length === 0 ? '' : ` (depends on ${own.join(', ')})`;
      return [`- [ ] ${name}${beside} ${title}${depends}`, ...details(task, '  ', [], true)];
    }
    case 'checkbox-tasks': {
      const depends = needs.length === 0 ? '' : ` (depends on ${needs.join(', ')})`;
      return [`- [ ] ${name} ${title}${depends}`, ...details(task, '  ', [], true)];
    }
    case 'openspec':
      // Every box there counts as a task.
      return [`- [ ] ${name} ${title}`, ...details(task, '  ', needs, false)];
    case 'snarktank':
      return [`${indent}- [ ] ${name} ${title}`, ...details(task, `${indent}  `, needs, true)];
    case 'kiro': {
      const dot = name.includes('.') ? '' : '.';
      const depends = needs.length === 0 ? [] : [`${indent}  - _Depends: ${needs.join(', ')}_`];
      return [`${indent}- [ ] ${name}${dot} ${title}`, ...details(task, `${indent}  `, [], true), ...depends];
    }
  }
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

function details(task: GeneratedTask, indent: string, needs: readonly string[], boxes: boolean): readonly string[] {
  const lines: string[] = [];
  const field = (name: string, value: string): void => void lines.push(`${indent}- ${name}: ${oneLine(value)}`);
  const list = (name: string, entries: readonly string[]): void => {
    if (entries.length === 0) return;
    lines.push(`${indent}- ${name}:`);
    for (const entry of entries) lines.push(`${indent}  - ${boxes ? '[ ] ' : ''}${oneLine(entry)}`);
  };
  if (task.description !== null) field('Description', task.description);
  field('Type', task.type);
  field('Priority', task.priority);
  field('MoSCoW', task.moscow);
  if (task.estimate !== null) field('Time', task.estimate);
  if (needs.length > 0) field('Depends on', needs.join(', '));
  field('Requirement', task.requirement);
  field('Auto-Advance', yesNo(task.autoAdvance));
  if (task.pauseAfter) field('Pause After', 'yes');
  if (task.readyPrompt !== null) field('When Ready Prompt', `"${task.readyPrompt.replaceAll('"', "'")}"`);
  for (const command of task.commands) {
    const text = command.trim();
    if (!/[\r\n]/.test(text)) {
      field('Command', codeSpan(text));
      continue;
    }
    const fence = fenceFor(text);
    lines.push(`${indent}- Commands:`, '', `${indent}  ${fence}bash`);
    for (const line of text.split(/\r?\n/)) lines.push(line === '' ? '' : `${indent}  ${line}`);
    lines.push(`${indent}  ${fence}`, '');
  }
  list('Acceptance', task.criteria);
  list('Quality Gates', task.gates);
  return lines;
}

/** All criteria of the tasks, each once: a story numbers them, and its tasks say which of them they serve. */
export const allCriteria = (groups: readonly TaskGroup[]): readonly string[] => [
  ...new Set(groups.flatMap((group) => group.tasks).flatMap((task) => task.criteria.map(oneLine))),
];

function storyTasks(groups: readonly TaskGroup[], names: TaskNames): readonly string[] {
  const agreed = allCriteria(groups);
  return groups.flatMap((group) =>
    group.tasks.flatMap((task) => {
      const serves = task.criteria.map((each) => agreed.indexOf(oneLine(each)) + 1);
      const needs = needsOf(task, groups).flatMap((each) => names.get(each) ?? []);
      return [
        `- [ ] Task ${names.get(task.number) ?? ''}: ${oneLine(task.title)}${serves.length === 0 ? '' : ` (AC: ${ranges(serves)})`}`,
        ...(groups.length > 1 ? [`  - Phase: ${oneLine(group.title)}`] : []),
        ...details({ ...task, criteria: [] }, '  ', needs, false),
      ];
    }),
  );
}

/** 1, 2, 3, 5 → "1-3, 5". */
function ranges(numbers: readonly number[]): string {
  const runs: { from: number; to: number }[] = [];
  for (const each of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === each - 1) last.to = each;
    else runs.push({ from: each, to: each });
  }
  return runs
    .map(({ from, to }) => (from === to ? String(from) : to === from + 1 ? `${from}, ${to}` : `${from}-${to}`))
    .join(', ');
}

/** Todos of a plan file: what is to be done and what it waits for; the rest has no room there. */
function cursorTodos(groups: readonly TaskGroup[], names: TaskNames, title: string): string {
  const quoted = (text: string): string => JSON.stringify(oneLine(text));
  const lines = [`name: ${quoted(title)}`, 'todos:'];
  for (const task of groups.flatMap((group) => group.tasks)) {
    const needs = needsOf(task, groups).flatMap((each) => names.get(each) ?? []);
    lines.push(
      `  - id: ${names.get(task.number) ?? task.number}`,
      `    content: ${quoted(task.title)}`,
      '    status: pending',
      ...(needs.length === 0 ? [] : [`    dependencies: [${needs.join(', ')}]`]),
    );
  }
  return lines.join('\n');
}
