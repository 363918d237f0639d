// What an agent is told that is to do one task: the task, what is known around it, and how its work is judged.
import type { Gate } from '../model/gate';
import { gateCommand } from '../model/gate';
import type { TaskSpec } from '../model/run';
import { fenced } from './prompts';
import { plainJson, plainText } from './plain-text';

const BY_MCP = [
  'If the MCP server "soloflow" is available (command: soloflow mcp): report-progress at milestones, ask-person where a',
  'decision is not yours, recall for what was decided earlier, remember for what the next one must know. You cannot',
  'approve commands or answer for a person.',
];
const BY_TOOLS = [
  'Work with the tools you have: look first, then edit. run-gates tells what the gates would say now; ask-person where a',
  'decision is not yours, recall for what was decided earlier, remember for what the next one must know. No tool runs',
  'commands of yours. Stop calling tools when you have ended.',
];

/** `context`: all that is known of the task, as data. `by`: how the agent reaches us. */
export function taskPrompt(spec: TaskSpec, context: unknown, by: 'mcp' | 'tools' = 'mcp'): string {
  const steps = spec.steps ?? [];
  return [
    `Do one task of this workspace's plan: ${plainText(spec.title)} (${spec.path}:${String(spec.line)}).`,
    '',
    'Work only in this folder. Make the smallest change that meets the criteria. Leave the plan documents alone: the',
    'status is written for you once the gates are green. End with a short account of what you did and where to see it.',
    '',
    spec.gates.length === 0
      ? 'No gate is defined: a person will look at the result.'
      : `These gates are run when you have ended, and they decide:\n${spec.gates.map((gate) => `- ${gateText(gate)}`).join('\n')}`,
    ...(steps.length === 0 ? [] : ['', 'Steps the author wrote:', fenced('steps', steps.join('\n'))]),
    '',
    ...(by === 'mcp' ? BY_MCP : BY_TOOLS),
    '',
    fenced('task', plainJson(context, 1)),
    '',
  ].join('\n');
}

function gateText(gate: Gate): string {
  const command = gateCommand(gate);
  return plainText(command === null ? `${gate.name} (${gate.kind})` : `\`${command}\``);
}
