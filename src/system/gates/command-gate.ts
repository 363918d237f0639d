// A command decides: status 0 is green. Nothing runs that a person has not approved.
import type { Approvals, GateContext } from '../../engine/ports';
import type { Evidence } from '../../model/gate';
import type { CommandResult, CommandRunner } from '../command-runner';
import type { Finding } from './finding';

export interface CommandGateOptions {
  readonly root: string;
  readonly approvals: Approvals;
  readonly run: CommandRunner;
  readonly env: () => Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const TAIL = 4000;

/** Runs it, or says why not. `result` is null when it did not run. */
export async function runGateCommand(
  command: string,
  context: GateContext,
  options: CommandGateOptions,
): Promise<{ readonly finding: Finding; readonly result: CommandResult | null }> {
  const refused = refusal(command, options.approvals);
  if (refused !== null) return { finding: refused, result: null };
  const { output } = context;
  const result = await options.run({
    command,
    ...(output === undefined ? {} : { output: (stream, text) => output(stream, text, command) }),
    cwd: options.root,
    env: {
      ...options.env(),
      SOLOFLOW_TASK: context.spec.key,
      SOLOFLOW_TASK_ATTEMPT: context.attempt.id,
      SOLOFLOW_RUN: context.runId,
    },
    signal: context.signal,
    timeoutMs: options.timeoutMs,
  });
  return { finding: { ...judge(result), evidence: evidenceOf(command, result) }, result };
}

function refusal(command: string, approvals: Approvals): Finding | null {
  if (!approvals.trusted()) {
    return { status: 'error', detail: `Not run, the workspace is not trusted: ${command}`, evidence: { command } };
  }
  if (!approvals.isApproved(command)) {
    return { status: 'error', detail: `Not run, it is not approved: ${command}`, evidence: { command } };
  }
  return null;
}

function judge(result: CommandResult): Pick<Finding, 'status' | 'detail'> {
  switch (result.why) {
    case 'finished':
      return result.exitCode === 0
        ? { status: 'pass', detail: 'exit code 0' }
        : { status: 'fail', detail: `exit code ${result.exitCode}` };
    case 'timeout':
      return { status: 'error', detail: 'ended after its time was up' };
    case 'cancelled':
      return { status: 'error', detail: 'cancelled' };
    case 'not-started':
      return { status: 'error', detail: 'could not be started' };
    case 'lost':
      return { status: 'error', detail: 'ended from outside' };
  }
}

function evidenceOf(command: string, result: CommandResult): Evidence {
  return {
    command,
    exitCode: result.exitCode,
    outputTail: tails(result.out, result.err),
    durationMs: Math.round(result.durationMs),
  };
}

/** The end of both streams: what one of them has to say is not pushed out by the other's noise. */
function tails(out: string, err: string): string {
  const end = (text: string, most: number): string => (text.length > most ? `…${text.slice(-most)}` : text);
  const half = TAIL / 2;
  const parts = [end(out, Math.max(half, TAIL - err.length)), end(err, Math.max(half, TAIL - out.length))];
  return parts.filter((part) => part.trim() !== '').join('\n');
}
