import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitState, parseStatus } from '../../../src/system/git';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-git-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
    cwd: root,
    encoding: 'utf8',
  });

describe('git', () => {
  it('no repository is a value', async () => {
    expect(await gitState(root)).toMatchObject({ kind: 'none', why: 'no-repository' });
  });

  it('no git is a value', async () => {
    const before = process.env['PATH'];
    process.env['PATH'] = root;
    try {
      expect(await gitState(root)).toMatchObject({ kind: 'none', why: 'no-git' });
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('tells branch, head, changed files and the last commit', async () => {
    git('init', '-q', '-b', 'main');
    expect(await gitState(root)).toMatchObject({
      kind: 'repository',
      state: { branch: 'main', head: null, dirty: [], lastCommit: null, detached: false },
    });
    mkdirSync(path.join(root, 'sub dir'));
    writeFileSync(path.join(root, 'a b.md'), 'x');
    writeFileSync(path.join(root, 'sub dir/ü.md'), 'x');
    git('add', '.');
    git('commit', '-qm', 'One: two');
    writeFileSync(path.join(root, 'a b.md'), 'y');
    writeFileSync(path.join(root, 'new.md'), 'y');
    git('mv', 'sub dir/ü.md', 'sub dir/v.md');
    const answer = await gitState(root);
    expect(answer).toMatchObject({
      kind: 'repository',
      state: { head: git('rev-parse', 'HEAD').trim(), lastCommit: { subject: 'One: two' } },
    });
    expect(answer.kind === 'repository' && answer.state.dirty.toSorted()).toEqual([
      'a b.md',
      'new.md',
      'sub dir/v.md',
      'sub dir/ü.md',
    ]);
    const sub = await gitState(path.join(root, 'sub dir'));
    expect(sub.kind === 'repository' && sub.state.dirty.toSorted()).toEqual(['v.md', 'ü.md']);
    git('checkout', '-q', '--detach');
    expect(await gitState(root)).toMatchObject({ state: { branch: null, detached: true } });
  });

  it('does not let the repository run programs', async () => {
    git('init', '-q');
    writeFileSync(path.join(root, 'evil.sh'), `#!/bin/sh\ntouch "${root}/ran"\n`, { mode: 0o755 });
    git('config', 'core.fsmonitor', './evil.sh');
    await gitState(root);
    const answer = await gitState(root);
    expect(answer.kind === 'repository' && answer.state.dirty).toEqual(['evil.sh']);
  });

  it('reads conflicts', () => {
    expect(parseStatus('u UU N... 100644 100644 100644 100644 a b c file one.md\0')).toMatchObject({
      dirty: ['file one.md'],
    });
  });
});
