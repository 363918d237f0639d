// Generated tasks as issues of beads: an epic with a child each. Its file is an export, so they are made by `bd create`
// with ids chosen here: the commands are known before they run, and doing them again makes nothing twice.
import type { Item, PlanDocument } from '../../model/plan';
import { normalId } from '../graph/ids';
import { oneLine } from '../write/task-text';
import { shellWords, type ToolCommand } from '../write/tool-command';
import type { GeneratedTask, TaskGroup } from './derive-tasks';
import { needsOf, taskDetails, wholeDetails, type WholeFrame } from './tool-details';

export interface BeadsIssue {
  readonly id: string;
  readonly title: string;
  readonly type: 'epic' | 'task';
  /** 0 (critical) to 4. */
  readonly priority: number;
  readonly description: string;
  /** One line each. */
  readonly acceptance: string;
  readonly labels: readonly string[];
  readonly minutes: number | null;
  readonly parent: string | null;
  readonly waitsFor: readonly string[];
}

/** null: no issue stands there whose id would show this project's prefix. */
export function beadsIssues(
  document: PlanDocument,
  groups: readonly TaskGroup[],
  frame: WholeFrame,
): readonly BeadsIssue[] | null {
  const prefix = prefixOf(document);
  if (prefix === null) return null;
  const tasks = groups.flatMap((group) => group.tasks);
  const title = oneLine(frame.title);
  const epic = freeId(document, prefix, `${frame.id ?? ''} ${title}`, title);
  const ids = new Map(tasks.map((task, n) => [task.number, `${epic}.${n + 1}`]));
  return [
    {
      id: epic,
      title,
      type: 'epic',
      priority: Math.min(...tasks.map(priorityOf)),
      description: [...(frame.description === null ? [] : [frame.description, '']), ...wholeDetails(frame)].join('\n'),
      acceptance: '',
      labels: [],
      minutes: null,
      parent: null,
      waitsFor: [],
    },
    ...groups.flatMap((group) =>
      group.tasks.map((task): BeadsIssue => ({
        id: ids.get(task.number) ?? epic,
        title: oneLine(task.title),
        type: 'task',
        priority: priorityOf(task),
        description: [
          ...(task.description === null ? [] : [task.description, '']),
          ...taskDetails(task, groups.length > 1 ? group.title : null),
          ...(task.gates.length === 0 ? [] : [`Quality gates: ${task.gates.map(oneLine).join('; ')}`]),
        ].join('\n'),
        acceptance: task.criteria.map((each) => `- [ ] ${oneLine(each)}`).join('\n'),
        labels: [task.type.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')].filter((label) => /\w/.test(label)),
        minutes: minutesOf(task.estimate),
        parent: epic,
        waitsFor: needsOf(task, groups).flatMap((each) => ids.get(each) ?? []),
      })),
    ),
  ];
}

export function createCommand(issue: BeadsIssue): ToolCommand {
  const links = [...(issue.parent === null ? [] : [`parent-child:${issue.parent}`]), ...issue.waitsFor];
  const args = [
    'create',
    `--id=${issue.id}`,
    `--type=${issue.type}`,
    `--priority=${issue.priority}`,
    `--title=${issue.title}`,
    `--description=${issue.description}`,
    ...(issue.acceptance === '' ? [] : [`--acceptance=${issue.acceptance}`]),
    ...(issue.labels.length === 0 ? [] : [`--labels=${issue.labels.join(',')}`]),
    ...(issue.minutes === null ? [] : [`--estimate=${issue.minutes}`]),
    ...(links.length === 0 ? [] : [`--deps=${links.join(',')}`]),
  ];
  return { program: 'bd', args, text: shellWords(['bd', ...args]), creates: issue.id };
}

/** The line bd exports for it: what our reader will see. */
export function exportedLine(issue: BeadsIssue): string {
  const link = (on: string, type: string) => ({ issue_id: issue.id, depends_on_id: on, type });
  return JSON.stringify({
    id: issue.id,
    title: issue.title,
    description: issue.description,
    acceptance_criteria: issue.acceptance,
    status: 'open',
    priority: issue.priority,
    issue_type: issue.type,
    ...(issue.minutes === null ? {} : { estimated_minutes: issue.minutes }),
    labels: issue.labels,
    dependencies: [
      ...(issue.parent === null ? [] : [link(issue.parent, 'parent-child')]),
      ...issue.waitsFor.map((id) => link(id, 'blocks')),
    ],
  });
}

/** What the project's ids begin with: "bd-a3f8" and "bd-wisp-1x" → "bd", "my-app-a1" and "my-app-b2" → "my-app". */
function prefixOf(document: PlanDocument): string | null {
  const counts = new Map<string, number>();
  let ids = 0;
  for (const { id } of document.items) {
    if (id === null || !/^[A-Za-z][\w-]{0,60}-[a-z\d]{1,12}(?:\.\d+)*$/i.test(id)) continue;
    ids += 1;
    for (let cut = id.indexOf('-'); cut !== -1; cut = id.indexOf('-', cut + 1)) {
      const prefix = id.slice(0, cut);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  }
  // The longest that nearly all of them share: what only a kind of issue adds is no part of it.
  const shared = [...counts].filter(([, count]) => count >= ids * 0.9).map(([prefix]) => prefix);
  const [most] = [...counts].sort((one, other) => other[1] - one[1]);
  return shared.sort((one, other) => other.length - one.length)[0] ?? most?.[0] ?? null;
}

/** Always the same for the same words; another one where an issue of another title has it. */
function freeId(document: PlanDocument, prefix: string, words: string, title: string): string {
  const taken = new Map<string, Item>(document.items.map((item) => [item.normalId ?? '', item]));
  for (let n = 0; ; n += 1) {
    const id = `${prefix}-${hash(`${words}${'+'.repeat(n)}`)}`;
    const other = taken.get(normalId(id));
    if (other === undefined || other.title === title) return id;
  }
}

/** Five letters and digits (FNV-1a), the first a letter. */
function hash(words: string): string {
  let value = 0x811c9dc5;
  for (const char of words) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return `${String.fromCharCode(97 + (value % 26))}${Math.floor(value / 26)
    .toString(36)
    .padStart(4, '0')
    .slice(-4)}`;
}

const PRIORITIES = { Critical: 0, High: 1, Medium: 2, Low: 3 } as const;
const priorityOf = (task: GeneratedTask): number => PRIORITIES[task.priority];

function minutesOf(estimate: string | null): number | null {
  const [, value, unit] =
    /^(\d+(?:\.\d+)?)\s*(h|hours?|hrs?|m|min|minutes?|d|days?)$/i.exec(estimate?.trim() ?? '') ?? [];
  if (value === undefined || unit === undefined) return null;
  const factor = /^h/i.test(unit) ? 60 : /^d/i.test(unit) ? 480 : 1;
  return Math.round(Number(value) * factor);
}
