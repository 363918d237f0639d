// Command lines of agents that people have installed. Each asks for no more than editing files in the workspace: what
// else an agent wants to do is for its own settings, or for the person, to allow. Never a permission bypass.
import type { Config } from '../model/config';

type Preset = NonNullable<Config['agent']['preset']>;

/** The task stands in a file whose path is in this variable. */
export const PROMPT_VARIABLE = 'SOLOFLOW_PROMPT';

/** A file that tells an agent how our MCP server is started; for those that take one on their command line. */
export const SERVER_VARIABLE = 'SOLOFLOW_MCP';

const CLAUDE = 'claude -p --permission-mode acceptEdits';
const STDIN: Readonly<Partial<Record<Preset, string>>> = {
  codex: 'codex exec --sandbox workspace-write -',
  gemini: 'gemini --approval-mode auto_edit',
};
const ARGUMENT: Readonly<Partial<Record<Preset, string>>> = { 'cursor-agent': 'cursor-agent -p' };

const ANSWERS: Readonly<Partial<Record<Preset, string>>> = {
  claude: 'claude -p',
  codex: 'codex exec --sandbox read-only -',
  gemini: 'gemini',
};
const ANSWERS_ARGUMENT: Readonly<Partial<Record<Preset, string>>> = {
  'cursor-agent': 'cursor-agent -p --output-format text',
  copilot: 'copilot -p',
};

const variable = (name: string, platform: NodeJS.Platform): string => (platform === 'win32' ? `%${name}%` : `$${name}`);

/** The command line that answers a prompt on its standard output and changes nothing; null where no agent is configured. */
export function answerCommand(agent: Config['agent'], platform: NodeJS.Platform): string | null {
  if (agent.command !== null && agent.command.trim() !== '') return agentCommand(agent, platform);
  if (agent.preset === null || agent.preset === 'editor') return null;
  const path = variable(PROMPT_VARIABLE, platform);
  const line = ANSWERS[agent.preset];
  if (line !== undefined) return `${line} < "${path}"`;
  return `${ANSWERS_ARGUMENT[agent.preset] ?? agent.preset} "Read the file ${path} and answer what it asks for. Change no file."`;
}

/** The command line that does a task, null where no agent is configured. The same for every task, so that one approval serves. */
export function agentCommand(agent: Config['agent'], platform: NodeJS.Platform): string | null {
  const path = variable(PROMPT_VARIABLE, platform);
  const server = variable(SERVER_VARIABLE, platform);
  const asked = `"Read the file ${path} and do the task that it describes."`;
  const fromStdin = (line: string): string => `${line} < "${path}"`;
  if (agent.command !== null && agent.command.trim() !== '') {
    return agent.command.includes(PROMPT_VARIABLE) ? agent.command : fromStdin(agent.command);
  }
  // The editor's model is no command.
  if (agent.preset === null || agent.preset === 'editor') return null;
  // Our own tools are allowed: what they do is refused or asked by us.
  if (agent.preset === 'claude') return fromStdin(`${CLAUDE} --mcp-config "${server}" --allowedTools mcp__soloflow`);
  if (agent.preset === 'copilot')
    return `copilot --allow-tool write --allow-tool soloflow --additional-mcp-config "@${server}" -p ${asked}`;
  const line = STDIN[agent.preset];
  if (line !== undefined) return fromStdin(line);
  return `${ARGUMENT[agent.preset] ?? agent.preset} ${asked}`;
}
