// The MCP server of one workspace: declared actions as tools, the plan and the record as resources, a prompt for each role.
import { McpServer } from '@modelcontextprotocol/server';
import type { AnyAction } from '../workflow/actions';
import type { At } from './at';
import { registerPrompts } from './prompts';
import { registerResources } from './resources';
import { registerTool } from './tools';
import { registerWorkflow } from './workflow-tool';

/** A server ready to be connected. What it causes is kept under the name of the connected client. */
export function createServer(at: At, actions: readonly AnyAction[], version: string): McpServer {
  const server = new McpServer(
    { name: 'soloflow', version },
    {
      instructions:
        'Plans of this workspace as tasks. Take work with next and start-task, hand it in with complete-task: its gates decide. Ask the person with ask-person. You cannot approve commands.',
    },
  );
  const client = (): string => `mcp:${plainName(server.server.getClientVersion()?.name ?? 'agent')}`;
  for (const action of actions) if (action.surfaces.includes('mcp')) registerTool(server, at, action, client);
  registerWorkflow(server, at, actions, client);
  registerResources(server, at);
  registerPrompts(server, at);
  return server;
}

/** A client names itself: only plain signs go on into the record. */
const plainName = (name: string): string => name.replace(/[^\w.@/ -]+/g, '').slice(0, 60) || 'agent';
