// The MCP server of one workspace: every declared action that agents may use, as a tool. Approving and answering stay with people.
import { McpServer } from '@modelcontextprotocol/server';
import type { AnyAction } from '../workflow/actions';
import type { Workspace } from '../workflow/action';
import { describeFailure } from '../workflow/words/failure-words';
import { english } from '../workflow/words/translate';

/** `client`: name of the connected agent, kept with everything it causes. */
export function createServer(
  workspace: Workspace,
  actions: readonly AnyAction[],
  version: string,
  client: () => string,
): McpServer {
  const server = new McpServer({ name: 'soloflow', version });
  for (const action of actions.filter((each) => each.surfaces.includes('mcp')))
    register(server, workspace, action, client);
  return server;
}

function register(server: McpServer, workspace: Workspace, action: AnyAction, client: () => string): void {
  server.registerTool(
    action.name,
    {
      title: action.title,
      description: action.description,
      inputSchema: action.input,
      annotations: {
        readOnlyHint: action.effect === 'read',
        destructiveHint: false,
        idempotentHint: action.effect === 'read',
        openWorldHint: false,
      },
    },
    async (input, context) => {
      const done = await action.run(workspace, input, {
        by: `mcp:${client()}`,
        signal: context.mcpReq.signal,
        progress: () => {},
      });
      if (!done.ok) return { isError: true, content: [{ type: 'text', text: describeFailure(done.error, english) }] };
      return { content: [{ type: 'text', text: JSON.stringify(done.value) }] };
    },
  );
}
