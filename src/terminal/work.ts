// One action done in a workspace: opened as far as the action needs it, its answer printed, its run followed.
import type { OpenOptions } from '../wire';
import { openWorkspace, type OpenWorkspace } from '../wire';
import type { Failure } from '../model/failure';
import { err } from '../model/result';
import { whyNotKept } from '../store/open';
import { copyToClipboard } from '../system/clipboard';
import { openTrustedFolders } from '../store/approvals';
import type { RunOutput } from '../workflow/run-output';
import { describeNotice, describeTrouble } from '../workflow/words/notice-words';
import { english } from '../workflow/words/translate';
import type { CommandLine } from './arguments';
import { fail, NEEDS_A_PERSON } from './failing';
import { follow } from './follow';
import { paintFor } from './paint';
import type { Print, Terminal } from './print';
import { progressBar } from './progress-bar';
import { renderOutput } from './render';
import { isShipped, isStart, renderStart } from './render-start';
import { workspaceFolder } from './workspace-folder';

/** Actions after which the terminal stays until the run ends or waits. */
const FOLLOWED: ReadonlySet<string> = new Set(['execute', 'continue', 'start']);

/** The exit code. */
export async function work(line: CommandLine, around: Terminal, signal: AbortSignal): Promise<number> {
  const found = workspaceFolder(around.cwd, line.root);
  if (!found.ok) return fail(found.error, line.json, around);
  const root = found.value;
  const { bar, terminal } = progressBar(around, !line.json);
  const trustFolder = (by: string): void => openTrustedFolders({ now: Date.now, log: quiet(terminal) }).trust(root, by);
  const opened = await openWorkspace({
    root,
    by: 'cli',
    // Whoever types here may run what they approve: each command still needs its own approval.
    trusted: () => true,
    trustFolder,
    place: (where, text) =>
      where === 'clipboard'
        ? copyToClipboard(text)
        : Promise.resolve(
            err({
              kind: 'invalid-input',
              field: where,
              message: 'only the editor has a chat input: use clipboard or file',
            }),
          ),
    agentBegins: () => trustFolder('cli'),
    mcpServer: { command: process.execPath, args: [process.argv[1] ?? '', 'mcp', '--workspace', root], env: {} },
    needs: needsOf(line),
    keptReadings: true,
    // Who only looks leaves nothing behind.
    create: line.action.effect !== 'read',
    watch: isFollowed(line),
    log: quiet(terminal),
    version: terminal.version,
  });
  if (!opened.ok) return fail(opened.error, line.json, terminal);
  const workspace = opened.value;
  try {
    if (root !== around.cwd && line.root === null && !line.json) terminal.err(`soloflow: working in ${root}`);
    for (const notice of workspace.notices) terminal.err(`soloflow: ${describeNotice(notice, english)}`);
    workspace.engine.onTrouble((failure) => terminal.err(`soloflow: ${describeTrouble(failure, english)}`));
    return await perform(line, workspace, terminal, bar, signal);
  } finally {
    bar.clear();
    await workspace.dispose({ endProcesses: signal.aborted });
  }
}

/** Uses of an action that begin a run. */
const BEGINS: Readonly<Record<string, string>> = { sprint: 'execute-tasks', goal: 'execute' };

const isFollowed = ({ action, input }: Pick<CommandLine, 'action' | 'input'>): boolean =>
  FOLLOWED.has(action.name) || BEGINS[action.name] === (input['do'] ?? null);

const PLAN_ONLY: ReadonlySet<string> = new Set(['list', 'next']);

function needsOf({ action, input }: CommandLine): OpenOptions['needs'] {
  // A start that is only shown begins nothing, and wakes nothing that waits.
  if (action.name === 'start' && input['yes'] !== true) return 'watch';
  if (PLAN_ONLY.has(action.name)) return 'plan';
  if (isFollowed({ action, input })) return 'run';
  // An approval answers the questions that waited for it.
  if (action.name === 'approve' && input['all'] === true) return 'answer';
  return action.effect === 'run' ? 'answer' : 'watch';
}

async function perform(
  line: CommandLine,
  workspace: OpenWorkspace,
  terminal: Terminal,
  bar: ReturnType<typeof progressBar>['bar'],
  signal: AbortSignal,
): Promise<number> {
  const waiting = isFollowed(line) ? follow(workspace, line.json, terminal, bar, signal) : null;
  let wrote = false;
  const call = {
    by: 'cli',
    signal,
    progress: (step: string, fraction: number | null) => bar.show(step, fraction),
    ...(line.json || terminal.write === undefined
      ? {}
      : {
          write: (text: string) => {
            wrote = true;
            return terminal.write?.(text) ?? Promise.resolve();
          },
        }),
  };
  const done = await withAnswers(line, workspace, terminal, call);
  if (waiting === null) bar.clear();
  if (!done.ok) {
    const over = isNothingOpen(done.error) && waiting !== null ? lastSucceeded(workspace) : null;
    return over === null || waiting === null ? fail(done.error, line.json, terminal) : waiting(over);
  }
  const paint = paintFor(terminal.isTerminal, terminal.env);
  if (isStart(done.value)) {
    terminal.out(line.json ? JSON.stringify(done.value) : renderStart(done.value, paint));
    if (waiting === null || done.value.run === null) return NEEDS_A_PERSON;
    return waiting(done.value.run.id);
  }
  if (isShipped(done.value)) {
    terminal.out(line.json ? JSON.stringify(done.value) : done.value.paths.map((path) => `✅ ${path}`).join('\n'));
    return 0;
  }
  if (waiting !== null) {
    const code = await waiting((done.value as RunOutput).id);
    if (signal.aborted && code === NEEDS_A_PERSON) terminal.err(`soloflow: interrupted; ${whatIsKept(workspace)}`);
    return code;
  }
  // What was written piece by piece is there already.
  if (!wrote) terminal.out(line.json ? JSON.stringify(done.value) : renderOutput(line.action.name, done.value, paint));
  return isUnhealthy(done.value) ? 1 : 0;
}

/** The doctor found something wrong that is not repaired. */
const isUnhealthy = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'healthy' in value && value.healthy === false;

const whatIsKept = ({ store }: OpenWorkspace): string =>
  store === null || whyNotKept(store) === null
    ? 'the run is kept, soloflow continue goes on with it'
    : 'the record could not be used, so the run is not kept; what is done stands in its documents';

const isNothingOpen = (failure: Failure): boolean =>
  failure.kind === 'nothing-to-run' && failure.why === 'nothing-open';

/** An answer may have ended the run with its last task: whoever goes on with it then is told that it is done. */
function lastSucceeded({ engine }: OpenWorkspace): string | null {
  const last = engine.runs(1)[0]?.run;
  return last?.status === 'succeeded' ? last.id : null;
}

/**
 * A start that was only shown asks for what nobody said, once, and is shown with the answers; `continue` asks which of
 * several open things is meant.
 */
async function withAnswers(
  line: CommandLine,
  workspace: OpenWorkspace,
  terminal: Terminal,
  call: Parameters<CommandLine['action']['run']>[2],
): ReturnType<CommandLine['action']['run']> {
  if (line.action.name === 'continue' && line.input['run'] === undefined && !line.json && terminal.ask !== undefined) {
    const { openWays } = await import('../workflow/start/continue-work');
    const ways = openWays(workspace);
    const { askWhich } = await import('./ask-which');
    const way = ways.length > 1 ? await askWhich(ways, terminal.ask, (text) => terminal.err(text)) : null;
    return line.action.run(workspace, way === null ? line.input : { ...line.input, run: way.id }, call);
  }
  const ask = line.json || line.action.name !== 'start' ? undefined : terminal.ask;
  if (ask === undefined) return line.action.run(workspace, line.input, call);
  const shown = await line.action.run(workspace, { ...line.input, yes: false }, call);
  if (!shown.ok || !isStart(shown.value)) return shown;
  const { missing } = shown.value;
  const { askMissing } = await import('./ask-start');
  const answers = missing.length === 0 ? null : await askMissing(missing, ask, (text) => terminal.err(text));
  if (answers === null && line.input['yes'] !== true) return shown;
  return line.action.run(workspace, { ...line.input, ...answers }, call);
}

function quiet(terminal: Print): { info(): void; warn(message: string): void; error(message: string): void } {
  return {
    info: () => {},
    warn: (message) => terminal.err(`soloflow: ${message}`),
    error: (message) => terminal.err(`soloflow: ${message}`),
  };
}
