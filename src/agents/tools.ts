// One declared action as an MCP tool. Approving and answering are not among them: those stay with people.
import type { CallToolResult, McpServer, ServerContext } from '@modelcontextprotocol/server';
import type { Failure } from '../model/failure';
import type { AnyAction } from '../workflow/actions';
import { describeFailure } from '../workflow/words/failure-words';
import { english } from '../workflow/words/translate';
import { plainJson, plainText } from './plain-text';
import type { At } from './at';
import { inputFor, inputSchemaOf, outputSchemaOf } from './tool-schemas';

/** Calling these again with the same words changes nothing more. */
const REPEATABLE: ReadonlySet<string> = new Set(['start-task', 'run-gates', 'ask-person']);

export function registerTool(server: McpServer, at: At, action: AnyAction, client: () => string): void {
  const reads = action.effect === 'read';
  const outputSchema = outputSchemaOf(action);
  server.registerTool(
    action.name,
    {
      title: action.title,
      description: action.description,
      inputSchema: inputSchemaOf(action),
      ...(outputSchema === undefined ? {} : { outputSchema }),
      annotations: {
        readOnlyHint: reads,
        destructiveHint: false,
        idempotentHint: reads || REPEATABLE.has(action.name),
        openWorldHint: false,
      },
    },
    (input, context) => perform(at, action, inputFor(action, input), client(), context),
  );
}

/** Does an action for an agent: `input` is what its schema took. */
export async function perform(
  at: At,
  action: AnyAction,
  input: Record<string, unknown>,
  by: string,
  context: ServerContext,
): Promise<CallToolResult> {
  const workspace = await at();
  // Whatever an agent sends: where nobody trusts the folder nothing is run and nothing written.
  if (action.effect !== 'read' && !workspace.approvals.trusted()) return refusal({ kind: 'untrusted' });
  const done = await action.run(workspace, input, {
    by,
    signal: context.mcpReq.signal,
    progress: progressOf(context),
  });
  return done.ok ? answer(done.value) : refusal(done.error);
}

export function answer(given: unknown): CallToolResult {
  const text = plainJson(given);
  const value: unknown = JSON.parse(text);
  return { content: [{ type: 'text', text }], ...(isObject(value) ? { structuredContent: value } : {}) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const refusal = (failure: Failure): CallToolResult => ({
  isError: true,
  content: [{ type: 'text', text: plainText(describeFailure(failure, english)) }],
});

/** Progress goes to a client that asked for it by a token; nobody waits for its delivery. */
function progressOf(context: ServerContext): (step: string, fraction: number | null) => void {
  const token = context.mcpReq._meta?.progressToken;
  if (token === undefined) return () => {};
  let count = 0;
  return (step, fraction) => {
    count += 1;
    const progress = fraction ?? count;
    const params = { progressToken: token, progress, message: step, ...(fraction === null ? {} : { total: 1 }) };
    void context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
