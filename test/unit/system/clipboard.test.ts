// The clipboard outside of the editor, with a program of our own in the place of the system's.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyToClipboard } from '../../../src/system/clipboard';

// One name for each system but Windows, which has its own.
const NAMES = ['pbcopy', 'xclip'];

describe.skipIf(process.platform === 'win32')('the clipboard', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'soloflow-clip-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('takes the text through the first program that is there', async () => {
    for (const name of NAMES) {
      writeFileSync(path.join(dir, name), `#!/bin/sh\n/bin/cat > "${dir}/taken"\n`);
      chmodSync(path.join(dir, name), 0o700);
    }
    const text = 'Hand-over: ✓\n'.repeat(20_000);
    expect(await copyToClipboard(text, { PATH: dir })).toEqual({ ok: true, value: null });
    expect(readFileSync(path.join(dir, 'taken'), 'utf8')).toBe(text);
  });

  it('says what to do where there is none', async () => {
    const done = await copyToClipboard('x', { PATH: dir });
    expect(done).toMatchObject({ ok: false, error: { kind: 'invalid-input', field: 'clipboard' } });
  });
});
