// Generated tasks of a Backlog.md project, a file each: below the task they belong to, or beside the others.
import type { TaskGroup } from '../../plan/compose/derive-tasks';
import { backlogMdFile, backlogMdId, type BacklogMdManner } from '../../plan/compose/backlog-md-file';
import type { TaskListFrame } from '../../plan/compose/task-list';
import type { DocumentDraft } from './drafts';

/** In the order of the plan; `now` in epoch ms. */
export function taskFiles(
  manner: BacklogMdManner,
  groups: readonly TaskGroup[],
  frame: TaskListFrame,
  now: number,
): readonly DocumentDraft[] {
  const above = new RegExp(`^${manner.id}-(\\d+(?:\\.\\d+)*)$`, 'i').exec(frame.id ?? '')?.[1] ?? null;
  const tasks = groups.flatMap((group, g) => group.tasks.map((task) => ({ task, g })));
  const numberOf = (n: number): string => (above === null ? String(manner.highest + n + 1) : `${above}.${n + 1}`);
  const ids = new Map(tasks.map(({ task }, n) => [task.number, backlogMdId(manner, numberOf(n))]));
  const named = (each: string): readonly string[] => {
    const phase = /^Phase (\d+)/.exec(each)?.[1];
    const numbers = phase === undefined ? [each] : (groups[Number(phase) - 1]?.tasks ?? []).map(({ number }) => number);
    return numbers.flatMap((number) => ids.get(number) ?? []);
  };
  return tasks.map(({ task, g }, n) => {
    const { path, text } = backlogMdFile(manner, {
      number: numberOf(n),
      title: task.title,
      status: manner.open,
      created: new Date(now).toISOString().slice(0, 16).replace('T', ' '),
      parent: above === null ? null : backlogMdId(manner, above),
      dependencies: task.dependencies.flatMap(named),
      priority: task.priority === 'Critical' ? 'high' : task.priority,
      labels: [task.type],
      description: [
        ...(task.description === null ? [] : [...task.description.split('\n'), '']),
        `Asked for by: ${task.requirement}`,
        ...(groups.length > 1 ? [`Phase ${g + 1}: ${groups[g]?.title ?? ''}`] : []),
        ...(task.estimate === null ? [] : [`Estimated time: ${task.estimate}`]),
        ...(above === null && frame.id !== null ? [`Backlog item: ${frame.id}`] : []),
      ],
      criteria: task.criteria,
      done: task.gates,
      plan: task.commands.flatMap((command) => ['```bash', ...command.split('\n'), '```']),
    });
    return { path, before: null, after: text };
  });
}
