// One declared action as an MCP tool. Approving and answering are not among them: those stay with people.
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import type { Workspace } from '../workflow/action';
import type { AnyAction } from '../workflow/actions';
import { describeFailure } from '../workflow/words/failure-words';
import { english } from '../workflow/words/translate';
import { plainText } from './plain-text';

export function registerTool(server: McpServer, workspace: Workspace, action: AnyAction, client: () => string): void {
  const reads = action.effect === 'read';
  server.registerTool(
    action.name,
    {
      title: action.title,
      description: action.description,
      inputSchema: action.input,
      annotations: { readOnlyHint: reads, destructiveHint: false, idempotentHint: reads, openWorldHint: false },
    },
    async (input, context) => {
      const done = await action.run(workspace, input, {
        by: client(),
        signal: context.mcpReq.signal,
        progress: progressOf(context),
      });
      if (!done.ok)
        return { isError: true, content: [{ type: 'text', text: plainText(describeFailure(done.error, english)) }] };
      return { content: [{ type: 'text', text: plainText(JSON.stringify(done.value)) }] };
    },
  );
}

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
