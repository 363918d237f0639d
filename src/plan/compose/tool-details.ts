// What tools with records of their own (Task Master, beads) have no field for, as lines of their free text.
import { normalId } from '../graph/ids';
import { oneLine } from '../write/task-text';
import type { GeneratedTask, TaskGroup } from './derive-tasks';

export interface WholeFrame {
  readonly id: string | null;
  readonly title: string;
  /** Path of the PRD, or why there is none. */
  readonly prd: string;
  readonly description: string | null;
}

const OWNER = 'Backlog item: ';

/** The lines that tie the whole to its item and its PRD. */
export const wholeDetails = (frame: WholeFrame): readonly string[] => [
  ...(frame.id === null ? [] : [`${OWNER}${oneLine(frame.id)}`]),
  `PRD: ${oneLine(frame.prd)}`,
];

/** The item a free text names as its owner, normalised; null: none. */
export function ownerNamed(text: string | null): string | null {
  const id =
    text === null
      ? undefined
      : /^Backlog item: ([A-Za-z]{1,8}[-\u2010-\u2015][\w.\u2010-\u2015-]{1,20})$/m.exec(text)?.[1];
  return id === undefined ? null : normalId(id);
}

/** `phase`: under which it stands; null: there is only one. */
export const taskDetails = (task: GeneratedTask, phase: string | null): readonly string[] => [
  `Requirement: ${oneLine(task.requirement)}`,
  ...(phase === null ? [] : [`Phase: ${oneLine(phase)}`]),
  `Type: ${oneLine(task.type)}`,
  `MoSCoW: ${task.moscow}`,
  ...(task.estimate === null ? [] : [`Estimated time: ${oneLine(task.estimate)}`]),
  ...(task.pauseAfter ? ['Pause after: yes'] : []),
  ...task.commands.map((command) => `Command: ${command.trim()}`),
];

/** Numbers of the tasks it waits for; a whole phase is named by its tasks. */
export function needsOf(task: GeneratedTask, groups: readonly TaskGroup[]): readonly string[] {
  return task.dependencies.flatMap((each) => {
    const phase = /^Phase (\d+)/.exec(each)?.[1];
    return phase === undefined ? [each] : (groups[Number(phase) - 1]?.tasks ?? []).map(({ number }) => number);
  });
}
