// Lets the editor's language model do tasks: told the task, it asks for files, edits and our actions until it has
// nothing more to ask. It runs no command. What it says when it ends proves nothing, the gates do.
import type { Worker } from '../engine/ports';
import type { Config } from '../model/config';
import type { TaskSpec } from '../model/run';
import type { ModelCall, ModelMessage, ToolModel } from '../workflow/language-model';
import { describeFailure } from '../workflow/words/failure-words';
import { english } from '../workflow/words/translate';
import { fenced } from './prompts';
import type { HandedTool } from './model-tools';
import type { KeepOutput } from './ports';
import { taskPrompt } from './task-prompt';

export interface ModelWorkerOptions {
  readonly model: ToolModel;
  readonly config: () => Config;
  /** All that is known of a task; asked when the work begins. */
  readonly context: (spec: TaskSpec) => unknown;
  /** What is told goes to wherever the model is. */
  readonly redact: (text: string) => string;
  readonly tools: (spec: TaskSpec, signal: AbortSignal) => readonly HandedTool[];
  readonly keep: KeepOutput;
  /** Milliseconds, for durations. */
  readonly monotonic: () => number;
}

/** What a person approves before the model begins in a folder for the first time. No shell understands it. */
export const MODEL_APPROVAL = "vscode.lm: the editor's language model reads and edits files of this folder";

/** A model that asks on and on is ended. */
const MOST_TURNS = 100;
/** Characters of the conversation after which old results are left out. */
const LONGEST_TALK = 300_000;
const RECENT = 8;

export function createModelWorker(options: ModelWorkerOptions): Worker {
  const chosen = (): boolean => {
    const { command, preset } = options.config().agent;
    return preset === 'editor' && (command ?? '').trim() === '';
  };
  return {
    canDo: (spec) => !spec.humanRequired && chosen(),
    commandFor: () => (chosen() ? MODEL_APPROVAL : null),
    async work(spec, _attempt, signal, output) {
      const began = options.monotonic();
      const kept = options.keep(output);
      const exitCode = await talk(options, spec, signal, (stream, text) => kept.write(stream, text)).catch(
        (error: unknown) => {
          kept.write('err', `${String(error)}\n`);
          return 1;
        },
      );
      return {
        exitCode: signal.aborted ? null : exitCode,
        signal: null,
        lost: false,
        outputs: kept.end(),
        durationMs: Math.round(options.monotonic() - began),
      };
    },
  };
}

type Say = (stream: 'out' | 'err', text: string) => void;

/** The exit code: 0 when the model has ended by itself. */
async function talk(options: ModelWorkerOptions, spec: TaskSpec, signal: AbortSignal, say: Say): Promise<number> {
  const { model } = options;
  const name = await model.available();
  if (name !== null) say('out', `${name}\n`);
  const tools = options.tools(spec, signal);
  const messages: ModelMessage[] = [
    { role: 'user', text: options.redact(taskPrompt(spec, options.context(spec), 'tools')) },
  ];
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const answered = await model.turn(messages, tools, signal, (piece) => say('out', piece));
    if (!answered.ok) {
      say('err', `${describeFailure(answered.error, english)}\n`);
      return 1;
    }
    const { text, calls } = answered.value;
    if (text !== '' && !text.endsWith('\n')) say('out', '\n');
    if (calls.length === 0) return 0;
    messages.push({ role: 'model', text, calls });
    const results: { readonly id: string; readonly text: string }[] = [];
    for (const call of calls) {
      if (signal.aborted) return 1;
      results.push({ id: call.id, text: await resultOf(call, tools, say) });
    }
    messages.push({ role: 'results', results });
    shorten(messages);
  }
  say('err', `It was ended after ${MOST_TURNS} turns.\n`);
  return 1;
}

async function resultOf(call: ModelCall, tools: readonly HandedTool[], say: Say): Promise<string> {
  const tool = tools.find(({ name }) => name === call.name);
  say('out', `→ ${call.name.slice(0, 60)} ${tool?.about(call.input) ?? ''}`.trimEnd());
  const result = await tool?.call(call.input).catch((error: unknown) => String(error));
  if (result === undefined || typeof result === 'string' || !result.ok) {
    const why =
      result === undefined
        ? `There is no tool "${call.name.slice(0, 60)}".`
        : typeof result === 'string'
          ? result
          : describeFailure(result.error, english);
    say('out', `: ${why}\n`);
    return `Refused: ${why}`;
  }
  say('out', '\n');
  return fenced('result', result.value);
}

/** Old results go first: the task and what was done about it stay. */
function shorten(messages: ModelMessage[]): void {
  const length = (message: ModelMessage): number => JSON.stringify(message).length;
  let all = messages.reduce((sum, message) => sum + length(message), 0);
  for (let at = 0; at < messages.length - RECENT && all > LONGEST_TALK; at += 1) {
    const message = messages[at];
    if (message?.role !== 'results') continue;
    const short: ModelMessage = {
      role: 'results',
      results: message.results.map(({ id }) => ({ id, text: '[left out: long ago]' })),
    };
    all += length(short) - length(message);
    messages[at] = short;
  }
}
