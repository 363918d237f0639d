import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createApprovals, openTrustedFolders, type ApprovalOptions } from '../../../src/store/approvals';
import { userFolder } from '../../../src/store/user-folder';
import { bundle, child, silent, tempFolder, tick } from './support';

function setting(changes: Partial<ApprovalOptions> = {}) {
  const options: ApprovalOptions = {
    root: tempFolder(),
    folder: join(tempFolder(), 'user'),
    trusted: () => true,
    environment: () => ({ SHELL: '/bin/sh' }),
    now: tick,
    log: silent,
    ...changes,
  };
  return { options, approvals: createApprovals(options) };
}

describe('approvals', () => {
  it('are for exactly this text, in this folder, with this environment', () => {
    const { options, approvals } = setting();
    expect(approvals.isApproved('npm test')).toBe(false);
    approvals.approve(['npm test', 'npm run build\nnpm test'], 'editor');
    expect(approvals.isApproved('npm test')).toBe(true);
    expect(approvals.isApproved('npm run build\nnpm test')).toBe(true);
    expect(approvals.isApproved('npm test ')).toBe(false);
    expect(approvals.isApproved('npm run build')).toBe(false);
    expect(createApprovals(options).isApproved('npm test')).toBe(true);
    expect(createApprovals({ ...options, root: tempFolder() }).isApproved('npm test')).toBe(false);
    expect(createApprovals({ ...options, environment: () => ({ SHELL: '/evil' }) }).isApproved('npm test')).toBe(false);
    const link = join(tempFolder(), 'link');
    symlinkSync(options.root, link);
    expect(createApprovals({ ...options, root: link }).isApproved('npm test')).toBe(true);
  });

  it('are taken back for good, listed, and never written into the workspace', () => {
    const { options, approvals } = setting();
    approvals.approve(['a', 'b'], 'cli');
    approvals.revoke(['a'], 'cli');
    expect(approvals.isApproved('a')).toBe(false);
    expect(createApprovals(options).list()).toEqual([
      { command: 'b', by: 'cli', at: expect.any(Number), current: true },
    ]);
    const elsewhere = createApprovals({ ...options, environment: () => ({}) });
    expect(elsewhere.list()).toMatchObject([{ command: 'b', current: false }]);
    expect(existsSync(join(options.root, '.soloflow'))).toBe(false);
    const file = join(options.folder!, 'approvals.jsonl');
    expect(statSync(file).mode & 0o077).toBe(0);
    const size = statSync(file).size;
    approvals.approve(['b'], 'cli');
    expect(statSync(file).size).toBe(size);
  });

  it('survive torn and foreign lines, which approve nothing', () => {
    const { options, approvals } = setting();
    approvals.approve(['a'], 'cli');
    const file = join(options.folder!, 'approvals.jsonl');
    const line = readFileSync(file, 'utf8').trim();
    appendFileSync(file, line.replace('"a"', '"x"').slice(0, -9));
    approvals.approve(['b'], 'cli');
    appendFileSync(file, `\n{"key":5}\nnull\n[]\nrubbish\n`);
    const again = createApprovals(options);
    expect([again.isApproved('a'), again.isApproved('b')]).toEqual([true, true]);
    expect(again.list()).toHaveLength(2);
  });

  it('count for the session when they cannot be kept', () => {
    const folder = join(tempFolder(), 'file');
    writeFileSync(folder, '');
    const { options, approvals } = setting({ folder });
    approvals.approve(['a'], 'cli');
    expect(approvals.isApproved('a')).toBe(true);
    expect(createApprovals(options).isApproved('a')).toBe(false);
  });

  it('of several processes at once are all kept', async () => {
    const { options, approvals } = setting();
    const script = await bundle('child-approve');
    const names = ['a', 'b', 'c'];
    const children = names.map((name) => child(script, [options.root, options.folder!, name]));
    await Promise.all(children.map((each) => each.exited));
    const wanted = names.flatMap((name) => Array.from({ length: 50 }, (_, n) => `${name} ${n}`));
    expect(wanted.filter((command) => !approvals.isApproved(command))).toEqual([]);
    expect(approvals.list()).toHaveLength(150);
  });
});

describe('trusted folders', () => {
  it('reach down, not up and not beside', () => {
    const folder = join(tempFolder(), 'user');
    const trusted = openTrustedFolders({ folder, now: tick, log: silent });
    const root = tempFolder();
    mkdirSync(join(root, 'inner'));
    trusted.trust(root, 'cli');
    expect(trusted.isTrusted(root)).toBe(true);
    expect(trusted.isTrusted(join(root, 'inner'))).toBe(true);
    expect(trusted.isTrusted(`${root}-beside`)).toBe(false);
    expect(trusted.isTrusted(join(root, '..'))).toBe(false);
    expect(openTrustedFolders({ folder, now: tick, log: silent }).list()).toMatchObject([{ folder: root, by: 'cli' }]);
    trusted.distrust(root, 'cli');
    expect(trusted.isTrusted(root)).toBe(false);
    expect(trusted.list()).toEqual([]);
  });
});

describe('the user folder', () => {
  const of = (platform: NodeJS.Platform, env: Record<string, string>) => userFolder({ platform, env, home: '/home/a' });
  it('is where the platform keeps such things', () => {
    expect(of('linux', {})).toBe('/home/a/.local/share/soloflow');
    expect(of('linux', { XDG_DATA_HOME: '/data' })).toBe('/data/soloflow');
    expect(of('linux', { XDG_DATA_HOME: 'relative' })).toBe('/home/a/.local/share/soloflow');
    expect(of('darwin', {})).toBe('/home/a/Library/Application Support/soloflow');
    expect(of('win32', { LOCALAPPDATA: '/local' })).toBe('/local/soloflow');
    expect(of('linux', { SOLOFLOW_USER_DIR: '/asked' })).toBe('/asked');
    expect(of('linux', { SOLOFLOW_USER_DIR: './here' })).toBe('/home/a/.local/share/soloflow');
  });
});
