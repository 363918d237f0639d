// Whoever can answer a prompt with text: the editor's language model, else a configured agent's command line.
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import type { Workspace } from '../action';

export interface Writer {
  /** As a person knows it. */
  readonly name: string;
  /** Must be approved before it runs; null: nothing runs. */
  readonly command: string | null;
  complete(prompt: string, signal: AbortSignal): Promise<Result<string, Failure>>;
}

/** null: neither is there, and nothing is offered. */
export async function writerOf(workspace: Workspace): Promise<Writer | null> {
  const { languageModel, agentText } = workspace;
  const model = (await languageModel?.available()) ?? null;
  const redact = workspace.redact ?? ((text: string) => text);
  if (languageModel !== undefined && model !== null)
    return {
      name: model,
      command: null,
      complete: async (prompt, signal) => {
        const answered = await languageModel.complete(redact(prompt), signal);
        return answered.ok ? ok(redact(answered.value)) : answered;
      },
    };
  const command = agentText?.command() ?? null;
  if (agentText === undefined || command === null) return null;
  return {
    name: workspace.config().agent.preset ?? command.split(/\s+/)[0] ?? command,
    command,
    complete: (prompt, signal) => agentText.complete(redact(prompt), signal),
  };
}

/** What stands here goes out only of a trusted folder; a command runs only with a person's approval of exactly its text; an agent cannot give it. */
export function allowed(workspace: Workspace, writer: Writer, approve: boolean, by: string): Result<null, Failure> {
  if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
  if (writer.command === null) return ok(null);
  if (approve && !by.startsWith('mcp')) workspace.approvals.approve([writer.command], by);
  return workspace.approvals.isApproved(writer.command)
    ? ok(null)
    : err({ kind: 'not-approved', commands: [writer.command] });
}
