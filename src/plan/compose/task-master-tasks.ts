// Generated tasks as Task Master keeps them: one task for the whole with a sub-task each, at the end of the current tag.
import type { Failure } from '../../model/failure';
import type { PlanDocument } from '../../model/plan';
import { ok, type Result } from '../../model/result';
import { appendObject } from '../write/append-task-master';
import { applyEdits } from '../write/text-edits';
import { oneLine } from '../write/task-text';
import { needsOf, taskDetails, wholeDetails, type WholeFrame } from './tool-details';
import type { GeneratedTask, TaskGroup } from './derive-tasks';

/** The whole text of tasks.json with them, every other byte as it was. A list that cannot take them: 'not-writable'. */
export function withTaskMasterTasks(
  document: PlanDocument,
  text: string,
  groups: readonly TaskGroup[],
  frame: WholeFrame,
): Result<string, Failure> {
  const tasks = groups.flatMap((group) => group.tasks);
  const [only] = tasks;
  const edits = appendObject(document, text, null, (number, strings) => {
    const id = (n: number): string | number => (strings ? String(n) : n);
    if (only !== undefined && tasks.length === 1)
      return {
        ...fields(id(number), only, [], [...taskDetails(only, null), '', ...wholeDetails(frame)]),
        subtasks: [],
      };
    const at = new Map(tasks.map((task, n) => [task.number, n + 1]));
    return {
      id: id(number),
      title: oneLine(frame.title),
      description: frame.description ?? '',
      details: wholeDetails(frame).join('\n'),
      testStrategy: '',
      status: 'pending',
      dependencies: [],
      priority: priorityIn(tasks.find((task) => task.priority === 'Critical') ?? tasks[0]),
      subtasks: groups.flatMap((group) =>
        group.tasks.map((task) =>
          fields(
            // Sub-tasks are counted by numbers even where tasks have texts for ids.
            at.get(task.number) ?? 0,
            task,
            needsOf(task, groups).flatMap((each) => at.get(each) ?? []),
            taskDetails(task, groups.length > 1 ? group.title : null),
          ),
        ),
      ),
    };
  });
  return edits.ok ? ok(applyEdits(text, edits.value)) : edits;
}

const priorityIn = (task: GeneratedTask | undefined): string => (task?.priority ?? 'Medium').toLowerCase();

const fields = (
  id: string | number,
  task: GeneratedTask,
  dependencies: readonly number[],
  details: readonly string[],
): Readonly<Record<string, unknown>> => ({
  id,
  title: oneLine(task.title),
  description: task.description ?? '',
  details: details.join('\n'),
  testStrategy: task.gates.map(oneLine).join('\n'),
  ...(task.criteria.length === 0 ? {} : { acceptanceCriteria: task.criteria.map(oneLine) }),
  status: 'pending',
  dependencies,
  priority: priorityIn(task),
});
