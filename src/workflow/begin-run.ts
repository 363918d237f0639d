// Begins a run of a scope, or goes on with the one that is open for exactly this scope: the same command twice is one
// run, and one that waited is taken up again with the options of the latest command.
import type { RunView, StartRequest } from '../engine/service';
import type { Failure } from '../model/failure';
import { err, type Result } from '../model/result';
import { taskUnder, withKeys, type RunScope } from '../model/run';
import type { Call, Workspace } from './action';
import { runOutput, type RunOutput } from './run-output';
import { itemUnder } from './scope';
import { beginPrds } from './status/prd-status';

/** `requestKey`: a run of its own, the same for the same key; without it an open run of the scope is gone on with. */
export async function beginRun(
  workspace: Workspace,
  request: Omit<StartRequest, 'by' | 'requestKey'> & { readonly requestKey?: string | undefined },
  call: Call,
): Promise<Result<RunOutput, Failure>> {
  if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
  const { scope, options } = request;
  const open = request.requestKey === undefined ? openRunOf(workspace, scope) : null;
  if (open !== null) {
    // What a run waits for is settled when it is started.
    const more = (request.after ?? []).find((id) => !open.run.after.includes(id));
    if (more !== undefined) {
      const message = `${open.run.title} is open already (${open.run.id}) and does not wait for ${more}; cancel it first`;
      return err({ kind: 'invalid-input', field: 'after', message });
    }
    const { worker } = open.run.options;
    const wanted = worker === undefined ? options : { ...options, worker };
    const resumed = await workspace.engine.wish({ kind: 'resume', runId: open.run.id, options: wanted }, call.by);
    return resumed.ok ? runOutput(workspace, open.run.id) : resumed;
  }
  const circle = waitsInCircles(workspace, scope);
  if (circle !== null) return err({ kind: 'nothing-to-run', what: circle, why: 'cycle' });
  const latest = workspace.engine.runs(1)[0]?.run.id ?? 'first';
  const started = await workspace.engine.start({
    ...request,
    requestKey: request.requestKey ?? `${call.by}:${JSON.stringify(scope)}:${latest}`,
    by: call.by,
  });
  if (!started.ok) return started;
  const run = runOutput(workspace, started.value.id);
  if (run.ok) await beginPrds(workspace, [...new Set(run.value.tasks.map(({ path }) => path))], call.by);
  return run;
}

/** Title of a scope in which every open task waits for another open one: nothing of it could ever begin. null: it is none. */
function waitsInCircles(workspace: Workspace, scope: RunScope): string | null {
  const found = workspace.planPort.tasks(scope);
  if (!found.ok) return null;
  const { tasks, title } = found.value;
  const status = workspace.planPort.status(tasks.map(({ key }) => key));
  const open = tasks.filter(({ key }) => status.get(key) !== 'done' && status.get(key) !== 'cancelled');
  const keys = new Set(open.map(({ key }) => key));
  return open.length > 0 && open.every(({ needs }) => needs.some((key) => keys.has(key))) ? title : null;
}

function openRunOf(workspace: Workspace, scope: RunScope): RunView | null {
  const wanted = JSON.stringify(scope);
  const snapshot = workspace.plan.snapshot();
  // Items may have been renamed since the run was started from them.
  const scopeNow = ({ run, tasks }: RunView): RunScope =>
    withKeys(run.scope, (key) => {
      const now = tasks.find(({ taskKey }) => taskKey === key)?.spec.key ?? key;
      return itemUnder(snapshot, now)?.key ?? now;
    });
  const open = workspace.engine
    .runs(1)
    .find(
      (view) =>
        view.run.endedAt === null && view.run.status !== 'cancelling' && JSON.stringify(scopeNow(view)) === wanted,
    );
  if (open === undefined || scope.kind !== 'ready') return open ?? null;
  // What is ready now may be more than what was ready then.
  const now = workspace.planPort.tasks(scope);
  return now.ok && now.value.tasks.every(({ key }) => taskUnder(open.tasks, key) !== undefined) ? open : null;
}
