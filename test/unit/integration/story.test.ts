// One idea from its first words to the archive, in the terminal, in a git repository, with a kill in the middle.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleCli, sandbox, type Sandbox } from './cli-process';

interface Status {
  readonly pauses: readonly {
    readonly id: string;
    readonly reason: { readonly kind: string };
    readonly choices: readonly { readonly id: string }[];
  }[];
}

const IDEA = 'Greet people by name';
const BACKLOG = 'docs/backlog.md';
const PRD = 'PRD-B-001-greet-people-by-name.md';
const TASKS = 'Task-List-B-001-greet-people-by-name.md';
const WISH = [
  IDEA,
  '--points',
  '5',
  '--score',
  '4.5',
  '--problem',
  'Everybody gets the same greeting',
  '--step',
  'Write the greeting',
  '--step',
  'Say how it is used',
  '--accept',
  '`sleep 1 && grep -q Hello greeting.txt` passes',
];

describe('from an idea to shipped', () => {
  let cli = '';
  let box: Sandbox;
  beforeAll(async () => {
    cli = await bundleCli('story');
  });
  beforeEach(() => {
    box = sandbox(cli);
    git('init', '-q', '-b', 'main');
    git('config', 'user.email', 'story@example.com');
    git('config', 'user.name', 'Story');
  });
  afterEach(() => box.remove());

  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...args], { cwd: box.root, encoding: 'utf8' }).trim();
  const read = (path: string): string => readFileSync(join(box.root, path), 'utf8');
  const pauses = async (): Promise<Status['pauses']> => (await box.json<Status>('status')).pauses;
  const answer = async (kind: string, ...choice: readonly string[]): Promise<void> => {
    const open = await pauses();
    expect(open.map((pause) => pause.reason.kind)).toContain(kind);
    const pause = open.find((each) => each.reason.kind === kind);
    const done = await box.soloflow('answer', pause?.id ?? '', ...choice);
    expect(done.err).toBe('');
    expect(done.code).toBe(0);
  };

  it('leaves what a careful person would have written', { timeout: 300_000 }, async () => {
    // Shown first: nothing is written, nothing runs.
    const shown = await box.soloflow('start', ...WISH);
    expect(shown.code).toBe(3);
    expect(shown.out).toContain(`+++ b/docs/plans/${PRD}`);
    expect(existsSync(join(box.root, 'docs'))).toBe(false);

    // `continue` knows it waits, and writes nothing without a yes either.
    const waits = await box.soloflow('continue');
    expect(waits.code).toBe(3);
    expect(existsSync(join(box.root, 'docs'))).toBe(false);
    const begun = await box.soloflow('continue', '--yes');
    expect(begun.out).toContain('Starting task execution');
    expect(begun.code).toBe(3);
    expect(read(BACKLOG)).toContain(
      '| B-001 | Greet people by name | ⭐ | 5 | in-progress | Everybody gets the same greeting |',
    );
    expect(read(`docs/plans/${PRD}`)).toContain('Everybody gets the same greeting');
    expect(read(`docs/plans/${TASKS}`)).toContain('**Dependencies**: Task 1.1');

    // The same idea again is not a second item.
    const again = await box.soloflow('start', 'Greet  people by NAME');
    expect(again.code).toBe(3);
    expect(again.err).toContain('B-001');
    expect(read(BACKLOG).match(/^\| B-\d/gm)).toHaveLength(1);

    await box.soloflow('approve', '--tasks', `docs/plans/${TASKS}`, '--all');
    await answer('your-turn', 'done');
    expect((await box.soloflow('continue')).code).toBe(3);
    await answer('your-turn', 'done');
    expect((await box.soloflow('continue')).code).toBe(3);
    await answer('your-turn', 'done', '--text', 'the greeting is for later');

    // Killed while the acceptance gate runs.
    const child = box.start('continue', '--json');
    await new Promise<void>((seen) => {
      child.stdout?.on('data', () => seen());
      child.on('close', () => seen());
    });
    child.kill('SIGKILL');
    await new Promise((closed) => child.on('close', closed));

    // Goes on there; the gate is red because nobody wrote the greeting; a hot fix repairs it.
    const red = await box.soloflow('continue');
    expect(red.err).toBe('');
    expect(red.code).toBe(3);
    await answer('gate-failed', 'hotfix');
    expect((await box.soloflow('continue')).code).toBe(3);
    expect(read(`docs/plans/${TASKS}`)).toContain('T-HotFix-1');
    const early = await box.soloflow('ship', 'B-001', '--yes');
    expect(early.code).toBe(2);
    expect(early.err).toContain('still runs');
    box.write('greeting.txt', 'Hello, Ada\n');
    await answer('your-turn', 'done');
    let code = (await box.soloflow('continue')).code;
    for (let round = 0; code === 3 && round < 6; round += 1) {
      const [pause] = await pauses();
      const wanted = ['continue', 'done', 'retry'].find((each) => pause?.choices.some(({ id }) => id === each));
      await box.soloflow('answer', pause?.id ?? '', wanted ?? 'continue');
      code = (await box.soloflow('continue')).code;
    }
    expect(code).toBe(0);

    // Shipped: shown, then written and committed with an approval.
    const preview = await box.soloflow('ship');
    expect(preview.out).toContain('Every task is done');
    expect(existsSync(join(box.root, 'docs/plans/archive'))).toBe(false);
    const refused = await box.soloflow('ship', '--yes', '--commit');
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('git commit');
    expect(existsSync(join(box.root, 'docs/plans/archive'))).toBe(false);
    const lesson = 'Write the file before the gate';
    const shipped = await box.soloflow('ship', '--yes', '--changelog', '--lesson', lesson, '--commit', '--approve');
    expect(shipped.err).toBe('');
    expect(shipped.code).toBe(0);

    expect(readdirSync(join(box.root, 'docs/plans')).sort()).toEqual(['archive']);
    expect(readdirSync(join(box.root, 'docs/plans/archive')).sort()).toEqual([PRD, 'RUN-B-001.md', TASKS]);
    const today = new Date().toISOString().slice(0, 10);
    const backlog = read(BACKLOG);
    expect(backlog).toContain(`| B-001 | Greet people by name | ${today} |`);
    expect(backlog).not.toContain('in-progress |');
    expect(backlog).toContain('- B-001 — Greet people by name (score 4.5) ✅ **COMPLETED**');
    expect(read(`docs/plans/archive/${PRD}`)).toContain('**Status**: completed');
    const record = read('docs/plans/archive/RUN-B-001.md');
    expect(record).toContain('T-HotFix-1');
    expect(record).toContain('the greeting is for later');
    expect(record).toContain(lesson);
    expect(read('CHANGELOG.md')).toContain('- Greet people by name (B-001)');
    expect(git('log', '-1', '--format=%s')).toBe('B-001: Greet people by name');
    expect(git('status', '--porcelain')).toBe('');
    const list = await box.json<{ documents: readonly { items: readonly { id: string | null; status: string }[] }[] }>(
      'list',
    );
    const places = list.documents.flatMap((document) => document.items).filter((item) => item.id === 'B-001');
    expect(places.length).toBeGreaterThan(0);
    expect(places.every((place) => place.status === 'done')).toBe(true);
    const done = await box.soloflow('start', 'B-001');
    expect(done.code).toBe(2);
    expect(done.err).toContain('done already');
  });
});
