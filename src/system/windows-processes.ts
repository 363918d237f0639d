// Windows: no process groups and no signals; a helper process per command and `taskkill`.
import { execFile, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { MakePlatform, Platform } from './platform';
import { createSupervisedProcesses, type HostProcesses, type HostProcessesOptions } from './supervised-processes';
import { WINDOWS_HELPER } from './windows-helper';

export interface WindowsTools {
  /** Runs a program to its end; the text it printed, null when it failed. */
  readonly exec: (program: string, args: readonly string[]) => Promise<string | null>;
  /** Ends a tree; the pid is appended. */
  readonly killer: readonly string[];
}

/** Ends a process and everything below it. */
export const TASKKILL: readonly string[] = ['taskkill', '/T', '/F', '/PID'];

const TOOLS: WindowsTools = {
  exec: (program, args) =>
    new Promise((resolve) => {
      execFile(program, [...args], { windowsHide: true, timeout: 20_000 }, (error, out) =>
        resolve(error === null ? out : null),
      );
    }),
  killer: TASKKILL,
};

export function createWindowsProcesses(options: HostProcessesOptions, tools: WindowsTools = TOOLS): HostProcesses {
  return createSupervisedProcesses(options, (platform) => windowsPlatform(platform, tools));
}

function windowsPlatform({ token, graceSeconds }: Parameters<MakePlatform>[0], tools: WindowsTools): Platform {
  const [killer = 'taskkill', ...killerArgs] = tools.killer;
  return {
    // Each helper waits for our death itself.
    ensure: () => undefined,
    busy: () => undefined,
    release: () => undefined,
    launch({ dir, command, cwd, env }) {
      const child = spawn(
        process.execPath,
        ['-e', WINDOWS_HELPER, '--', dir, token, String(graceSeconds * 1000), JSON.stringify(tools.killer), command],
        {
          cwd,
          detached: true,
          windowsHide: true,
          stdio: ['pipe', 'ignore', 'ignore'],
          // Inside an editor the executable is the editor's: this makes it a plain Node.
          env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
        },
      );
      child.stdin?.on('error', () => undefined);
      return child;
    },
    clearAway: (dir) => void rm(dir, { recursive: true, force: true }).catch(() => undefined),
    // A helper that was killed from outside has an exit code like any other.
    statusOf: () => null,
    bootId: async () => {
      const said = await tools.exec('powershell', [
        '-NoProfile',
        '-Command',
        '(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.Ticks',
      ]);
      return said?.trim() ?? 'unknown';
    },
    startOf: async (pid) => {
      const said = await tools.exec('powershell', [
        '-NoProfile',
        '-Command',
        `(Get-Process -Id ${pid}).StartTime.Ticks`,
      ]);
      return said === null || said.trim() === '' ? null : said.trim();
    },
    isAlive: ({ pid }) => pid !== null && lives(pid),
    // The environment of another process cannot be read; pid and start time have to do.
    carriesMark: (pid) => Promise.resolve(lives(pid)),
    // A tree without its root cannot be found any more: nothing to end.
    leftovers: () => false,
    async endTree({ group }) {
      if (group === null || !lives(group)) return null;
      await tools.exec(killer, [...killerArgs, String(group)]);
      for (let tries = 0; tries < 100 && lives(group); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
      return 'SIGKILL';
    },
  };
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
