// How a program starts our MCP server, and the file by which an agent that we start is told about it.

/** A process that serves MCP on its standard streams. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** JSON that Claude Code and Copilot take; each leaves alone what the other needs. */
export const serverFile = (server: ServerCommand): string =>
  `${JSON.stringify({ mcpServers: { soloflow: { type: 'stdio', tools: ['*'], ...server } } }, null, 2)}\n`;
