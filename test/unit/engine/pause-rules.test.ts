import { describe, expect, it } from 'vitest';
import { matchingRules, missingCredentials, sensitivity } from '../../../src/engine/pause-rules';
import { configSchema } from '../../../src/model/config';
import { simulate } from './support/simulation';
import { spec } from './support/world';

const kinds = (sim: ReturnType<typeof simulate>) => [...sim.state.pauses.values()].map(({ reason }) => reason.kind);

describe('what a task touches', () => {
  it.each([
    [{ type: 'database' }, 'database'],
    [{ title: 'Run the database migration' }, 'database'],
    [{ title: 'Migrate the users table' }, 'database'],
    [{ commands: ['npx prisma migrate deploy'] }, 'database'],
    [{ commands: ['alembic upgrade head'] }, 'database'],
    [{ commands: ['psql app < dump.sql'] }, 'database'],
    [{ type: 'deployment' }, 'deployment'],
    [{ title: 'Deploy to staging' }, 'deployment'],
    [{ commands: ['kubectl apply -f k8s'] }, 'deployment'],
    [{ commands: ['npm run deploy:prod'] }, 'deployment'],
    [{ commands: ['git push heroku main'] }, 'deployment'],
    [{ title: 'Write the deployment guide' }, null],
    [{ title: 'Add a button' }, null],
    [{ title: 'Migrate the tests to vitest' }, null],
    [{ title: 'Choose a database' }, null],
    [{ commands: ['npm test'] }, null],
  ] as const)('%o → %s', (change, kind) => {
    expect(sensitivity(spec('a', change as never))).toBe(kind);
  });
});

describe('missing credentials', () => {
  const env = (name: string): string | undefined => ({ HAVE_TOKEN: 'x', EMPTY_TOKEN: '' })[name];
  it.each([
    ['curl -H "Authorization: $API_TOKEN" https://x', ['API_TOKEN']],
    ['deploy --key ${AWS_SECRET_ACCESS_KEY}', ['AWS_SECRET_ACCESS_KEY']],
    ['echo $HAVE_TOKEN', []],
    ['echo $EMPTY_TOKEN', ['EMPTY_TOKEN']],
    ['echo ${API_KEY:-none}', []],
    ['export API_KEY=1\ncurl $API_KEY', []],
    ['API_KEY=1 curl $API_KEY', []],
    ['echo $HOME $PATH $i', []],
    ['echo \\$API_KEY', []],
    ['$env:NUGET_API_KEY', ['NUGET_API_KEY']],
    ['psql $DATABASE_URL; psql $DATABASE_URL', ['DATABASE_URL']],
    ['# needs $API_KEY', []],
  ])('%s → %o', (command, names) => {
    expect(missingCredentials([command], env)).toEqual(names);
  });
});

describe('rules of the workspace', () => {
  const config = configSchema.parse({
    pauseRules: [
      { name: 'billing', command: 'stripe', message: 'Costs money' },
      { name: 'legal', task: '\\bGDPR\\b', message: 'Ask legal' },
      { name: 'top', priority: ['P0'], message: 'Look first' },
      { name: 'both', command: 'make', task: 'site', message: 'Both' },
    ],
  });
  const names = (change: Parameters<typeof spec>[1]) =>
    matchingRules(spec('a', change), config).map(({ name }) => name);
  it('match by command, also of a gate, by task and priority', () => {
    expect(names({ commands: ['stripe charge'] })).toEqual(['billing']);
    expect(names({ gates: [{ kind: 'command', name: 'g', command: 'stripe check' }] })).toEqual(['billing']);
    expect(names({ title: 'Check GDPR' })).toEqual(['legal']);
    expect(names({ priority: '🔥 P0', commands: [] })).toEqual(['top']);
    expect(names({ commands: ['make'], title: 'other' })).toEqual([]);
    expect(names({ commands: ['make'], title: 'site' })).toEqual(['both']);
  });
  it('are refused where an expression is none', () => {
    const read = configSchema.safeParse({ pauseRules: [{ name: 'broken', command: '(', message: 'Never' }] });
    expect(read.error?.issues).toMatchObject([
      { path: ['pauseRules', 0, 'command'], message: expect.stringContaining('not a regular expression') },
    ]);
  });
});

describe('before a task', () => {
  const everything = spec('a', {
    humanRequired: true,
    unresolved: ['the team'],
    type: 'database',
    autoAdvance: null,
    commands: ['psql $DATABASE_URL -c "drop table a"'],
  });
  const config = configSchema.parse({ pauseRules: [{ name: 'r', command: 'psql', message: 'Careful' }] });

  it('asks each question once, in order, and then runs', () => {
    const approved = new Set<string>();
    const sim = simulate([everything], {}, {}, { config, isApproved: (command) => approved.has(command) });
    while (sim.state.openPauses.size > 0) {
      sim.answer((ids) => {
        if (ids.includes('approve')) {
          approved.add(everything.commands[0]!);
          return 'approve';
        }
        return 'run';
      });
    }
    expect(kinds(sim)).toEqual([
      'human-required',
      'unresolved-dependency',
      'rule',
      'no-auto-advance',
      'approval',
      'destructive',
      'credentials',
    ]);
    expect(sim.state.tasks.get('a')?.row.state).toBe('running');
  });

  it('asks only what is written, and for approval, when smart pause is off', () => {
    const sim = simulate([everything], { smartPause: false }, {}, { config, isApproved: () => false });
    sim.answer(() => 'run');
    expect(kinds(sim)).toEqual(['human-required', 'approval']);
  });

  it('asks about a destructive command even if it is approved and Auto-Advance is yes; skip is the default', () => {
    const sim = simulate([spec('a', { autoAdvance: true, commands: ['npm publish'] })]);
    expect([...sim.state.pauses.values()][0]).toMatchObject({
      reason: { kind: 'destructive', command: 'npm publish', rule: 'publish' },
      default: 'skip',
    });
    sim.answer();
    expect(sim.state.tasks.get('a')?.row.state).toBe('skipped');
    expect(sim.ended()).toBe(true);
  });

  it('asks about what a gate would do as about what the task does, once in a run where several tasks have it', () => {
    const gate = { kind: 'command', name: 'reset', command: 'docker system prune -af' } as const;
    const secret = { kind: 'command', name: 'api', command: 'curl -H $API_TOKEN' } as const;
    const sim = simulate([
      spec('a', { gates: [gate] }),
      spec('b', { rank: 1, gates: [gate], commands: ['docker system prune -af'] }),
      spec('c', { rank: 2, gates: [gate, secret] }),
    ]);
    expect([...sim.state.pauses.values()][0]).toMatchObject({
      reason: { kind: 'destructive', command: 'docker system prune -af', rule: 'docker' },
      default: 'skip',
    });
    sim.answer(() => 'run');
    expect(sim.state.tasks.get('a')?.row.state).toBe('running');
    sim.step({ kind: 'wish', wish: { kind: 'skip', runId: 'run', taskKey: 'a' }, by: 'ann' });
    sim.finish(null);
    // The second does it itself: that is another thing than to check with it.
    expect(kinds(sim)).toEqual(['destructive', 'destructive']);
    sim.answer(() => 'skip');
    expect(kinds(sim)).toEqual(['destructive', 'destructive', 'credentials']);
  });

  it("asks where the task's own Smart Pause says yes, leaves steps alone where it says no, and never asks twice", () => {
    const note = 'pause for MCP server testing';
    const yes = spec('a', { autoAdvance: true, smartPause: { value: true, note } });
    const sim = simulate([yes]);
    expect([...sim.state.pauses.values()].map(({ reason }) => reason)).toEqual([
      { kind: 'rule', rule: 'Smart Pause', message: note },
    ]);
    sim.answer(() => 'run');
    expect(sim.state.tasks.get('a')?.row.state).toBe('running');
    expect(kinds(simulate([yes], { smartPause: false }))).toEqual([]);
    // Somebody is asked anyway.
    expect(kinds(simulate([{ ...yes, humanRequired: true }]))).toEqual(['human-required']);
    expect(kinds(simulate([{ ...yes, commands: [] }]))).toEqual(['your-turn']);
    const no = { value: false, note: null };
    expect(kinds(simulate([spec('a', { autoAdvance: null, type: 'database', smartPause: no })]))).toEqual([]);
    expect(kinds(simulate([spec('a', { commands: ['npm publish'], smartPause: no })]))).toEqual(['destructive']);
  });

  it('asks once for all tasks of an item that needs a person', () => {
    const of = { personFor: 'backlog.md#B-1:billing' };
    const sim = simulate([spec('a', of), spec('b', { ...of, rank: 1 }), spec('c', { rank: 2, personFor: 'other' })]);
    sim.answer(() => 'run');
    sim.finish(0);
    sim.finish(0);
    expect([...sim.state.pauses.values()].map(({ reason, taskKey }) => [reason.kind, taskKey])).toEqual([
      ['human-required', 'a'],
      ['human-required', 'c'],
    ]);
  });

  it('looks for the credentials again on retry', () => {
    let value: string | undefined;
    const sim = simulate([spec('a', { commands: ['curl $API_KEY'] })], {}, {}, { env: () => value });
    expect(kinds(sim)).toEqual(['credentials']);
    sim.answer(() => 'retry');
    expect(kinds(sim)).toEqual(['credentials', 'credentials']);
    value = 'here';
    sim.answer(() => 'retry');
    expect(sim.state.tasks.get('a')?.row.state).toBe('running');
  });

  it('asks again when the commands have changed', () => {
    const sim = simulate([
      spec('a', { humanRequired: true }),
      spec('b', { rank: 1, needs: ['a'], commands: ['npm publish'] }),
    ]);
    sim.answer(() => 'run');
    sim.finish(0);
    sim.take(({ kind }) => kind === 'apply-edit');
    sim.answer(() => 'run');
    expect(sim.state.tasks.get('b')?.row.state).toBe('running');
    sim.step({ kind: 'wish', wish: { kind: 'stop', runId: 'run' }, by: 'ann' });
    sim.finish(null);
    const changed = spec('b', { rank: 1, needs: ['a'], commands: ['npm publish --tag next'] });
    sim.step({
      kind: 'plan',
      reading: {
        specs: [changed],
        status: new Map([
          ['a', 'done'],
          ['b', 'open'],
        ]),
      },
    });
    sim.step({ kind: 'wish', wish: { kind: 'resume', runId: 'run' }, by: 'ann' });
    expect(kinds(sim)).toEqual(['human-required', 'destructive', 'destructive']);
  });

  it('gives a task without commands to the worker if it can, else to the person', () => {
    const sim = simulate(
      [spec('a', { commands: [] }), spec('b', { commands: [], rank: 1 })],
      { concurrency: 2 },
      {},
      {
        canDo: ({ key }) => key === 'a',
      },
    );
    // An agent's time is limited, also where its task says nothing.
    expect(sim.bag.map(({ kind }) => kind)).toEqual(['start-worker', 'arm-deadline']);
    expect(kinds(sim)).toEqual(['your-turn']);
  });

  it("asks for the approval of the agent's command, and leaves a run alone that wants no agent", () => {
    const tasks = [spec('a', { commands: [] })];
    const rules = { canDo: () => true, workerCommand: () => 'agent --go', isApproved: () => false };
    const asked = simulate(tasks, {}, {}, rules);
    expect([...asked.state.pauses.values()].map(({ reason }) => reason)).toEqual([
      { kind: 'approval', commands: ['agent --go'] },
    ]);
    expect(asked.bag.map(({ kind }) => kind)).not.toContain('start-worker');
    expect(kinds(simulate(tasks, { worker: false }, {}, rules))).toEqual(['your-turn']);
  });
});
