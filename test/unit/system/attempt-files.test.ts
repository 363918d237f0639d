import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  begun,
  createAttemptFolder,
  disown,
  exitStatus,
  forbid,
  hiddenMarks,
  limitOutput,
  owns,
  PART,
  readOutput,
  takeOver,
  wasReaped,
} from '../../../src/system/attempt-files';
import { clearOldAttempts } from '../../../src/system/old-attempts';
import { parsePs } from '../../../src/system/process-tree';

let root: string;
let dir: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-files-')));
  dir = path.join(root, 'attempts', 'a');
  createAttemptFolder(dir, 'one');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('ownership', () => {
  it('passes to exactly one of those who want it', () => {
    expect(owns(dir, 'one')).toBe(true);
    expect(takeOver(dir, 'two')).toBe(true);
    expect(owns(dir, 'one')).toBe(false);
    expect(takeOver(dir, 'three')).toBe(true);
    expect(owns(dir, 'two')).toBe(false);
    expect(readdirSync(dir)).toEqual(['owner.three']);
  });
  it('passes on what is to be hidden, and keeps it when it is over', () => {
    const other = path.join(root, 'attempts', 'b');
    createAttemptFolder(other, 'one', 'marks');
    for (const token of ['two', 'three']) {
      expect(takeOver(other, token)).toBe(true);
      expect(hiddenMarks(other)).toBe('marks');
    }
    disown(other, 'three');
    expect(hiddenMarks(other)).toBe('marks');
    expect(takeOver(other, 'four')).toBe(false);
  });
  it('cannot be taken of what was ended', () => {
    execFileSync('mv', [path.join(dir, 'owner.one'), path.join(dir, 'killed')]);
    expect(takeOver(dir, 'two')).toBe(false);
    expect(wasReaped(dir)).toBe(true);
  });
  it('a second start of the same attempt is refused', () => {
    expect(() => createAttemptFolder(dir, 'two')).toThrow(/EEXIST/);
  });
  it('either begins or is forbidden, never both', () => {
    expect(begun(dir)).toBeNull();
    expect(forbid(dir)).toBe(true);
    expect(begun(dir)).toBe('void');
    expect(forbid(dir)).toBe(false);
  });
  it('a status counts only when it is written to its end', () => {
    for (const [content, status] of [
      ['', null],
      ['1', null],
      ['x\n', null],
      ['17\n', 17],
    ] as const) {
      writeFileSync(path.join(dir, 'exit'), content);
      expect(exitStatus(dir)).toBe(status);
    }
  });
});

describe('output', () => {
  it('that fits is whole', () => {
    writeFileSync(path.join(dir, 'out'), 'x'.repeat(2 * PART));
    expect(readOutput(dir, 'out')).toMatchObject({ bytes: 2 * PART, tail: new Uint8Array() });
    expect(readOutput(dir, 'err')).toMatchObject({ bytes: 0 });
  });

  it.each([true, false])('beyond the limit keeps both ends and the count (holes: %s)', async (holes) => {
    const before = process.env['PATH'];
    // Without the tool that makes holes, the file is cut back.
    if (!holes) process.env['PATH'] = root;
    try {
      const file = path.join(dir, 'out');
      let total = 0;
      const print = (piece: string): void => {
        appendFileSync(file, piece);
        total += piece.length;
      };
      print('first\n');
      for (let round = 0; round < 5; round++) {
        for (let i = 0; i < 8; i++) print('0123456789abcdef'.repeat(8192));
        const done = await limitOutput(dir, 'out', 4 * PART);
        expect(done).toBe(holes ? 'hollow' : 'restarted');
        expect(statSync(file).blocks * 512).toBeLessThanOrEqual(4 * PART);
      }
      print('last\n');
      const kept = readOutput(dir, 'out');
      expect(kept.bytes).toBe(total);
      expect(text(kept.head).startsWith('first\n0123')).toBe(true);
      expect(text(kept.tail).endsWith('cdeflast\n')).toBe(true);
      expect([kept.head.length, kept.tail.length]).toEqual([PART, PART]);
    } finally {
      process.env['PATH'] = before;
    }
  });
});

describe('old attempts', () => {
  it('go when they are over and old, and only then', async () => {
    const attempts = path.join(root, 'attempts');
    const make = (name: string, files: Record<string, string>, age: number): void => {
      const folder = path.join(attempts, name);
      mkdirSync(folder);
      for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, file), content);
      const at = new Date(1_000_000_000_000 - age);
      utimesSync(folder, at, at);
    };
    make('over', { exit: '0\n' }, 2000);
    make('fresh', { exit: '0\n' }, 500);
    make('running', { begun: '1\n', 'owner.x': '' }, 2000);
    make('reaped', { begun: '1\n', killed: '' }, 2000);
    make('void', { begun: 'void\n' }, 2000);
    expect(await clearOldAttempts(attempts, 1000, 1_000_000_000_000)).toBe(3);
    expect(readdirSync(attempts).toSorted()).toEqual(['a', 'fresh', 'running']);
    expect(await clearOldAttempts(path.join(root, 'nowhere'), 0, 1)).toBe(0);
  });
});

describe('rows of ps', () => {
  const rows = [
    '  100     1   100 S    sh -c x SOLOFLOW_PROCESS=:outer:a1: HOME=/x',
    '  101   100   100 R+   sleep 5',
    '  102     1   102 Ss   daemon SOLOFLOW_PROCESS=:a1:b2:',
    '  103   100   100 Z    (dead)',
    '  104     1   104 S    other SOLOFLOW_PROCESS=:a12:',
    '  106   105   105 S    grandchild',
    '  105   101   105 S    child HOME=/x',
    'nonsense',
  ].join('\n');
  it('are members by group, by mark or by their parent, zombies are not', () => {
    expect(parsePs(rows, { group: 100, mark: 'a1' }, true)).toEqual([100, 101, 102, 105, 106]);
    expect(parsePs(rows, { group: 100, mark: 'a1' }, false)).toEqual([100, 101]);
    expect(parsePs(rows, { group: null, mark: 'a1' }, true)).toEqual([100, 102, 101, 105, 106]);
  });
});
