// A task of a Backlog.md project as a file of its own: front matter, description, criteria and definition of done
// between the tool's marks. Pure.
import type { PlanDocument } from '../../model/plan';
import { oneLine } from '../write/task-text';

/** How a project calls its tasks and where they stand, taken from one of them. */
export interface BacklogMdManner {
  /** "backlog/tasks/" */
  readonly folder: string;
  /** "task" in file names, "TASK" in ids. */
  readonly file: string;
  readonly id: string;
  readonly open: string;
  readonly inProgress: string;
  /** Highest number of the project. */
  readonly highest: number;
}

export interface BacklogMdTask {
  /** "12" or "12.1" */
  readonly number: string;
  readonly title: string;
  readonly status: string;
  /** "2026-11-22 14:05" */
  readonly created: string;
  readonly parent: string | null;
  readonly dependencies: readonly string[];
  readonly priority: string | null;
  readonly labels: readonly string[];
  readonly description: readonly string[];
  readonly plan: readonly string[];
  readonly criteria: readonly string[];
  readonly done: readonly string[];
}

const NAME = /^(.*\/)?([A-Za-z]\w*)-(\d+)(?:\.\d+)* - [^/]*\.md$/;

/** null: no document of such a project. */
export function backlogMdManner(documents: readonly PlanDocument[]): BacklogMdManner | null {
  const own = documents.filter(({ dialect }) => dialect === 'backlog-md');
  const like = own.findLast(({ path }) => /(?:^|\/)tasks\//.test(path)) ?? own.at(-1);
  const name = NAME.exec(like?.path ?? '');
  if (like === undefined || name === null) return null;
  const words = own.flatMap(({ items }) => items).find(({ statusSite }) => statusSite !== null)?.statusSite?.words;
  const written = /^([A-Za-z]\w*)-\d/.exec(like.items[0]?.id ?? '')?.[1];
  const numbers = own.map(({ path }) => {
    const [, , prefix, number] = NAME.exec(path) ?? [];
    return prefix === name[2] ? Number(number) : 0;
  });
  return {
    folder: `${(name[1] ?? '').replace(/(?:completed|drafts|milestones|archive\/tasks|tasks)\/$/, '')}tasks/`,
    file: name[2] ?? 'task',
    id: written ?? (name[2] ?? 'task').toUpperCase(),
    open: words?.open ?? 'To Do',
    inProgress: words?.['in-progress'] ?? 'In Progress',
    highest: Math.max(0, ...numbers),
  };
}

export const backlogMdId = (manner: BacklogMdManner, number: string): string => `${manner.id}-${number}`;

export function backlogMdFile(
  manner: BacklogMdManner,
  task: BacklogMdTask,
): { readonly path: string; readonly text: string } {
  const list = (name: string, values: readonly string[]): string =>
    values.length === 0 ? `${name}: []` : [`${name}:`, ...values.map((value) => `  - ${scalar(value)}`)].join('\n');
  const boxes = (mark: string, lines: readonly string[]): readonly string[] => [
    `<!-- ${mark}:BEGIN -->`,
    ...lines.map((line, n) => `- [ ] #${n + 1} ${oneLine(line)}`),
    `<!-- ${mark}:END -->`,
  ];
  const section = (mark: string, lines: readonly string[]): readonly string[] => [
    `<!-- SECTION:${mark}:BEGIN -->`,
    ...lines,
    `<!-- SECTION:${mark}:END -->`,
  ];
  const lines = [
    '---',
    `id: ${backlogMdId(manner, task.number)}`,
    `title: ${scalar(oneLine(task.title))}`,
    `status: ${task.status}`,
    'assignee: []',
    `created_date: '${task.created}'`,
    list('labels', task.labels),
    list('dependencies', task.dependencies),
    ...(task.parent === null ? [] : [`parent_task_id: ${task.parent}`]),
    ...(task.priority === null ? [] : [`priority: ${task.priority.toLowerCase()}`]),
    '---',
    '',
    '## Description',
    '',
    ...section('DESCRIPTION', task.description),
    '',
    '## Acceptance Criteria',
    ...boxes('AC', task.criteria),
    ...(task.done.length === 0 ? [] : ['', '## Definition of Done', ...boxes('DOD', task.done)]),
    ...(task.plan.length === 0 ? [] : ['', '## Implementation Plan', '', ...section('PLAN', task.plan)]),
  ];
  const words = task.title
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80)
    .replace(/-+$/, '');
  return { path: `${manner.folder}${manner.file}-${task.number} - ${words}.md`, text: `${lines.join('\n')}\n` };
}

/** Plain where YAML reads it back as it is, quoted where not. */
const scalar = (text: string): string =>
  /^[\p{L}\d][\p{L}\d ,./()_+-]*$/u.test(text) &&
  !/\s$/.test(text) &&
  !/^(?:true|false|null|yes|no|on|off|[\d.-]+)$/i.test(text)
    ? text
    : `'${text.replaceAll("'", "''")}'`;
