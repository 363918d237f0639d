// Which tasks an agent may take: those that no other has. Whether a claim holds is decided by the engine; here one looks.
import type { Item } from '../model/plan';
import { FINAL_TASK_STATES, type Claim, type TaskRun } from '../model/run';
import type { Workspace } from './action';

const RUNS = 50;

/** Who has a task now, this session aside; null: nobody. A holder whose session has ended holds nothing. */
export function holderOf(workspace: Pick<Workspace, 'engine' | 'session'>, key: string): Claim | null {
  for (const { run, tasks } of workspace.engine.runs(RUNS)) {
    if (run.endedAt !== null) continue;
    for (const task of tasks) {
      if (task.spec.key !== key && task.taskKey !== key) continue;
      const claim = standingClaim(workspace, task);
      if (claim !== null && claim.session !== workspace.session?.id) return claim;
    }
  }
  return null;
}

/** The claim on a task that still stands; null: anybody may take it. */
function standingClaim({ session }: Pick<Workspace, 'session'>, { claim, state }: TaskRun): Claim | null {
  if (claim === undefined || FINAL_TASK_STATES.has(state) || claim.until <= Date.now()) return null;
  return session?.isOpen(claim.session) === false ? null : claim;
}

/** What is next and free for this session, best first. */
export function freeNext(
  workspace: Pick<Workspace, 'engine' | 'session' | 'plan'>,
  limit: number,
): readonly { readonly item: Item; readonly because: readonly string[] }[] {
  const taken = workspace.engine
    .runs(RUNS)
    .flatMap(({ run, tasks }) => (run.endedAt === null ? tasks : []))
    .filter(({ claim }) => claim !== undefined).length;
  return workspace.plan
    .next(limit + taken)
    .filter(({ item }) => holderOf(workspace, item.key) === null)
    .slice(0, limit);
}

/** With what words about a task go to the engine: our session, and the holder's where it is known to have ended. */
export function speaker(
  { session }: Pick<Workspace, 'session'>,
  { claim }: TaskRun,
): { readonly session?: string; readonly gone?: string } {
  if (session === undefined) return {};
  const gone = claim !== undefined && claim.session !== session.id && !session.isOpen(claim.session);
  return { session: session.id, ...(gone ? { gone: claim.session } : {}) };
}
