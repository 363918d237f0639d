// npm start: opens a copy of the example project in a real editor with this extension, and runs it.
// With a desktop editor on the PATH it opens there; otherwise the editor is served on loopback. --headless (the default in
// CI and without a display) plays the person as well: runs the plan, answers, mends, and exits 0 only if all of it worked.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openFolder, startEditor, trustFolder, type Editor } from '../test/ui/driver.mts';
import {
  answerReadyPrompt,
  doHotfix,
  PLAN,
  startThePlan,
  takeHotfix,
  tellTheReaders,
  waitForTheEnd,
} from '../test/ui/person.mts';
import { ensureChromium, onPath } from './editor/chromium.mts';
import { installedExtension, installVsix, serveEditor, type ServeOptions } from './editor/serve.mts';
import { ensureServer, pinnedNode } from './editor/server.mts';
import { follow } from './transcript.mts';

const repository = resolve(import.meta.dirname, '..');
const results = join(repository, 'test-results');

function must(what: string, command: readonly string[]): void {
  const [file = '', ...args] = command;
  const done = spawnSync(file, args, { cwd: repository, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${what} failed:\n${done.stdout}${done.stderr}${done.error?.message ?? ''}`);
}

/** A copy of the example as a git repository of its own, so that what the run changed can be looked at. */
function copyExample(folder: string): string {
  const workspace = join(folder, 'pagenames');
  mkdirSync(workspace, { recursive: true });
  cpSync(join(repository, 'examples'), workspace, { recursive: true });
  const git = (...args: readonly string[]): void => {
    spawnSync('git', ['-C', workspace, '-c', 'user.name=Soloflow', '-c', 'user.email=soloflow@localhost', ...args]);
  };
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'The example as it is');
  return workspace;
}

/** The extension as it would be installed. */
function packageExtension(): string {
  const vsix = join(repository, 'soloflow.vsix');
  must('Building the package', [process.execPath, join(repository, 'scripts/package.mts'), '--out', vsix]);
  return vsix;
}

function openDesktop(editor: string): number {
  must('Building', [process.execPath, join(repository, 'scripts/build.mjs')]);
  const workspace = interactiveWorkspace();
  console.log(`Opening ${workspace} in ${editor}. Soloflow stands in the activity bar; run "Soloflow: Run Plan…".`);
  const child = spawn(editor, ['--new-window', `--extensionDevelopmentPath=${repository}`, workspace], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  child.on('error', (error) => console.error(error.message));
  return 0;
}

/** Kept between starts, so that a run can be taken up again; --fresh begins anew. */
function interactiveWorkspace(): string {
  const folder = join(repository, 'out/example');
  if (values.fresh === true) rmSync(folder, { recursive: true, force: true });
  return existsSync(join(folder, 'pagenames')) ? join(folder, 'pagenames') : copyExample(folder);
}

/** Serves until Ctrl+C. */
async function serve(): Promise<number> {
  const server = await ensureServer(console.log);
  console.log('Building the extension.');
  const vsix = packageExtension();
  const token = randomBytes(16).toString('hex');
  const home = join(repository, 'out/editor');
  const options: ServeOptions = { server, home, token, testDriver: false, trustEverything: false };
  installVsix(options, vsix);
  const served = await serveEditor(options);
  const query = new URLSearchParams({ tkn: token, folder: interactiveWorkspace() });
  console.log(`\nThe editor is served here, until Ctrl+C:\n\n  http://${served.authority}/?${query.toString()}\n`);
  console.log('Trust the folder, open Soloflow in the activity bar, and run "Soloflow: Run Plan…".');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => served.close());
  await served.ended;
  return 0;
}

async function headless(): Promise<number> {
  const say = console.log;
  const browser = ensureChromium(say);
  const server = await ensureServer(say);
  say('Building the extension, as it would be installed.');
  const vsix = packageExtension();
  const folder = join(results, 'example');
  rmSync(folder, { recursive: true, force: true });
  const workspace = copyExample(folder);
  const home = mkdtempSync(join(tmpdir(), 'soloflow-start-'));
  const env = { SOLOFLOW_USER_DIR: join(home, 'person') };
  const shots = join(results, 'start');
  rmSync(shots, { recursive: true, force: true });
  say(`Opening ${relative(repository, workspace)} in the real editor.\n`);
  const editor = await startEditor({ server, browser, vsix, home, env, shots });
  try {
    // The command line out of the package, as the editor runs it.
    const cli = join(installedExtension({ home }), 'dist/cli.js');
    await play(editor, cli, workspace, env);
    return check(cli, workspace, env) ? 0 : 1;
  } catch (error) {
    const shot = join(shots, 'failure.png');
    await editor.page.screenshot({ path: shot }).catch(() => {});
    say(
      `\n❌ ${error instanceof Error ? error.message : String(error)}\n   The window then: ${relative(repository, shot)}`,
    );
    return 1;
  } finally {
    await editor.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    say(
      `\nScreenshots: ${relative(repository, shots)}/   The project as the run left it: ${relative(repository, workspace)}/`,
    );
  }
}

/** The person's part, with the transcript of what the record says between the steps. */
async function play(
  editor: Editor,
  cli: string,
  workspace: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const news = await follow(cli, workspace, env);
  const tell = (): void => {
    for (const line of news()) console.log(line);
  };
  const person = (did: string): void => console.log(`👤 ${did}`);
  person('opens the folder, trusts it, chooses "Soloflow: Run Plan…", reads all commands and approves them');
  await openFolder(editor, workspace);
  await trustFolder(editor);
  await startThePlan(editor);
  await answerReadyPrompt(editor, () => {
    tell();
    person('looks at docs/names.md and presses Continue');
  });
  await takeHotfix(editor, () => {
    tell();
    person('takes the HotFix');
  });
  await doHotfix(editor, () => {
    tell();
    person('mends line 6 of src/page-name.mjs, marks the HotFix done, lets the task be tried again');
  });
  await tellTheReaders(editor, () => {
    tell();
    person('writes the note in NOTES.md and marks the task done');
  });
  await waitForTheEnd(editor);
  tell();
}

/** Read from the documents and the record, not from the window. */
function check(cli: string, workspace: string, env: Readonly<Record<string, string>>): boolean {
  const list = readFileSync(join(workspace, PLAN), 'utf8');
  const ticked = list.match(/^\*\*Status\*\*: \[x\]/gm)?.length ?? 0;
  const open = list.match(/^\*\*Status\*\*: \[ \]/gm)?.length ?? 0;
  const asked = spawnSync(pinnedNode(), [cli, 'status', '--json'], {
    cwd: workspace,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  const { runs } = JSON.parse(asked.stdout) as { runs: readonly { status: string }[] };
  const facts: readonly (readonly [boolean, string])[] = [
    [runs[0]?.status === 'succeeded', `the record says: run ${runs[0]?.status ?? 'missing'}`],
    [ticked === 6 && open === 0, `the task list says: ${ticked} of 6 tasks ticked`],
    [/T-HotFix-1 .*✅|T-HotFix-1 .*\[x\]/.test(list), 'the HotFix stands in the task list, done'],
    [existsSync(join(workspace, 'dist/contents.json')), 'the library is built'],
  ];
  console.log('');
  for (const [right, text] of facts) console.log(`${right ? '✅' : '❌'} ${text}`);
  return facts.every(([right]) => right);
}

const { values } = parseArgs({
  options: { headless: { type: 'boolean' }, serve: { type: 'boolean' }, fresh: { type: 'boolean' } },
});
const noDisplay =
  process.platform === 'linux' &&
  (process.env['DISPLAY'] ?? '') === '' &&
  (process.env['WAYLAND_DISPLAY'] ?? '') === '';
const inCi = (process.env['CI'] ?? '') !== '' && process.env['CI'] !== 'false';

async function main(): Promise<number> {
  if (values.headless === true) return headless();
  if (values.serve === true) return serve();
  if (inCi || noDisplay) return headless();
  const desktop = onPath(['code', 'cursor']);
  return desktop === null ? serve() : openDesktop(desktop);
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});
