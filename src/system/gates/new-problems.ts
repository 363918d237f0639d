// Which problems of the editor came up with a task: what is shown now, less what was shown when work on it began.
import { setTimeout as delay } from 'node:timers/promises';

/** Language servers look at a changed file a moment later: what is shown counts when it has been the same for so long … */
const QUIET_MS = 1000;
/** … or after this time. */
const MOST_MS = 10_000;
const LOOK_MS = 200;

export interface NewProblems {
  /** Work on a task begins: what is shown now is not its doing. Later attempts change nothing of that. */
  begin(runId: string, taskKey: string): void;
  /** One line each; null: nobody looked when the work began, and something is shown now. */
  since(runId: string, taskKey: string, signal: AbortSignal): Promise<readonly string[] | null>;
  /** The task is over. */
  forget(runId: string, taskKey: string): void;
  /** The run is over. */
  forgetRun(runId: string): void;
}

/** `shown`: "path:line message" for each problem of the editor. */
export function createNewProblems(shown: () => readonly string[], quietMs = QUIET_MS): NewProblems {
  const before = new Map<string, Map<string, readonly string[]>>();
  return {
    begin(runId, taskKey) {
      const run = before.get(runId) ?? new Map<string, readonly string[]>();
      before.set(runId, run);
      if (!run.has(taskKey)) run.set(taskKey, shown());
    },
    async since(runId, taskKey, signal) {
      const now = await settled(shown, quietMs, signal);
      const known = before.get(runId)?.get(taskKey);
      if (known === undefined) return now.length === 0 ? [] : null;
      return beyond(known, now);
    },
    forget: (runId, taskKey) => void before.get(runId)?.delete(taskKey),
    forgetRun: (runId) => void before.delete(runId),
  };
}

async function settled(
  shown: () => readonly string[],
  quietMs: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let last = shown();
  let same = 0;
  for (let waited = 0; same < quietMs && waited < MOST_MS && !signal.aborted; waited += LOOK_MS) {
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const now = shown();
    same = now.join('\n') === last.join('\n') ? same + LOOK_MS : 0;
    last = now;
  }
  return last;
}

/** What there is more of than before. A problem that only moved to another line is the old one. */
function beyond(before: readonly string[], now: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of before) left.set(withoutLine(line), (left.get(withoutLine(line)) ?? 0) + 1);
  return now.filter((line) => {
    const rest = left.get(withoutLine(line)) ?? 0;
    left.set(withoutLine(line), rest - 1);
    return rest <= 0;
  });
}
const withoutLine = (line: string): string => line.replace(/:\d+ /, ' ');
