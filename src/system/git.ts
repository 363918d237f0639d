// What git says about the workspace. No git, no repository: values, not errors.
import { execFile } from 'node:child_process';
import { commandEnvironment } from './env';

export interface GitState {
  readonly branch: string | null;
  /** True: HEAD is at no branch. */
  readonly detached: boolean;
  /** Full hash; null before the first commit. */
  readonly head: string | null;
  /** Changed and untracked files, relative to the root, ignored ones left out. */
  readonly dirty: readonly string[];
  readonly lastCommit: { readonly hash: string; readonly subject: string; readonly at: number } | null;
}

export type GitAnswer =
  | { readonly kind: 'repository'; readonly state: GitState }
  | { readonly kind: 'none'; readonly why: 'no-git' | 'no-repository' | 'failed'; readonly message: string };

const TIMEOUT_MS = 20_000;

export async function gitState(root: string): Promise<GitAnswer> {
  const status = await git(root, ['status', '--porcelain=v2', '--branch', '--untracked-files=all', '-z', '--', '.']);
  if (status.kind !== 'done')
    return { kind: 'none', why: status.kind === 'absent' ? 'no-git' : 'failed', message: status.message };
  if (status.code !== 0) {
    const why = /not a git repository/i.test(status.err) ? 'no-repository' : 'failed';
    return { kind: 'none', why, message: status.err.trim() };
  }
  const prefix = await git(root, ['rev-parse', '--show-prefix']);
  const parsed = parseStatus(status.out, prefix.kind === 'done' ? prefix.out.trimEnd() : '');
  return { kind: 'repository', state: { ...parsed, lastCommit: parsed.head === null ? null : await lastCommit(root) } };
}

/** Was the file part of the last commit before `since` (epoch ms)? False without git. */
export async function wasTracked(root: string, file: string, since: number): Promise<boolean> {
  // Commits are stamped in whole seconds: one of that very second may be later.
  const before = String(Math.floor(since / 1000) - 1);
  const commit = await git(root, ['rev-list', '-1', `--before=${before}`, 'HEAD']);
  if (commit.kind !== 'done' || commit.code !== 0 || commit.out.trim() === '') return false;
  const answer = await git(root, ['cat-file', '-e', `${commit.out.trim()}:./${file}`]);
  return answer.kind === 'done' && answer.code === 0;
}

async function lastCommit(root: string): Promise<GitState['lastCommit']> {
  const log = await git(root, ['log', '-1', '--format=%H%x00%ct%x00%s']);
  if (log.kind !== 'done' || log.code !== 0) return null;
  const [hash, at, subject] = log.out.trimEnd().split('\0');
  return hash === undefined ? null : { hash, at: Number(at) * 1000, subject: subject ?? '' };
}

/** Exported for its test: output of `git status --porcelain=v2 --branch -z`, run in the folder `prefix` of the repository. */
export function parseStatus(text: string, prefix = ''): Omit<GitState, 'lastCommit'> {
  let branch: string | null = null;
  let head: string | null = null;
  const dirty: string[] = [];
  const records = text.split('\0');
  for (let i = 0; i < records.length; i++) {
    const record = records[i] ?? '';
    if (record.startsWith('# branch.oid ')) head = record.slice(13) === '(initial)' ? null : record.slice(13);
    else if (record.startsWith('# branch.head ')) branch = record.slice(14) === '(detached)' ? null : record.slice(14);
    else if (record.startsWith('1 ')) dirty.push(record.split(' ').slice(8).join(' '));
    else if (record.startsWith('u ')) dirty.push(record.split(' ').slice(10).join(' '));
    else if (record.startsWith('? ')) dirty.push(record.slice(2));
    else if (record.startsWith('2 ')) {
      dirty.push(record.split(' ').slice(9).join(' '));
      // The old name of a rename is the next record.
      const old = records[++i];
      if (old !== undefined) dirty.push(old);
    }
  }
  const inside = dirty.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
  return { branch, detached: branch === null, head, dirty: inside };
}

type GitRun =
  | { readonly kind: 'done'; readonly code: number; readonly out: string; readonly err: string }
  | { readonly kind: 'absent' | 'failed'; readonly message: string };

function git(root: string, args: readonly string[]): Promise<GitRun> {
  return new Promise((resolve) => {
    execFile(
      'git',
      // A cloned repository may configure programs to be run by git itself: not for a mere question.
      ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-optional-locks', ...args],
      {
        cwd: root,
        timeout: TIMEOUT_MS,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...commandEnvironment(process.env), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      },
      (error, out, err) => {
        if (error === null) resolve({ kind: 'done', code: 0, out, err });
        else if (typeof error.code === 'number') resolve({ kind: 'done', code: error.code, out, err });
        else resolve({ kind: error.code === 'ENOENT' ? 'absent' : 'failed', message: error.message });
      },
    );
  });
}
