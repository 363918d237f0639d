// Which commands a person has approved, by hash of the exact text, the real folder and the environment that matters.
// Kept in the user's own folder, never in the repository.
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Approvals, Log } from '../engine/ports';
import { openPersonLog, type Decision } from './person-log';
import { userFolder } from './user-folder';

export interface ApprovalOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** May anything run here at all (Workspace Trust, or the trusted folders of the terminal)? */
  readonly trusted: () => boolean;
  /** What changes the meaning of a command: the shell and the variables that the config sets. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly log: Log;
  /** Default: the platform's place for user data. */
  readonly folder?: string;
}

interface Approval {
  readonly command: string;
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
  /** Does it still count with the environment of now? */
  readonly current: boolean;
}

export interface ApprovalStore extends Approvals {
  revoke(commands: readonly string[], by: string): void;
  /** Approved commands of this folder, oldest first. */
  list(): readonly Approval[];
}

export function createApprovals(options: ApprovalOptions): ApprovalStore {
  const root = real(options.root);
  const decisions = openPersonLog(join(options.folder ?? userFolder(), 'approvals.jsonl'), options.log);
  const keyOf = (command: string): string => approvalKey(command, root, options.environment());
  const decide = (commands: readonly string[], by: string, granted: boolean): void => {
    const at = options.now();
    const standing = decisions.standing();
    const fresh = [...new Set(commands)]
      .map((command) => ({ key: keyOf(command), granted, what: command, folder: root, by, at }))
      .filter(({ key }) => (standing.get(key)?.granted ?? false) !== granted);
    decisions.append(fresh);
  };
  return {
    trusted: options.trusted,
    isApproved: (command) => decisions.standing().get(keyOf(command))?.granted === true,
    approve: (commands, by) => decide(commands, by, true),
    revoke: (commands, by) => decide(commands, by, false),
    list: () =>
      [...decisions.standing().values()]
        .filter((decision) => decision.granted && decision.folder === root)
        .map(({ key, what, by, at }) => ({ command: what, by, at, current: key === keyOf(what) })),
  };
}

/** Another text, folder or environment is another key. Order of the variables does not matter. */
function approvalKey(command: string, root: string, environment: Readonly<Record<string, string>>): string {
  const variables = Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([command, root, variables]))
    .digest('hex');
}

export interface TrustedFolders {
  /** The folder itself or one above it was trusted. */
  isTrusted(folder: string): boolean;
  trust(folder: string, by: string): void;
  distrust(folder: string, by: string): void;
  list(): readonly { readonly folder: string; readonly by: string; readonly at: number }[];
}

/** Folders whose commands the terminal may run; the editor has its own Workspace Trust. */
export function openTrustedFolders(options: Pick<ApprovalOptions, 'now' | 'log' | 'folder'>): TrustedFolders {
  const decisions = openPersonLog(join(options.folder ?? userFolder(), 'trusted-folders.jsonl'), options.log);
  const granted = (): readonly Decision[] => [...decisions.standing().values()].filter((each) => each.granted);
  const decide = (folder: string, by: string, granted: boolean): void => {
    const path = real(folder);
    decisions.append([{ key: path, granted, what: path, folder: path, by, at: options.now() }]);
  };
  return {
    isTrusted: (folder) => {
      const path = real(folder);
      return granted().some((each) => path === each.folder || path.startsWith(withSeparator(each.folder)));
    },
    trust: (folder, by) => decide(folder, by, true),
    distrust: (folder, by) => decide(folder, by, false),
    list: () => granted().map(({ folder, by, at }) => ({ folder, by, at })),
  };
}

const withSeparator = (folder: string): string => (folder.endsWith(sep) ? folder : folder + sep);

/** The folder that is really meant; as given where it does not exist. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
