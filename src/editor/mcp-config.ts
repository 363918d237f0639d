// How other programs are told about our MCP server, each in its own format. Pure text.

import type { ServerCommand } from '../agents/server-command';

/** The bundled server for one workspace folder, run by the editor's own Node, which can load the database. */
export const serverFor = (script: string, root: string, execPath: string): ServerCommand => ({
  command: execPath,
  args: [script, '--workspace', root],
  env: { ELECTRON_RUN_AS_NODE: '1' },
});

export const MCP_CLIENTS = ['claude', 'cursor', 'vscode', 'codex', 'gemini', 'copilot'] as const;
export type McpClient = (typeof MCP_CLIENTS)[number];

/** Names of programs, not to be translated, and the file that takes the text. */
export const CLIENT_NAMES: Readonly<Record<McpClient, { readonly name: string; readonly file: string }>> = {
  claude: { name: 'Claude Code', file: '.mcp.json' },
  cursor: { name: 'Cursor', file: '.cursor/mcp.json' },
  vscode: { name: 'VS Code', file: '.vscode/mcp.json' },
  codex: { name: 'Codex', file: '~/.codex/config.toml' },
  gemini: { name: 'Gemini CLI', file: '.gemini/settings.json' },
  copilot: { name: 'Copilot CLI', file: '~/.copilot/mcp-config.json' },
};

export function configText(client: McpClient, server: ServerCommand, platform: NodeJS.Platform): string {
  switch (client) {
    case 'claude':
    case 'cursor':
      return `${JSON.stringify({ mcpServers: { soloflow: server } }, null, 2)}\n`;
    case 'copilot':
      return `${JSON.stringify({ mcpServers: { soloflow: { type: 'local', tools: ['*'], ...server } } }, null, 2)}\n`;
    case 'gemini':
      return `${JSON.stringify({ mcpServers: { soloflow: withoutEnv(server, platform) } }, null, 2)}\n`;
    case 'vscode':
      return `${JSON.stringify({ servers: { soloflow: { type: 'stdio', ...server } } }, null, 2)}\n`;
    case 'codex': {
      // A JSON string is a TOML basic string.
      const pairs = Object.entries(server.env).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
      return [
        '[mcp_servers.soloflow]',
        `command = ${JSON.stringify(server.command)}`,
        `args = [${server.args.map((arg) => JSON.stringify(arg)).join(', ')}]`,
        `env = { ${pairs.join(', ')} }`,
        '',
      ].join('\n');
    }
  }
}

/**
 * Gemini CLI drops variables that change what a program is, as ours does for the editor's Node: said in the command.
 * Windows has no program for that.
 */
function withoutEnv(server: ServerCommand, platform: NodeJS.Platform): object {
  const pairs = Object.entries(server.env).map(([name, value]) => `${name}=${value}`);
  if (pairs.length === 0 || platform === 'win32') return server;
  return { command: '/usr/bin/env', args: [...pairs, server.command, ...server.args] };
}
