// The clipboard outside of the editor: the system's own program for it, whichever is there.
import { spawn } from 'node:child_process';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';

type Program = readonly [string, ...string[]];

const programs = (platform: NodeJS.Platform): readonly Program[] => {
  switch (platform) {
    case 'darwin':
      return [['pbcopy']];
    case 'win32':
      return [['clip.exe']];
    default:
      return [['wl-copy'], ['xclip', '-selection', 'clipboard'], ['xsel', '--clipboard', '--input'], ['clip.exe']];
  }
};

/** The first program that takes the text; without any: how to do it by hand. */
export async function copyToClipboard(
  text: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Result<null, Failure>> {
  for (const [file, ...args] of programs(process.platform)) {
    if (await takes(file, args, text, env)) return ok(null);
  }
  const message = 'no program for the clipboard was found (wl-copy, xclip, xsel); use "file", or `soloflow prime`';
  return err({ kind: 'invalid-input', field: 'clipboard', message });
}

const takes = (
  file: string,
  args: readonly string[],
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<boolean> =>
  new Promise((resolve) => {
    // Such programs stay behind to serve the text: only their own end of the pipe is waited for.
    const child = spawn(file, [...args], { env: { ...env }, stdio: ['pipe', 'ignore', 'ignore'] });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
