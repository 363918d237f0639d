// The tools of the editor's agent mode against a stand-in of the editor: what is confirmed, what is refused, and under
// whose name it runs.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { Folder, Folders } from '../../../src/editor/folder';
import { registerLmTools } from '../../../src/editor/lm-tools';
import { LM_TOOLS, lmToolName } from '../../../src/editor/lm-tool-names';
import { err, ok } from '../../../src/model/result';
import type { Call } from '../../../src/workflow/action';
import { actions, type AnyAction } from '../../../src/workflow/actions';

interface Prepared {
  readonly invocationMessage: string;
  readonly confirmationMessages?: { readonly title: string; readonly message: { readonly value: string } };
}
interface Tool {
  prepareInvocation(options: { readonly input: unknown }): Prepared;
  invoke(
    options: { readonly input: unknown },
    token: object,
  ): Promise<{ readonly content: readonly { value: string }[] }>;
}

const editor = vi.hoisted(() => {
  class MarkdownString {
    value = '';
    readonly isTrusted = undefined;
    appendCodeblock(code: string, language: string): this {
      this.value += `\`\`\`${language}\n${code}\n\`\`\``;
      return this;
    }
  }
  class Holder {
    readonly content: unknown;
    constructor(content: unknown) {
      this.content = content;
    }
  }
  class Text {
    readonly value: string;
    constructor(value: string) {
      this.value = value;
    }
  }
  const tools = new Map<string, unknown>();
  const nothing = { dispose: () => undefined };
  return {
    tools,
    vscode: {
      Disposable: { from: () => nothing },
      MarkdownString,
      LanguageModelToolResult: Holder,
      LanguageModelTextPart: Text,
      l10n: {
        t: (message: string, ...args: readonly unknown[]) =>
          message.replace(/\{(\d+)\}/g, (_, at: string) => String(args[Number(at)])),
      },
      window: { activeTextEditor: undefined },
      lm: {
        registerTool: (name: string, tool: unknown) => {
          tools.set(name, tool);
          return nothing;
        },
      },
    },
  };
});
vi.mock('vscode', () => editor.vscode);

const token = { onCancellationRequested: () => ({ dispose: () => undefined }) };
const folders = (trusted: boolean): Folders =>
  ({
    all: () => [{ workspace: { approvals: { trusted: () => trusted } } } as unknown as Folder],
  }) as unknown as Folders;
const tool = (name: string): Tool => editor.tools.get(lmToolName(name)) as Tool;
const said = async (name: string, input: unknown): Promise<string> =>
  (await tool(name).invoke({ input }, token)).content.map(({ value }) => value).join('');

describe('tools of the agent mode', () => {
  beforeEach(() => editor.tools.clear());

  it('are the ones of the manifest; what does more than read is confirmed, with what would be sent as plain text', () => {
    registerLmTools(actions, folders(true));
    expect([...editor.tools.keys()].sort()).toEqual([...LM_TOOLS].map(lmToolName).sort());
    const input = { item: 'T1', text: `a\u202Eb [x](command:y)\u0007 ${'long '.repeat(500)}` };
    for (const action of actions.filter(({ name }) => LM_TOOLS.has(name))) {
      const { confirmationMessages } = tool(action.name).prepareInvocation({ input });
      const { value = '\\u{202E} … +5' } = confirmationMessages?.message ?? {};
      expect(value).toMatch(/\\u\{202E\}[\s\S]*… \+\d+/);
      expect([action.name, confirmationMessages !== undefined]).toEqual([action.name, action.effect !== 'read']);
      const shown = confirmationMessages?.message.value ?? '```json\n';
      expect(shown).toMatch(/^```json\n/);
      expect(['\u202E', '\u0007'].filter((sign) => shown.includes(sign))).toEqual([]);
    }
  });

  it('run as an agent, say what they refuse, and do nothing where the folder is not trusted', async () => {
    const calls: { readonly name: string; readonly input: unknown; readonly by: string }[] = [];
    const stand = (name: string, effect: AnyAction['effect'], good: boolean): AnyAction => ({
      name,
      title: name,
      description: name,
      effect,
      input: z.strictObject({ item: z.string().optional() }),
      output: () => z.strictObject({ done: z.boolean() }),
      positional: [],
      surfaces: ['mcp'],
      run: (_, input, call: Call) => {
        calls.push({ name, input, by: call.by });
        return Promise.resolve(good ? ok({ done: true, text: '\u202Ex' }) : err({ kind: 'untrusted' }));
      },
    });
    const offered = [stand('next', 'read', true), stand('start-task', 'run', true), stand('answer', 'run', true)];
    registerLmTools(offered, folders(false));
    // Approving and answering are not offered at all.
    expect([...editor.tools.keys()]).toEqual([lmToolName('next'), lmToolName('start-task')]);
    expect(await said('start-task', { item: 'T1' })).toMatch(/trust/i);
    expect(await said('next', { item: 3 })).toMatch(/item/);
    expect(calls).toEqual([]);
    expect(await said('next', {})).toBe('{"done":true,"text":"x"}');
    registerLmTools(offered, folders(true));
    await said('start-task', { item: 'T1' });
    expect(calls.map(({ name, by }) => [name, by])).toEqual([
      ['next', 'mcp:editor-chat'],
      ['start-task', 'mcp:editor-chat'],
    ]);
  });
});
