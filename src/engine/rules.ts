// Auto-advance: does the run wait for a person after a task that is done? The truth table stands in docs/engine.md.
import type { PauseReason } from '../model/pause';
import type { RunOptions, TaskSpec } from '../model/run';
import { sensitivity } from './pause-rules';

/** Critical, P0 and the flame of the reference backlog. */
const isCritical = (priority: string | null): boolean => priority !== null && /\bcritical\b|\bP0\b|🚨/iu.test(priority);

/** A yes that somebody said: the task's own field, or the run's option where the task has no field. */
export const explicitYes = (spec: TaskSpec, options: RunOptions): boolean => spec.autoAdvance ?? options.autoAdvance;

/**
 * Why the run waits after this task, null if it goes on. Explicit fields win: Auto-Advance yes never waits; Pause
 * After yes waits unless Auto-Advance is yes; Pause After no does not wait. Only where a field is missing do the run's
 * option and then the defaults (Critical, database and deployment steps wait) speak.
 */
export function waitAfter(spec: TaskSpec, options: RunOptions): PauseReason | null {
  if (spec.autoAdvance === true) return null;
  if (spec.pauseAfter === true) return { kind: 'pause-after', prompt: spec.readyPrompt };
  if (spec.pauseAfter === false) return null;
  if (spec.autoAdvance === false) return { kind: 'no-auto-advance', why: 'explicit' };
  if (options.autoAdvance) return null;
  if (isCritical(spec.priority)) return { kind: 'no-auto-advance', why: 'priority' };
  // With smart pause on these were asked about before they began.
  const kind = options.smartPause ? null : sensitivity(spec);
  return kind === null ? null : { kind: 'no-auto-advance', why: kind };
}

/** A wait that the author wrote down: asked even when a person has just vouched for the task. */
export const isWritten = (reason: PauseReason): boolean => reason.kind === 'pause-after';
