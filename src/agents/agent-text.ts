// Asks a configured agent for text: its command line gets a prompt in a file and answers on its standard output.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../model/config';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { AgentText } from '../workflow/action';
import { answerCommand, PROMPT_VARIABLE } from './presets';
import { AGENT_VARIABLE } from './agent-variable';

/** Runs one command to its end; see system/command-runner. */
type Run = (request: {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}) => Promise<{
  readonly exitCode: number | null;
  readonly why: 'finished' | 'timeout' | 'cancelled' | 'not-started' | 'lost';
  readonly out: string;
  readonly err: string;
}>;

export interface AgentTextOptions {
  /** Absolute workspace folder. */
  readonly root: string;
  readonly config: () => Config;
  readonly run: Run;
  readonly environment: () => Readonly<Record<string, string>>;
  readonly nextId: () => string;
}

export function createAgentText(options: AgentTextOptions): AgentText {
  const command = (): string | null => answerCommand(options.config().agent, process.platform);
  return {
    command,
    async complete(prompt, signal): Promise<Result<string, Failure>> {
      const line = command();
      if (line === null) return err({ kind: 'language-model', reason: 'none', message: '' });
      const folder = join(options.root, '.soloflow', 'prompts');
      const file = join(folder, `${options.nextId()}.md`);
      mkdirSync(folder, { recursive: true });
      // Readable by nobody else: it quotes what stands here.
      writeFileSync(file, prompt, { mode: 0o600 });
      try {
        const done = await options.run({
          command: line,
          cwd: options.root,
          env: { ...options.environment(), [AGENT_VARIABLE]: '1', [PROMPT_VARIABLE]: file },
          signal,
          timeoutMs: options.config().agent.timeoutMinutes * 60_000,
        });
        if (done.why === 'cancelled') return err({ kind: 'cancelled' });
        if (done.why === 'finished' && done.exitCode === 0) return ok(done.out);
        const tail = done.err.trim().split('\n').slice(-3).join(' ');
        const how = done.why === 'finished' ? `it ended with ${String(done.exitCode)}` : done.why;
        return err({ kind: 'language-model', reason: 'failed', message: `${how} ${tail}`.trim() });
      } finally {
        rmSync(file, { force: true });
      }
    },
  };
}
