// Starts the run of a sprint or a goal: the same as `execute` with its id.
import type { Failure } from '../../model/failure';
import type { Result } from '../../model/result';
import type { RunScope } from '../../model/run';
import type { Call, Workspace } from '../action';
import { beginRun } from '../begin-run';
import type { RunOutput } from '../run-output';

export async function startScope(
  workspace: Workspace,
  scope: RunScope & { kind: 'sprint' | 'goal' },
  autoAdvance: boolean,
  call: Call,
): Promise<Result<RunOutput, Failure>> {
  const { concurrency } = workspace.config().run;
  return beginRun(
    workspace,
    { scope, options: { autoAdvance, smartPause: true, contextPreserve: true, concurrency } },
    call,
  );
}
