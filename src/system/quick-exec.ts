// Asks an installed tool a question and waits briefly: versions, pg_isready. Never a command of the workspace.
import { execFile } from 'node:child_process';

export type ExecAnswer =
  | { readonly kind: 'done'; readonly code: number; readonly out: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'timeout' };

export type QuickExec = (
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly signal?: AbortSignal },
) => Promise<ExecAnswer>;

const TIMEOUT_MS = 10_000;

export const quickExec: QuickExec = (file, args, { cwd, env, signal }) =>
  new Promise((resolve) => {
    execFile(
      file,
      [...args],
      { cwd, env: { ...env }, timeout: TIMEOUT_MS, killSignal: 'SIGKILL', ...(signal === undefined ? {} : { signal }) },
      (error, out) => {
        if (error === null) resolve({ kind: 'done', code: 0, out });
        else if (typeof error.code === 'number') resolve({ kind: 'done', code: error.code, out });
        else resolve({ kind: error.killed === true || error.name === 'AbortError' ? 'timeout' : 'absent' });
      },
    );
  });
