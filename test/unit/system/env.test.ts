import { describe, expect, it } from 'vitest';
import { commandEnvironment, shellFor } from '../../../src/system/env';

describe('the environment of commands', () => {
  it("is the person's own, without what an editor adds for itself", () => {
    const found = commandEnvironment({
      PATH: '/bin',
      CHROME_BIN: '/x',
      VSCODE_PID: '1',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_CHANNEL_FD: '3',
      GONE: undefined,
    });
    expect(found).toEqual({ PATH: '/bin', CHROME_BIN: '/x' });
  });
});

describe('the shell', () => {
  it.each([
    ['npm test && echo done', '/bin/sh'],
    ['for f in *.md; do echo "${f%.md}"; done', '/bin/sh'],
    ['source .venv/bin/activate && pytest', '/b'],
    ['. .venv/bin/activate', '/bin/sh'],
    ['[[ -f x ]] && y', '/b'],
    ['diff <(a) <(b)', '/b'],
    ['set -o pipefail; a | b', '/b'],
    ['a &> log', '/b'],
    ['list=(1 2 3)', '/b'],
    ['echo "${x//a/b}"', '/b'],
    ['resource x', '/bin/sh'],
  ])('%s runs in %s', (command, shell) => {
    expect(shellFor(command, '/b')).toBe(shell);
    expect(shellFor(command, null)).toBe('/bin/sh');
  });
});
