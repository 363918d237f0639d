// Lets a configured agent do tasks that have no commands of their own: its command line runs like any other command,
// supervised, approved, limited in time; what it says when it ends proves nothing, the gates do.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Processes, Worker } from '../engine/ports';
import type { Config } from '../model/config';
import type { TaskSpec } from '../model/run';
import { describeFailure } from '../workflow/words/failure-words';
import { english } from '../workflow/words/translate';
import { AGENT_VARIABLE } from './agent-variable';
import { agentCommand, PROMPT_VARIABLE, SERVER_VARIABLE } from './presets';
import { serverFile, type ServerCommand } from './server-command';
import { taskPrompt } from './task-prompt';

export interface AgentWorkerOptions {
  /** Absolute workspace folder. */
  readonly root: string;
  readonly config: () => Config;
  readonly processes: Processes;
  /** All that is known of a task; asked when the work begins. */
  readonly context: (spec: TaskSpec) => unknown;
  /** What is told goes to wherever the agent's model is. */
  readonly redact: (text: string) => string;
  readonly environment: () => Readonly<Record<string, string>>;
  /** How our MCP server is started for this folder. */
  readonly server: ServerCommand;
  /** Its command line was approved and runs now: it may work in the folder through our server. */
  readonly begins: () => void;
}

export function createAgentWorker(options: AgentWorkerOptions): Worker {
  const commandFor = (): string | null => agentCommand(options.config().agent, process.platform);
  return {
    canDo: (spec) => !spec.humanRequired && commandFor() !== null,
    commandFor,
    async work(spec, attempt, signal, output) {
      const command = commandFor();
      if (command === null) throw new Error('no agent is configured');
      const folder = join(options.root, '.soloflow', 'prompts');
      const prompt = join(folder, `${attempt.id}.md`);
      mkdirSync(folder, { recursive: true });
      // Readable by nobody else: it may quote what is not theirs.
      writeFileSync(prompt, options.redact(taskPrompt(spec, options.context(spec))), { mode: 0o600 });
      const server = join(folder, `${attempt.id}.mcp.json`);
      const { env } = options.server;
      // Programs start their servers in environments of their own.
      writeFileSync(server, serverFile({ ...options.server, env: { ...env, [AGENT_VARIABLE]: '1' } }), { mode: 0o600 });
      options.begins();
      try {
        const started = await options.processes.start({
          attemptId: attempt.id,
          idempotencyKey: attempt.idempotencyKey,
          command,
          cwd: options.root,
          env: {
            ...options.environment(),
            SOLOFLOW_RUN: attempt.runId,
            SOLOFLOW_TASK: attempt.taskKey,
            SOLOFLOW_ATTEMPT: attempt.idempotencyKey,
            [AGENT_VARIABLE]: '1',
            [PROMPT_VARIABLE]: prompt,
            [SERVER_VARIABLE]: server,
          },
          title: spec.title,
          // Nobody could take it over: it talks to this host.
          ephemeral: true,
        });
        if (!started.ok) throw new Error(describeFailure(started.error, english));
        const handle = started.value;
        const heard = handle.onOutput(output);
        const end = (): void => void handle.end().catch(() => undefined);
        signal.addEventListener('abort', end);
        if (signal.aborted) end();
        try {
          return await handle.finished;
        } finally {
          signal.removeEventListener('abort', end);
          heard.dispose();
        }
      } finally {
        rmSync(prompt, { force: true });
        rmSync(server, { force: true });
      }
    },
  };
}
