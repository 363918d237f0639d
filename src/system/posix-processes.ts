// Linux and macOS: process groups led by a small shell, one keeper per host.
import { spawn } from 'node:child_process';
import { createClearAway } from './clear-away';
import { shellFor } from './env';
import { createKeeper } from './keeper';
import { createLanes } from './shell-lanes';
import type { MakePlatform } from './platform';
import { bootId, endTree, groupExists, isRunning, processStart, treeMembers } from './process-tree';
import { createSupervisedProcesses, type HostProcesses, type HostProcessesOptions } from './supervised-processes';
import { LEADER } from './supervisor';

export function createPosixProcesses(options: HostProcessesOptions): HostProcesses {
  return createSupervisedProcesses(options, posixPlatform);
}

/** What a leader ends with that was forbidden to begin: see LEADER. */
const NOT_BEGUN = 125;

const posixPlatform: MakePlatform = (options) => {
  const keeper = createKeeper({ ...options, env: { ...options.env } });
  const lanes = createLanes();
  const away = createClearAway();
  return {
    ...keeper,
    lanes,
    release() {
      lanes.release();
      keeper.release();
      away.release();
    },
    clearAway: (dir) => away.add(dir),
    launch: ({ dir, command, cwd, out, err, env }) =>
      spawn('/bin/sh', ['-c', LEADER, 'soloflow', dir, shellFor(command), command], {
        cwd,
        detached: true,
        stdio: ['ignore', out, err],
        env: { ...env },
      }),
    statusOf: (code) => (code === NOT_BEGUN ? null : code),
    bootId,
    startOf: processStart,
    isAlive: ({ pid, start }) => pid !== null && isRunning(pid, start),
    carriesMark: async (pid, mark) => (await treeMembers({ group: null, mark })).includes(pid),
    leftovers: groupExists,
    endTree,
  };
};
