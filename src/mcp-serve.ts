// Composition for agents: one workspace folder behind an MCP server on standard input and output. Text for people goes
// to standard error.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { At } from './agents/at';
import { createServer } from './agents/server';
import type { ServerCommand } from './agents/server-command';
import type { Failure } from './model/failure';
import { err, ok, type Result } from './model/result';
import { openTrustedFolders } from './store/approvals';
import { actions } from './workflow/actions';
import { describeFailure } from './workflow/words/failure-words';
import { english } from './workflow/words/translate';
import { openWorkspace, type OpenWorkspace } from './wire';

const say = (message: string): void => void process.stderr.write(`soloflow: ${message}\n`);
const log = { info: () => {}, warn: say, error: say };

/** Serves until the client goes away or a signal comes. The exit code. */
export async function serveMcp(args: readonly string[], version: string): Promise<number> {
  const root = workspaceOf(args);
  if (!root.ok) {
    say(describeFailure(root.error, english));
    return 2;
  }
  const folder = await openFolder(root.value, version);
  if (!folder.ok) {
    say(describeFailure(folder.error, english));
    return 1;
  }
  const { at, close } = folder.value;
  await new Promise<void>((stop) => {
    const handle = serveStdio(() => createServer(at, actions, version), { onerror: (error) => say(error.message) });
    const end = (): void => {
      void handle.close().finally(stop);
    };
    process.stdin.on('end', end);
    process.stdin.on('close', end);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  });
  await close();
  // A question that still waits would keep the process for its patience.
  setTimeout(() => process.exit(), 1000).unref();
  return 0;
}

function workspaceOf(args: readonly string[]): Result<string, Failure> {
  try {
    const { values } = parseArgs({ args: [...args], options: { workspace: { type: 'string', short: 'w' } } });
    return ok(resolve(values.workspace ?? '.'));
  } catch (error) {
    return err({
      kind: 'invalid-input',
      field: 'mcp',
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

/**
 * Until a person has trusted the folder only its documents are read: no database, nothing runs. In the terminal that is
 * done by approving its commands; it takes effect at the next call.
 */
async function openFolder(
  root: string,
  version: string,
): Promise<Result<{ readonly at: At; readonly close: () => Promise<void> }, Failure>> {
  const folders = openTrustedFolders({ now: Date.now, log });
  const trusted = (): boolean => folders.isTrusted(root);
  const open = (needs: 'plan' | 'run') =>
    openWorkspace({ root, by: 'mcp', trusted, needs, watch: true, log, version, mcpServer: serverHere(root) });
  let full = trusted();
  const first = await open(full ? 'run' : 'plan');
  if (!first.ok) return first;
  let current: Promise<OpenWorkspace> = Promise.resolve(first.value);
  const reopened = async (before: OpenWorkspace): Promise<OpenWorkspace> => {
    const opened = await open('run');
    if (!opened.ok) {
      say(describeFailure(opened.error, english));
      return before;
    }
    await before.dispose();
    return opened.value;
  };
  const at = (): Promise<OpenWorkspace> => {
    if (!full && trusted()) {
      full = true;
      current = current.then(reopened);
    }
    return current;
  };
  return ok({ at, close: async () => (await current).dispose() });
}

/** This program again: the bundle of its own, or the terminal's with its subcommand. */
function serverHere(root: string): ServerCommand {
  const script = process.argv[1] ?? '';
  const args = script.endsWith('mcp.js') ? [] : ['mcp'];
  return { command: process.execPath, args: [script, ...args, '--workspace', root], env: {} };
}
