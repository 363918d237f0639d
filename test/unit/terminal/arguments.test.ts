import { describe, expect, it } from 'vitest';
import { findAction, flagsOf, parseCommand } from '../../../src/terminal/arguments';
import { commandHelp, overview } from '../../../src/terminal/help';
import { actions } from '../../../src/workflow/actions';

const action = (name: string) => {
  const found = findAction(actions, name);
  if (!found.ok) throw new Error(`no action ${name}`);
  return found.value;
};

describe('command line', () => {
  it('takes the flags of the seed', () => {
    const parsed = parseCommand(action('execute'), [
      '--prd',
      'PRD-B-1.md',
      '--auto-advance',
      '--no-smart-pause',
      '--concurrency',
      '3',
      '--json',
    ]);
    if (!parsed.ok || parsed.value === 'help') throw new Error('should parse');
    expect(parsed.value.json).toBe(true);
    expect(parsed.value.input).toMatchObject({
      prd: 'PRD-B-1.md',
      autoAdvance: true,
      smartPause: false,
      concurrency: 3,
      contextPreserve: true,
    });
  });

  it('takes positionals in their order and says what is missing', () => {
    const set = parseCommand(action('set'), ['B-1', 'done']);
    if (!set.ok || set.value === 'help') throw new Error('should parse');
    expect(set.value.input).toEqual({ item: 'B-1', status: 'done' });
    expect(parseCommand(action('set'), ['B-1'])).toMatchObject({
      ok: false,
      error: { kind: 'invalid-input', field: 'STATUS', message: 'is missing' },
    });
    expect(parseCommand(action('set'), ['B-1', 'done', 'now'])).toMatchObject({
      ok: false,
      error: { message: 'did not expect "now"' },
    });
    expect(parseCommand(action('set'), ['B-1', 'finished'])).toMatchObject({ ok: false, error: { field: 'STATUS' } });
  });

  it('refuses a flag that no action declares', () => {
    const parsed = parseCommand(action('list'), ['--everything']);
    expect(parsed).toMatchObject({ ok: false, error: { kind: 'invalid-input', field: 'list' } });
  });

  it('offers the nearest command for an unknown one', () => {
    const found = findAction(actions, 'exec');
    expect(found).toMatchObject({ ok: false, error: { field: 'exec' } });
    expect(found).toMatchObject({ error: { message: expect.stringContaining('execute') } });
  });

  it('repeats a list flag', () => {
    const parsed = parseCommand(action('list'), ['--document', 'a.md', '--document', 'b.md']);
    if (!parsed.ok || parsed.value === 'help') throw new Error('should parse');
    expect(parsed.value.input).toEqual({ document: ['a.md', 'b.md'] });
  });
});

describe('help', () => {
  it('describes every flag of every action of the terminal', () => {
    for (const each of actions.filter((one) => one.surfaces.includes('cli'))) {
      const help = commandHelp(each);
      for (const flag of flagsOf(each)) {
        expect(flag.description, `${each.name} --${flag.name}`).not.toBe('');
        expect(help).toContain(each.positional.includes(flag.field) ? flag.field.toUpperCase() : `--${flag.name}`);
      }
      expect(overview(actions, '0')).toContain(each.name);
    }
  });

  it('has one name and one title for each action', () => {
    expect(new Set(actions.map((each) => each.name)).size).toBe(actions.length);
    expect(new Set(actions.map((each) => each.title)).size).toBe(actions.length);
  });
});
