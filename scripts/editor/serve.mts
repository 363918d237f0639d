// Starts the VS Code server on loopback and ends it with everything it started.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode } from './server.mts';

export interface ServeOptions {
  /** Folder that holds out/server-main.js. */
  readonly server: string;
  /** Folder for everything the editor keeps (settings, extensions, logs). */
  readonly home: string;
  readonly userData?: string;
  readonly extensions?: string;
  /** null: no token is asked for. */
  readonly token: string | null;
  /** Development keys of the page's payload and the test protocol; hides toasts, refuses modals. */
  readonly testDriver: boolean;
  /** false: as a user meets it, with Restricted Mode until the folder is trusted. */
  readonly trustEverything: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLog?: (text: string) => void;
}

export interface ServedEditor {
  /** host:port on loopback. */
  readonly authority: string;
  readonly pid: number;
  /** Resolves with the exit code when the server ends, wanted or not. */
  readonly ended: Promise<number | null>;
  close(): void;
}

// Settings of the machine scope are read from disk by every VS Code server: no marketplace, no model features, no git chatter.
const MACHINE_SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
  'update.mode': 'none',
  'window.restoreWindows': 'none',
  'files.autoSave': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/** Environment of the server and so of every extension host: without what the outer npm or editor left behind. */
function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|VSCODE_|NODE_OPTIONS$|VITEST)/.test(name));
  return { ...Object.fromEntries(inherited), ...extra };
}

function folders(options: ServeOptions): { user: string; extensions: string; agent: string } {
  return {
    user: options.userData ?? join(options.home, 'user'),
    extensions: options.extensions ?? join(options.home, 'extensions'),
    agent: join(options.home, 'agent'),
  };
}

/** Installs a packaged extension, as the user's "Install from VSIX". Throws with the server's own words. */
export function installVsix(options: ServeOptions, vsix: string): void {
  const { user, extensions, agent } = folders(options);
  const result = spawnSync(
    pinnedNode(),
    [
      join(options.server, 'out/server-main.js'),
      '--install-extension',
      vsix,
      '--force',
      '--user-data-dir',
      user,
      '--server-data-dir',
      agent,
      '--extensions-dir',
      extensions,
      '--accept-server-license-terms',
    ],
    { env: environment(options.env ?? {}), encoding: 'utf8' },
  );
  if (result.status !== 0 || !result.stdout.includes('successfully installed'))
    throw new Error(`The package was not installed:\n${result.stdout}${result.stderr}`);
}

/** Folder of the installed extension: what runs in the editor, and the command line that belongs to it. */
export function installedExtension(options: Pick<ServeOptions, 'home' | 'extensions'>): string {
  const extensions = options.extensions ?? join(options.home, 'extensions');
  const name = readdirSync(extensions).find((folder) => folder.startsWith('soloflow.soloflow-'));
  if (name === undefined) throw new Error(`The extension is not installed in ${extensions}.`);
  return join(extensions, name);
}

/** Resolves when the server listens. Rejects when it ends before. */
export async function serveEditor(options: ServeOptions): Promise<ServedEditor> {
  const { user, extensions, agent } = folders(options);
  const machine = join(user, 'Machine');
  mkdirSync(machine, { recursive: true });
  mkdirSync(extensions, { recursive: true });
  if (!existsSync(join(machine, 'settings.json')))
    writeFileSync(join(machine, 'settings.json'), JSON.stringify(MACHINE_SETTINGS, null, 2));
  const child = spawn(
    pinnedNode(),
    [
      join(options.server, 'out/server-main.js'),
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      ...(options.token === null ? ['--without-connection-token'] : ['--connection-token', options.token]),
      '--accept-server-license-terms',
      '--telemetry-level',
      'off',
      ...(options.trustEverything ? ['--disable-workspace-trust'] : []),
      ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
      '--user-data-dir',
      user,
      '--server-data-dir',
      agent,
      '--extensions-dir',
      extensions,
    ],
    { env: environment(options.env ?? {}), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const pid = child.pid;
  if (pid === undefined) throw new Error('The editor server could not be started.');
  const close = (): void => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Already gone.
    }
  };
  process.once('exit', close);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      // One listener per server would stay for the life of a process that tells many stories.
      process.removeListener('exit', close);
      resolve(code);
    });
  });
  let seen = '';
  const port = await new Promise<string>((resolve, reject) => {
    const read = (data: Buffer): void => {
      const text = data.toString();
      options.onLog?.(text);
      if (seen.length > 100_000) return;
      seen += text;
      const match = /Extension host agent listening on (\d+)/.exec(seen);
      if (match?.[1] !== undefined) resolve(match[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then((code) =>
      reject(new Error(`The editor server ended at once (exit code ${code}):\n${seen.slice(-2000)}`)),
    );
  });
  return { authority: `127.0.0.1:${port}`, pid, ended, close };
}
