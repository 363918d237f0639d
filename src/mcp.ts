// MCP over standard input and output, for agents. Text for people goes to standard error.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from './agents/server';
import { openTrustedFolders } from './store/approvals';
import { actions } from './workflow/actions';
import { describeFailure } from './workflow/words/failure-words';
import { english } from './workflow/words/translate';
import { openWorkspace } from './wire';

const say = (message: string): void => void process.stderr.write(`soloflow: ${message}\n`);
const log = { info: () => {}, warn: say, error: say };

async function serve(): Promise<void> {
  const { values } = parseArgs({ options: { workspace: { type: 'string', short: 'w' } }, allowPositionals: true });
  const root = resolve(values.workspace ?? '.');
  const manifest = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as { version: string };
  const folders = openTrustedFolders({ now: Date.now, log });
  const opened = await openWorkspace({
    root,
    by: 'mcp',
    // Agents may run only where a person has trusted the folder: in the terminal, by approving its commands.
    trusted: () => folders.isTrusted(root),
    needs: 'run',
    watch: true,
    log,
    version: manifest.version,
  });
  if (!opened.ok) {
    say(describeFailure(opened.error, english));
    process.exitCode = 1;
    return;
  }
  const workspace = opened.value;
  const handle = serveStdio(() => createServer(workspace, actions, manifest.version));
  const stop = (): void => {
    void handle
      .close()
      .then(() => workspace.dispose())
      .finally(() => process.exit());
  };
  process.stdin.on('end', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

serve().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 70;
});
