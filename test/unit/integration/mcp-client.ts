// An agent as others write them: the official client, over standard input and output, against our bundled server.
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Sandbox } from './cli-process';

export interface Told {
  readonly refused: boolean;
  readonly text: string;
}
export interface Agent {
  readonly client: Client;
  /** Calls a tool; its value, or an error that carries the refusal. */
  call<T>(tool: string, input?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<T>;
  tell(tool: string, input?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Told>;
  close(): Promise<void>;
}
interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  readonly onprogress?: (progress: { readonly progress: number; readonly message?: string | undefined }) => void;
}

export async function connectAgent(
  file: string,
  args: readonly string[],
  box: Sandbox,
  name = 'test-agent',
): Promise<Agent> {
  const client = new Client({ name, version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [file, ...args], cwd: box.root, env: box.env }),
  );
  // Knowing the tools, the client holds structured content against their schemas.
  await client.listTools();
  const tell: Agent['tell'] = async (tool, input = {}, options = {}) => {
    const done = await client.callTool({ name: tool, arguments: input }, { timeout: 15_000, ...options });
    const text = done.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    const refused = done.isError === true;
    if (!refused && JSON.stringify(done.structuredContent) !== text) throw new Error(`${tool} says two things`);
    return { refused, text };
  };
  return {
    client,
    tell,
    async call<T>(tool: string, input?: Readonly<Record<string, unknown>>, options?: CallOptions) {
      const { refused, text } = await tell(tool, input, options);
      if (refused) throw new Error(text);
      return JSON.parse(text) as T;
    },
    close: () => client.close(),
  };
}
