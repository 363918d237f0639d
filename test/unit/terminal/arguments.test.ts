import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { argumentName, flagsOf, parseCommand } from '../../../src/terminal/arguments';
import { EXAMPLES } from '../../../src/terminal/examples';
import { shellWords } from './shell-words';
import { commandHelp, overview } from '../../../src/terminal/help';
import { unknownName } from '../../../src/terminal/unknown-name';
import { actionNamed, actionNames } from '../../../src/workflow/action-named';
import { actions } from '../../../src/workflow/actions';

const action = (name: string) => {
  const found = actions.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no action ${name}`);
  return found;
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

  it('has for every action the flags that the JSON schema of its input has', () => {
    interface Property {
      readonly type?: string;
      readonly enum?: readonly unknown[];
      readonly items?: { readonly enum?: readonly unknown[] };
      readonly description?: string;
    }
    for (const each of actions) {
      const schema = z.toJSONSchema(each.input, { io: 'input', unrepresentable: 'any' });
      const properties = Object.entries((schema.properties ?? {}) as Record<string, Property>);
      expect(
        flagsOf(each).map(({ field, kind, choices, description, required }) => [
          field,
          kind,
          choices,
          description,
          required,
        ]),
      ).toEqual(
        properties.map(([field, property]) => [
          field,
          property.type === 'boolean' ? 'boolean' : property.type === 'array' ? 'list' : 'string',
          property.enum ?? property.items?.enum ?? [],
          property.description ?? '',
          schema.required?.includes(field) ?? false,
        ]),
      );
    }
  });

  it('takes positionals in their order and says what is missing', () => {
    const set = parseCommand(action('set'), ['B-1', 'done']);
    if (!set.ok || set.value === 'help') throw new Error('should parse');
    expect(set.value.input).toMatchObject({ item: 'B-1', status: 'done' });
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
    const offered = (name: string) => unknownName(actions, name);
    expect(offered('exec')).toMatchObject({ field: 'exec', message: expect.stringContaining('mean execute?') });
    expect(offered('stauts')).toMatchObject({ message: expect.stringContaining('mean status') });
    expect(offered('hepl')).toMatchObject({ message: expect.stringContaining('mean help') });
    expect(offered('zzzzzz')).not.toMatchObject({ message: expect.stringContaining('Did you mean') });
  });

  it('finds each action by its name without loading the others', async () => {
    expect([...actionNames].sort()).toEqual(actions.map(({ name }) => name).sort());
    for (const each of actions) expect(await actionNamed(each.name)).toBe(each);
    expect(await actionNamed('exec')).toBe(null);
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
        expect(help).toContain(each.positional.includes(flag.field) ? argumentName(flag.field) : `--${flag.name}`);
      }
      expect(overview(actions, '0')).toContain(each.name);
    }
  });

  it('has examples for every action, and each of them can be typed', () => {
    for (const each of actions.filter((one) => one.surfaces.includes('cli'))) {
      const examples = EXAMPLES[each.name] ?? [];
      if (examples.length === 0) throw new Error(`no example of ${each.name}`);
      for (const example of examples) {
        const [program, name, ...rest] = shellWords(example);
        expect([program, name]).toEqual(['soloflow', each.name]);
        expect({ example, ...parseCommand(each, rest) }).toMatchObject({ example, ok: true });
        expect(commandHelp(each)).toContain(example);
      }
    }
    expect(Object.keys(EXAMPLES).filter((name) => !actions.some((each) => each.name === name))).toEqual([]);
  });

  it('has one name and one title for each action', () => {
    expect(new Set(actions.map((each) => each.name)).size).toBe(actions.length);
    expect(new Set(actions.map((each) => each.title)).size).toBe(actions.length);
  });
});
