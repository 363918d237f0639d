// Starts the run of a sprint or a goal: the same as `execute` with its id.
import type { Failure } from '../../model/failure';
import { err, type Result } from '../../model/result';
import type { RunScope } from '../../model/run';
import type { Call, Workspace } from '../action';
import { runOutput, type RunOutput } from '../run-output';

export async function startScope(
  workspace: Workspace,
  scope: RunScope & { kind: 'sprint' | 'goal' },
  autoAdvance: boolean,
  call: Call,
): Promise<Result<RunOutput, Failure>> {
  if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
  const started = await workspace.engine.start({
    scope,
    options: { autoAdvance, smartPause: true, contextPreserve: true, concurrency: workspace.config().run.concurrency },
    requestKey: `${call.by}:${scope.kind}:${scope.id}:${workspace.engine.runs(1)[0]?.run.id ?? 'first'}`,
    by: call.by,
  });
  return started.ok ? runOutput(workspace, started.value.id) : started;
}
