// The git repository around a workspace: its state is asked freely, a command that changes it needs a person's approval.
import { execFile } from 'node:child_process';
import type { Approvals } from './engine/ports';
import { err, ok } from './model/result';
import { commandEnvironment } from './system/env';
import { gitState } from './system/git';
import type { Repository } from './workflow/action';

const TIMEOUT_MS = 60_000;

export function wireRepository(root: string, approvals: Approvals): Repository {
  return {
    async state() {
      const answer = await gitState(root);
      return answer.kind === 'none' ? null : answer.state;
    },
    async run({ text, args }) {
      if (!approvals.trusted()) return err({ kind: 'untrusted' });
      if (!approvals.isApproved(text)) return err({ kind: 'not-approved', commands: [text] });
      return new Promise((resolve) => {
        const env = { ...commandEnvironment(process.env), GIT_TERMINAL_PROMPT: '0' };
        execFile('git', [...args], { cwd: root, timeout: TIMEOUT_MS, env }, (error, out, said) => {
          if (error === null) resolve(ok(out.trim()));
          else resolve(err({ kind: 'git', message: (said.trim() || out.trim() || error.message).slice(0, 500) }));
        });
      });
    },
  };
}
