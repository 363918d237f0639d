// Drop-in for a desktop VS Code as `vscodeExecutablePath` of @vscode/test-electron: takes the same arguments, opens the
// real workbench of the VS Code server in a headless browser, and ends with the exit code of the tests in the host.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, resolve } from 'node:path';
import { format, parseArgs } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { ensureChromium } from '../../scripts/editor/chromium.mts';
import { serveEditor } from '../../scripts/editor/serve.mts';
import { ensureServer } from '../../scripts/editor/server.mts';

const VSCODE_VERSION = '1.139.1';
const verbose = process.env['CODE_WEB_VERBOSE'] !== undefined;
// The workbench's own talk that says nothing about the tests.
const noise =
  /^\[(AgentHost|ChatModelSelection|AccountPolicyGate|Service Worker|reconnection)|^(Resolv(ing|ed) connection|Creating a socket|Updating additional|Timed out waiting for auth|getaddrinfo|Canceled: )/;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  strict: false,
  options: {
    version: { type: 'boolean' },
    extensionDevelopmentPath: { type: 'string', multiple: true },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
    'disable-workspace-trust': { type: 'boolean' },
    logsPath: { type: 'string' },
  },
});

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

async function main(): Promise<number> {
  const say = (line: string): void => console.error(line);
  const executablePath = ensureChromium(say);
  const server = await ensureServer(say);
  const home = mkdtempSync(join(tmpdir(), 'soloflow-editor-'));
  const userData = text(values['user-data-dir']);
  const extensions = text(values['extensions-dir']);
  const editor = await serveEditor({
    server,
    home,
    ...(userData === undefined ? {} : { userData: resolve(userData) }),
    ...(extensions === undefined ? {} : { extensions: resolve(extensions) }),
    token: null,
    testDriver: true,
    // test-electron passes this switch by default; without it the window starts in Restricted Mode, as on the desktop.
    trustEverything: values['disable-workspace-trust'] === true,
    ...(verbose ? { onLog: (line: string) => void process.stderr.write(line) } : {}),
  });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({
      executablePath,
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-dev-shm-usage',
      ],
    });
    return await drive(browser, editor.authority, editor.ended);
  } finally {
    await browser?.close().catch(() => {});
    editor.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Opens the window and resolves with the exit code that the extension host reports. */
async function drive(browser: Browser, authority: string, ended: Promise<number | null>): Promise<number> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  const exit = Promise.withResolvers<number>();
  const timeout = Number(process.env['CODE_WEB_TIMEOUT'] ?? 300_000);
  const watchdog = setTimeout(() => {
    const shot = join(import.meta.dirname, '../../test-results/code-web-timeout.png');
    console.error(`The tests in the editor did not end within ${timeout / 1000} s; the window then: ${shot}`);
    mkdirSync(dirname(shot), { recursive: true });
    void page
      .screenshot({ path: shot })
      .catch(() => {})
      .then(() => exit.resolve(124));
  }, timeout);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => exit.resolve(130));
  const died = (code: number | null): void => {
    console.error('The editor server ended while the tests ran.');
    exit.resolve(code === null || code === 0 ? 1 : code);
  };
  void ended.then(died);
  page.on('crash', () => {
    console.error('The page of the editor crashed.');
    exit.resolve(1);
  });
  if (verbose) {
    page.on('pageerror', (error) => console.error('[page error]', String(error)));
    page.on('console', (message) => console.error('[page]', message.type(), message.text().slice(0, 300)));
  }
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    if (!verbose && noise.test(String(args[0]))) return;
    // Mocha prints with %s: format the arguments, do not join them.
    (type === 'error' || type === 'warn' ? process.stderr : process.stdout).write(`${format(...args)}\n`);
  });
  await page.exposeFunction(
    'codeAutomationExit',
    (code: number, logs: readonly { relativePath: string; contents: string }[] | undefined) => {
      const folder = text(values.logsPath);
      for (const log of folder === undefined ? [] : (logs ?? [])) {
        const file = join(resolve(folder ?? '.'), log.relativePath);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, log.contents);
      }
      exit.resolve(code);
    },
  );
  await page.goto(`http://${authority}/?${query(authority)}`);
  const script = process.env['CODE_WEB_UI'];
  if (script !== undefined) {
    // The user's hand: a script that drives the same window while the tests in the extension host wait.
    const { default: hand } = (await import(resolve(script))) as { default: (at: typeof page) => Promise<void> };
    hand(page).catch((error: unknown) => {
      console.error('The script that drives the window failed:', error);
      exit.resolve(1);
    });
  }
  const code = await exit.promise;
  clearTimeout(watchdog);
  return code;
}

function query(authority: string): string {
  const remote = (path: string): string => `vscode-remote://${authority}${encodeURI(resolve(path))}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  for (const path of values.extensionDevelopmentPath ?? [])
    payload.push(['extensionDevelopmentPath', remote(String(path))]);
  const tests = text(values.extensionTestsPath);
  if (tests !== undefined) payload.push(['extensionTestsPath', remote(tests)]);
  const search = new URLSearchParams();
  const target = positionals[0];
  if (target === undefined) search.set('ew', 'true');
  else search.set(extname(target) === '.code-workspace' ? 'workspace' : 'folder', resolve(target));
  search.set('payload', JSON.stringify(payload));
  return search.toString();
}

if (values.version === true) console.log(VSCODE_VERSION);
else
  main().then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
