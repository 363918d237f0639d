import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/terminal/main';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-config-'));
  mkdirSync(join(root, '.soloflow'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const config = (text: string): void => writeFileSync(join(root, '.soloflow', 'config.json'), text);

async function soloflow(...args: readonly string[]): Promise<{ readonly code: number; readonly value: unknown }> {
  const lines: string[] = [];
  const terminal = {
    out: (line: string) => void lines.push(line),
    err: () => {},
    isTerminal: false,
    env: {},
    cwd: root,
    version: '0',
  };
  const code = await main([...args, '--json'], terminal, new AbortController().signal);
  return { code, value: JSON.parse(lines.join('\n')) };
}

describe('a wrong config', () => {
  it('is a problem in its file, and the last good one stays in force in later processes too', async () => {
    config('{ "limits": { "inProgress": 5 } }');
    expect((await soloflow('in-progress')).value).toMatchObject({ limit: 5 });
    expect((await soloflow('doctor')).value).toMatchObject({ healthy: true });

    config('{\n  "limits": { "inProgres": 1 }\n}');
    const listed = await soloflow('list');
    expect(listed.code).toBe(0);
    expect(listed.value).toMatchObject({
      problems: [{ path: '.soloflow/config.json', line: 2, column: 15, code: 'config', severity: 'error' }],
    });
    expect((await soloflow('in-progress')).value).toMatchObject({ limit: 5 });
    const doctor = (await soloflow('doctor')).value as {
      healthy: boolean;
      findings: { check: string; status: string }[];
    };
    expect(doctor.healthy).toBe(false);
    expect(doctor.findings.find(({ check }) => check === 'config')).toMatchObject({ status: 'error' });

    config('{ "limits": { "inProgress": 3 } }');
    expect((await soloflow('in-progress')).value).toMatchObject({ limit: 3 });
    rmSync(join(root, '.soloflow', 'config.json'));
    expect((await soloflow('in-progress')).value).toMatchObject({ limit: 2 });
  });

  it('leaves the defaults in force where none was good before', async () => {
    config('{ "limits": ');
    expect((await soloflow('in-progress')).value).toMatchObject({ limit: 2 });
    expect((await soloflow('list')).value).toMatchObject({
      problems: [{ message: 'Not JSON: ValueExpected.' }, { message: 'Not JSON: CloseBraceExpected.' }],
    });
  });
});
