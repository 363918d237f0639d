// Which state may follow which. The engine decides by this table and the database refuses what is not in it,
// so that an illegal move cannot be stored even by a bug. Staying in a state is always legal.
import type { RunStatus, TaskState } from './run';

/**
 * Legal next states of a task in a run. Leaving a final state is a person's wish (retry, retry from here, a task that
 * came back into the plan); a succeeded task may be opened again but never fails or is skipped afterwards.
 */
export const TASK_TRANSITIONS: Readonly<Record<TaskState, readonly TaskState[]>> = {
  waiting: ['ready', 'paused', 'succeeded', 'failed', 'skipped', 'cancelled'],
  ready: ['waiting', 'running', 'checking', 'paused', 'succeeded', 'failed', 'skipped', 'cancelled'],
  running: [
    'waiting',
    'ready',
    'checking',
    'retrying',
    'paused',
    'succeeded',
    'failed',
    'skipped',
    'cancelling',
    'cancelled',
  ],
  checking: [
    'waiting',
    'ready',
    'running',
    'retrying',
    'paused',
    'succeeded',
    'failed',
    'skipped',
    'cancelling',
    'cancelled',
  ],
  retrying: ['waiting', 'ready', 'running', 'paused', 'succeeded', 'failed', 'skipped', 'cancelling', 'cancelled'],
  paused: [
    'waiting',
    'ready',
    'running',
    'checking',
    'retrying',
    'succeeded',
    'failed',
    'skipped',
    'cancelling',
    'cancelled',
  ],
  cancelling: ['waiting', 'ready', 'paused', 'succeeded', 'failed', 'skipped', 'cancelled'],
  succeeded: ['waiting', 'ready'],
  failed: ['waiting', 'ready', 'retrying', 'paused', 'succeeded', 'skipped', 'cancelled'],
  skipped: ['waiting', 'ready', 'succeeded'],
  cancelled: ['waiting', 'ready', 'succeeded'],
};

/** Legal next statuses of a run. An ended run may be opened again by retry. */
export const RUN_TRANSITIONS: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  created: ['running', 'paused', 'cancelling', 'succeeded', 'failed', 'cancelled'],
  running: ['paused', 'cancelling', 'succeeded', 'failed', 'cancelled'],
  paused: ['created', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'],
  cancelling: ['running', 'paused', 'succeeded', 'failed', 'cancelled'],
  succeeded: ['running', 'paused'],
  failed: ['running', 'paused', 'cancelled'],
  cancelled: ['running', 'paused'],
};

/** May a task go from one state to the other? */
export const isLegalTaskMove = (from: TaskState, to: TaskState): boolean =>
  from === to || TASK_TRANSITIONS[from].includes(to);

/** May a run go from one status to the other? */
export const isLegalRunMove = (from: RunStatus, to: RunStatus): boolean =>
  from === to || RUN_TRANSITIONS[from].includes(to);

const NEW_TRIES: readonly TaskState[] = ['running', 'checking', 'retrying', 'paused'];

/**
 * Moves that one stored transaction may make: every legal move, and the way from any state through waiting or ready
 * into work, because one tick of the engine may take both steps at once.
 */
export function storedTaskMoves(): readonly (readonly [from: TaskState, to: TaskState])[] {
  const states = Object.keys(TASK_TRANSITIONS) as TaskState[];
  return states.flatMap((from) =>
    states
      .filter((to) => to !== from)
      .filter((to) => TASK_TRANSITIONS[from].includes(to) || (NEW_TRIES.includes(to) && opensAgain(from)))
      .map((to) => [from, to] as const),
  );
}
const opensAgain = (from: TaskState): boolean =>
  from === 'waiting' || from === 'ready' || TASK_TRANSITIONS[from].includes('ready');

/** Moves of a run's status that one stored transaction may make. */
export function storedRunMoves(): readonly (readonly [from: RunStatus, to: RunStatus])[] {
  return (Object.keys(RUN_TRANSITIONS) as RunStatus[]).flatMap((from) =>
    RUN_TRANSITIONS[from].map((to) => [from, to] as const),
  );
}
