// Runs the commands of tools that keep plan documents of their own (bd): found on PATH, without a shell, only when a
// person approved exactly that text in a trusted folder.
import { execFile } from 'node:child_process';
import type { Approvals } from './engine/ports';
import { err, ok } from './model/result';
import { commandEnvironment } from './system/env';
import type { PeerTool } from './workflow/action';

const TIMEOUT_MS = 60_000;

export function wirePeerTool(root: string, approvals: Approvals): PeerTool {
  return {
    async run({ program, args, text }) {
      if (!approvals.trusted()) return err({ kind: 'untrusted' });
      if (!approvals.isApproved(text)) return err({ kind: 'not-approved', commands: [text] });
      return new Promise((resolve) => {
        const options = { cwd: root, timeout: TIMEOUT_MS, env: commandEnvironment(process.env), windowsHide: true };
        execFile(program, [...args], options, (error, out, said) => {
          if (error === null) resolve(ok(out.trim()));
          else {
            const missing = 'code' in error && error.code === 'ENOENT';
            const why = missing ? `${program} is not on the PATH` : said.trim() || out.trim() || error.message;
            resolve(err({ kind: 'tool', command: text, message: why.slice(0, 500) }));
          }
        });
      });
    },
  };
}
