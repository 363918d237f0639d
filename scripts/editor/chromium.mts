// Finds a Chromium-like browser on this machine, or brings one. Everything in the editor tests is driven through it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'msedge',
  'brave-browser',
];

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
];

/** Path of an executable on the PATH, null if there is none. */
export function onPath(names: readonly string[]): string | null {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const name of names)
    for (const folder of (process.env['PATH'] ?? '').split(delimiter))
      for (const suffix of suffixes) {
        const path = join(folder, name + suffix);
        if (folder !== '' && existsSync(path)) return path;
      }
  return null;
}

function playwrightCache(): string | null {
  const folder =
    process.env['PLAYWRIGHT_BROWSERS_PATH'] ??
    (process.platform === 'darwin'
      ? join(homedir(), 'Library/Caches/ms-playwright')
      : process.platform === 'win32'
        ? join(homedir(), 'AppData/Local/ms-playwright')
        : join(homedir(), '.cache/ms-playwright'));
  if (!existsSync(folder)) return null;
  for (const entry of readdirSync(folder).filter((name) => name.startsWith('chromium')))
    for (const path of [
      'chrome-linux/chrome',
      'chrome-linux64/chrome',
      'chrome-linux/headless_shell',
      'chrome-headless-shell-linux64/chrome-headless-shell',
      'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
      'chrome-win/chrome.exe',
    ])
      if (existsSync(join(folder, entry, path))) return join(folder, entry, path);
  return null;
}

function find(): string | null {
  const wished = process.env['CHROMIUM'];
  if (wished !== undefined && wished !== '') return wished;
  return onPath(NAMES) ?? APPLICATIONS.find((path) => existsSync(path)) ?? playwrightCache();
}

/** Path of a browser; installs Debian's chromium as root, or Playwright's own build elsewhere. Throws a sentence. */
export function ensureChromium(say: (line: string) => void): string {
  const found = find();
  if (found !== null) return found;
  const apt = onPath(['apt-get']);
  if (apt !== null && process.getuid?.() === 0) {
    say('No Chromium here: installing the one of the distribution (apt-get install chromium, about half a minute).');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync(apt, ['update'], { env, stdio: 'ignore' });
    const installed = spawnSync(apt, ['install', '-y', '--no-install-recommends', 'chromium'], {
      env,
      encoding: 'utf8',
    });
    const path = find();
    if (path !== null) return path;
    say(
      `apt-get install chromium failed: ${(installed.stderr || installed.stdout).trim().split('\n').slice(-3).join(' ')}`,
    );
  }
  say('No Chromium here: asking Playwright for its own build.');
  const cli = join(createRequire(import.meta.url).resolve('playwright-core/package.json'), '../cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'ignore' });
  const path = find();
  if (path !== null) return path;
  throw new Error(
    'A Chromium, Chrome or Edge is needed to drive the editor and none was found. Install one, or set CHROMIUM to its path.',
  );
}
