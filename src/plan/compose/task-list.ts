// A task list as a document: the tasks under their phases in the words the reference readers know best.
import type { Failure } from '../../model/failure';
import { ok, type Result } from '../../model/result';
import { oneLine } from '../write/task-text';
import type { GeneratedTask, TaskGroup } from './derive-tasks';
import { allCriteria, FORM_TEMPLATES, type MarkdownForm, taskNames, tasksIn } from './task-forms';
import { fillTemplate } from './template';

const TASKS_TEMPLATE = `# Task List: {{name}}

**Backlog item**: {{id}}
**PRD**: {{prd}}
**Total Tasks**: {{total}}
**Created**: {{date}}

{{tasks}}

{{open_questions}}
`;

export interface TaskListFrame {
  readonly id: string | null;
  readonly title: string;
  /** Path of the PRD, or why there is none. */
  readonly prd: string;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly template: { readonly path: string; readonly text: string } | null;
  /** "1.4" where the list is a story of BMAD's. */
  readonly story?: string;
  /** Words of another tool; absent: the reference's. */
  readonly form?: MarkdownForm | 'reference-tasks';
}

export function composeTaskList(groups: readonly TaskGroup[], frame: TaskListFrame): Result<string, Failure> {
  const total = groups.reduce((sum, group) => sum + group.tasks.length, 0);
  const unknown = groups.flatMap((group) => group.tasks).filter((task) => task.estimate === null);
  const form = frame.form ?? 'reference-tasks';
  const names = taskNames(groups, form);
  const questions =
    unknown.length === 0
      ? ''
      : `## Open questions\n\n- Nobody said how long these take: ${unknown.map((task) => names.get(task.number) ?? '').join(', ')}`;
  const values = {
    name: frame.id === null ? frame.title : `${frame.id} — ${frame.title}`,
    title: frame.title,
    id: frame.id ?? 'none',
    prd: frame.prd,
    total: String(total),
    date: frame.today,
    tasks:
      form === 'reference-tasks'
        ? groups.map((group, at) => groupText(group, at + 1)).join('\n\n')
        : tasksIn(form, groups, frame.title),
    story: frame.story ?? '',
    criteria: allCriteria(groups)
      .map((each, n) => `${n + 1}. ${each}`)
      .join('\n'),
    open_questions: questions,
  };
  const own = form === 'reference-tasks' ? TASKS_TEMPLATE : FORM_TEMPLATES[form];
  const filled = fillTemplate(frame.template?.path ?? 'tasks.md', frame.template?.text ?? own, values);
  return filled.ok ? ok(filled.value) : filled;
}

const groupText = (group: TaskGroup, number: number): string =>
  [`## Phase ${number}: ${oneLine(group.title)}`, ...group.tasks.map(taskText)].join('\n\n');

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

function taskText(task: GeneratedTask): string {
  const fields = [
    `**Status**: [ ]`,
    `**Type**: ${oneLine(task.type)}`,
    `**Priority**: ${task.priority}`,
    `**MoSCoW**: ${task.moscow}`,
    ...(task.estimate === null ? [] : [`**Estimated Time**: ${oneLine(task.estimate)}`]),
    `**Dependencies**: ${task.dependencies.length === 0 ? 'None' : task.dependencies.map((each) => (/^\d/.test(each) ? `Task ${each}` : each)).join(', ')}`,
    `**Requirement**: ${oneLine(task.requirement)}`,
    `**Auto-Advance**: ${yesNo(task.autoAdvance)}`,
    `**🛑 Pause After**: ${yesNo(task.pauseAfter)}`,
    ...(task.readyPrompt === null
      ? []
      : [`**When Ready Prompt**: "${oneLine(task.readyPrompt).replaceAll('"', "'")}"`]),
  ];
  const list = (name: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`**${name}**:\n\n${lines.map((line) => `- [ ] ${oneLine(line)}`).join('\n')}`];
  return [
    `#### Task ${task.number}: ${oneLine(task.title)}`,
    fields.join('\n'),
    ...(task.description === null ? [] : [`**Description**: ${oneLine(task.description)}`]),
    ...(task.commands.length === 0 ? [] : [`**Commands**:\n\n${fenced(task.commands.join('\n'))}`]),
    ...list('Acceptance Criteria', task.criteria),
    ...list('Quality Gates', task.gates),
  ].join('\n\n');
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}bash\n${text}\n${fence}`;
}
