import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flagsOf } from '../../../src/terminal/arguments';
import { completionScript, SHELLS } from '../../../src/terminal/completion';
import { actions } from '../../../src/workflow/actions';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'soloflow-completion-'));
  for (const shell of SHELLS) writeFileSync(join(folder, shell), completionScript(shell, actions));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (shell: string): boolean => {
  const found = spawnSync(shell, ['--version']).status === 0;
  if (!found) process.stderr.write(`SKIPPED: no ${shell} here, its completion script is not run\n`);
  return found;
};

function bash(...words: readonly string[]): readonly string[] {
  const set = words.map((word) => `'${word}'`).join(' ');
  const line = `source '${join(folder, 'bash')}'; COMP_WORDS=(${set}); COMP_CWORD=${words.length - 1}; _soloflow; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const done = spawnSync('bash', ['--norc', '-c', line], { encoding: 'utf8' });
  expect(done.stderr).toBe('');
  return done.stdout.trim().split('\n');
}

describe('completion', () => {
  it.skipIf(!has('bash'))('offers commands, choices and flags in bash', () => {
    expect(bash('soloflow', 'exec')).toEqual(['execute']);
    expect(bash('soloflow', 'sprint', 'bu')).toEqual(['burndown']);
    expect(bash('soloflow', 'execute', '--auto')).toEqual(['--auto-advance']);
    expect(bash('soloflow', 'export', '--format', 'w')).toEqual(['workflow-state']);
    expect(bash('soloflow', 'completion', 'z')).toEqual(['zsh']);
  });

  for (const shell of ['zsh', 'fish'] as const) {
    it.skipIf(!has(shell))(`is a script that ${shell} reads`, () => {
      const read = spawnSync(shell, ['-n', join(folder, shell)], { encoding: 'utf8' });
      expect(read).toMatchObject({ status: 0, stderr: '' });
    });
  }

  it('leaves no command and no flag out, in any shell', () => {
    for (const shell of SHELLS) {
      const script = completionScript(shell, actions);
      for (const action of actions.filter(({ surfaces }) => surfaces.includes('cli'))) {
        expect(script).toContain(action.name);
        for (const flag of flagsOf(action).filter(({ field }) => !action.positional.includes(field)))
          expect(script, `${shell} ${action.name} ${flag.name}`).toMatch(new RegExp(`(?:--|-l )${flag.name}\\b`));
      }
    }
  });
});
