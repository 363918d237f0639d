import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/terminal/main';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-sprint-cli-'));
  mkdirSync(join(root, 'docs', 'plans'), { recursive: true });
  const row = '| B-001 | Words | ⭐ | 3 | todo | x | y | None |';
  writeFileSync(
    join(root, 'docs', 'backlog.md'),
    `# Backlog\n\n| ID | Title | 🔥P | 🎯Points | Status | Problem/Outcome | Tech Footprint | Dependencies |\n|----|----|----|----|----|----|----|----|\n${row}\n`,
  );
  writeFileSync(
    join(root, 'docs', 'plans', 'Task-List-B-001-words.md'),
    '# Task List: B-001 — Words\n\n#### Task 1.1: Count\n\n**Status**: todo\n\n**Commands**:\n\n```bash\nwc -w words.txt\n```\n',
  );
  writeFileSync(
    join(root, 'docs', 'roadmap.md'),
    '# Roadmap\n\n## GOAL-001: Known words\n\n**Sprints**: SPRINT-001\n\n## SPRINT-001\n\n- B-001\n',
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function soloflow(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  const lines: string[] = [];
  const out = (line: string): void => void lines.push(line);
  const terminal = { out, err: () => {}, isTerminal: false, env: {}, cwd: root, version: '0' };
  const code = await main(args, terminal, new AbortController().signal);
  return { code, out: lines.join('\n') };
}

describe('sprints and goals in the terminal', () => {
  it('are scopes of what can be approved and run', async () => {
    for (const scope of [
      ['--sprint-id', 'SPRINT-001'],
      ['--goal-id', 'GOAL-001'],
    ]) {
      const { code, out } = await soloflow('approve', ...scope, '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ commands: [{ command: 'wc -w words.txt', approved: false }] });
    }
    const unknown = await soloflow('approve', '--sprint-id', 'SPRINT-002', '--json');
    expect(unknown.code).toBe(2);
    expect(JSON.parse(unknown.out)).toMatchObject({ error: { kind: 'unknown-item', nearest: ['SPRINT-001'] } });
  });

  it('begin a run that waits for a person where commands are not approved', async () => {
    const { code, out } = await soloflow('sprint', 'execute-tasks', 'SPRINT-001', '--json');
    expect(code).toBe(3);
    const last: unknown = JSON.parse(out.split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ type: 'run-settled', run: { title: 'SPRINT-001', counts: { total: 1, paused: 1 } } });
  });

  it('show a burn-down as bars, checklists as signs and the roadmap as lines', async () => {
    await soloflow('sprint', 'plan', 'SPRINT-001', '--start', '2026-11-02', '--end', '2026-11-03', '--write');
    expect((await soloflow('sprint', 'burndown', 'SPRINT-001')).out).toContain('2026-11-02 █');
    expect((await soloflow('checklist', 'task')).out).toContain('✅ Integration with planning systems');
    expect((await soloflow('roadmap')).out).toContain('GOAL-001 Known words');
  });
});
