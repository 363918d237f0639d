import { readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { actionCommand, ITEM_COMMANDS, NODE_COMMANDS, PALETTE_COMMANDS } from '../../../src/editor/command-ids';
import { actions } from '../../../src/workflow/actions';
import { configJsonSchema } from '../../../src/system/config-file';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const menuItem = z.object({ command: z.string(), when: z.string().optional(), group: z.string().optional() });
const submenuItem = z.object({ submenu: z.string(), when: z.string(), group: z.string() });
const setting = z.looseObject({
  type: z.string(),
  default: z.unknown(),
  enum: z.array(z.string()).optional(),
  markdownEnumDescriptions: z.array(z.string()).optional(),
  markdownDescription: z.string(),
  scope: z.string(),
  order: z.number(),
});
const manifest = z
  .looseObject({
    displayName: z.string(),
    description: z.string(),
    icon: z.string(),
    engines: z.looseObject({ vscode: z.string() }),
    devDependencies: z.record(z.string(), z.string()),
    activationEvents: z.array(z.string()),
    capabilities: z.object({
      untrustedWorkspaces: z.object({
        supported: z.literal('limited'),
        description: z.string(),
        restrictedConfigurations: z.array(z.string()),
      }),
      virtualWorkspaces: z.object({ supported: z.literal(false), description: z.string() }),
    }),
    contributes: z.object({
      viewsContainers: z.object({
        activitybar: z.array(z.object({ id: z.string(), title: z.string(), icon: z.string() })),
      }),
      views: z.record(z.string(), z.array(z.looseObject({ id: z.string(), name: z.string() }))),
      viewsWelcome: z.array(z.object({ view: z.string(), contents: z.string(), when: z.string() })),
      commands: z.array(
        z.object({
          command: z.string(),
          title: z.string(),
          shortTitle: z.string().optional(),
          category: z.string(),
          icon: z.string().optional(),
          enablement: z.string().optional(),
        }),
      ),
      menus: z.object({
        commandPalette: z.array(menuItem),
        'view/title': z.array(z.union([menuItem, submenuItem])),
        'view/item/context': z.array(menuItem),
        'soloflow.sprints': z.array(menuItem),
        'soloflow.care': z.array(menuItem),
        'soloflow.memoryMenu': z.array(menuItem),
      }),
      submenus: z.array(z.object({ id: z.string(), label: z.string() })),
      keybindings: z.array(z.looseObject({ command: z.string(), key: z.string(), when: z.string() })),
      configuration: z.array(
        z.object({ title: z.string(), order: z.number(), properties: z.record(z.string(), setting) }),
      ),
      jsonValidation: z.array(z.object({ fileMatch: z.string(), url: z.string() })),
      walkthroughs: z.array(
        z.looseObject({
          id: z.string(),
          title: z.string(),
          description: z.string(),
          steps: z.array(
            z.looseObject({
              title: z.string(),
              description: z.string(),
              media: z.object({ svg: z.string(), altText: z.string() }),
              completionEvents: z.array(z.string()),
            }),
          ),
        }),
      ),
    }),
  })
  .parse(JSON.parse(read('package.json')));
const words = z.record(z.string(), z.string()).parse(JSON.parse(read('package.nls.json')));
const { contributes } = manifest;
const titles = new Map(contributes.commands.map((each) => [each.command, words[each.title.slice(1, -1)] ?? '']));
const palette = actions.filter((action) => action.surfaces.includes('palette'));

describe('commands', () => {
  it('are contributed exactly as the code registers them', () => {
    const registered = [
      ...palette.map((action) => actionCommand(action.name)),
      ...PALETTE_COMMANDS,
      ...ITEM_COMMANDS,
      ...NODE_COMMANDS,
    ];
    expect(contributes.commands.map((each) => each.command).sort()).toEqual([...registered].sort());
  });

  it('carry the titles of the actions', () => {
    for (const action of palette)
      expect([action.name, titles.get(actionCommand(action.name))]).toEqual([action.name, action.title]);
  });

  it('have the category, a title in Title Case and an icon', () => {
    const small = new Set([
      'a',
      'an',
      'at',
      'by',
      'for',
      'on',
      'and',
      'as',
      'from',
      'in',
      'of',
      'or',
      'the',
      'this',
      'to',
      'with',
      'its',
    ]);
    for (const each of contributes.commands) expect(each.category).toBe('Soloflow');
    const wrong = contributes.commands.filter((each) => {
      const [first = '', ...rest] = (titles.get(each.command) ?? '').split(' ');
      const isTitle = /^[A-Z]/.test(first) && rest.every((word) => small.has(word) || /^[A-Z…]/.test(word));
      return !isTitle || !/^\$\([a-z-]+\)$/.test(each.icon ?? '');
    });
    expect(wrong.map((each) => each.command)).toEqual([]);
  });

  it('that need a node are hidden from the palette, all others are not', () => {
    const hidden = contributes.menus.commandPalette.filter((each) => each.when === 'false');
    expect(hidden.map((each) => each.command).sort()).toEqual([...NODE_COMMANDS].sort());
    // Absent where neither a model nor an agent can be asked.
    expect(contributes.menus.commandPalette.filter((each) => each.when !== 'false')).toEqual(
      expect.arrayContaining([
        { command: 'soloflow.enrich', when: 'soloflow.canEnrich' },
        // Of use only where there is a plan.
        ...ITEM_COMMANDS.map((command) => ({ command, when: 'soloflow.active == plan' })),
      ]),
    );
    expect(contributes.menus.commandPalette.length).toBe(NODE_COMMANDS.length + ITEM_COMMANDS.length + 1);
  });

  it('have titles that differ, so that the palette is unambiguous', () => {
    const shown = contributes.commands
      .filter((each) => !(NODE_COMMANDS as readonly string[]).includes(each.command))
      .map((each) => titles.get(each.command));
    expect(new Set(shown).size).toBe(shown.length);
  });
});

describe('menus', () => {
  const known = new Set(contributes.commands.map((each) => each.command));
  it('name only contributed commands and only our view', () => {
    for (const each of [...contributes.menus['view/title'], ...contributes.menus['view/item/context']]) {
      expect([...known, ...contributes.submenus.map(({ id }) => id)]).toContain(
        'command' in each ? each.command : each.submenu,
      );
      expect(each.when).toContain('view == soloflow.plan');
    }
    for (const { id } of contributes.submenus) {
      const entries = contributes.menus[id as keyof typeof contributes.menus];
      expect(entries.length).toBeGreaterThan(3);
      for (const each of entries) expect(known).toContain('command' in each ? each.command : '');
    }
  });

  it('offer every command of the palette somewhere, but those that only another place needs', () => {
    const menus = Object.entries(contributes.menus).filter(([name]) => name !== 'commandPalette');
    const offered = new Set(
      menus.flatMap(([, entries]) => entries.flatMap((each) => ('command' in each ? each.command : []))),
    );
    const shown = contributes.commands
      .map((each) => each.command)
      .filter((command) => !(NODE_COMMANDS as readonly string[]).includes(command) && !offered.has(command));
    // The nodes of the tree have their own forms of these.
    expect(shown.map((command) => command.slice('soloflow.'.length)).sort()).toEqual([
      'cancel',
      'goal',
      'output',
      'retry',
      'retryFrom',
      'set',
      'showView',
      'skip',
      'sprint',
    ]);
  });

  it('leave nothing to the mouse: what a row offers is in its context menu and in the palette', () => {
    const context = contributes.menus['view/item/context'];
    const inline = context.filter((each) => each.group?.startsWith('inline') === true);
    // The context menu opens with Shift+F10: an icon of a row stands there too.
    const written = new Set(context.filter((each) => !inline.includes(each)).map((each) => each.command));
    expect(inline.map((each) => each.command).filter((command) => !written.has(command))).toEqual([]);
    // What the palette hides has a form there that asks for what is meant.
    const asks: Readonly<Record<string, string>> = {
      'soloflow.runDocument': 'soloflow.execute',
      'soloflow.runOnly': 'soloflow.runTask',
      'soloflow.pauseNode': 'soloflow.pause',
      'soloflow.continueNode': 'soloflow.continue',
      'soloflow.stopNode': 'soloflow.stop',
      'soloflow.cancelNode': 'soloflow.cancel',
      'soloflow.skipNode': 'soloflow.skip',
      'soloflow.retryNode': 'soloflow.retry',
      'soloflow.retryFromNode': 'soloflow.retryFrom',
      'soloflow.setNode': 'soloflow.set',
      'soloflow.approveNode': 'soloflow.approve',
      'soloflow.answerNode': 'soloflow.answer',
      'soloflow.answerWith': 'soloflow.answer',
    };
    const hidden = new Set(
      contributes.menus.commandPalette.filter((each) => each.when === 'false').map((each) => each.command),
    );
    expect([...hidden].sort()).toEqual(Object.keys(asks).sort());
    for (const command of Object.values(asks)) expect([command, hidden.has(command)]).toEqual([command, false]);
    for (const command of Object.values(asks)) expect(known).toContain(command);
  });

  it('show at most three icons in the title, one per place', () => {
    const places = contributes.menus['view/title'].flatMap((each) =>
      each.group?.startsWith('navigation') === true ? [each.group] : [],
    );
    expect(new Set(places).size).toBeLessThanOrEqual(3);
  });

  it('use the agreed groups', () => {
    for (const each of contributes.menus['view/item/context'])
      expect(each.group).toMatch(/^(inline|0_answer|0_open|1_run|2_state|3_item|4_documents|5_memory|9_copy)@\d+$/);
  });

  it('give no key to what ends a run', () => {
    const keys = contributes.keybindings.map((each) => each.command);
    for (const command of ['soloflow.stop', 'soloflow.cancel', 'soloflow.skip']) expect(keys).not.toContain(command);
    for (const each of contributes.keybindings) expect(each.when).toBe('soloflow.active == plan');
  });
});

describe('settings', () => {
  const settings = contributes.configuration.flatMap((section) => Object.entries(section.properties));

  it('have the same defaults as the code', () => {
    const source = read('src/editor/settings.ts');
    const block = /SETTING_DEFAULTS = (\{[^}]*\})/.exec(source)?.[1] ?? '';
    const inCode = [...block.matchAll(/^\s*'?([\w.]+)'?: (.+),$/gm)].map(
      ([, name, value]) => [`soloflow.${name}`, (value ?? '').replaceAll("'", '')] as const,
    );
    expect(inCode.length).toBeGreaterThan(3);
    expect(Object.fromEntries(settings.map(([name, each]) => [name, String(each.default)]))).toEqual(
      Object.fromEntries(inCode),
    );
  });

  it('are described, scoped and ordered; enums have a description each', () => {
    for (const [name, each] of settings) {
      expect([name, each.scope]).toEqual([name, expect.stringMatching(/^(window|resource|machine-overridable)$/)]);
      expect([name, each.markdownEnumDescriptions?.length]).toEqual([name, each.enum?.length]);
      for (const [, other] of (words[each.markdownDescription.slice(1, -1)] ?? '').matchAll(/`#(soloflow\.[^#]+)#`/g))
        expect(settings.map(([id]) => id)).toContain(other);
    }
  });

  it('stand in docs/editor.md with their defaults', () => {
    const rows = [...read('docs/editor.md').matchAll(/^\| `(soloflow\.[\w.]+)` \| `([^`]+)` \|/gm)];
    expect(rows.map(([, name, value]) => [name, value]).sort()).toEqual(
      settings.map(([name, each]) => [name, String(each.default)]).sort(),
    );
  });

  it('that say what runs without asking are restricted in untrusted folders', () => {
    const running = settings.filter(([, each]) => each.scope === 'machine-overridable').map(([name]) => name);
    expect([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual(running.sort());
  });

  it('let the config file be completed from the schema of the code', () => {
    const url = contributes.jsonValidation[0]?.url ?? '';
    expect(JSON.parse(read(url))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });
});

describe('the rest of the manifest', () => {
  it('pins the types to the floor of the editor', () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
  });

  it('starts for folders with a record or a plan, never for all', () => {
    expect(manifest.activationEvents).toContain('workspaceContains:.soloflow/*.db');
    for (const event of manifest.activationEvents) expect(event).toMatch(/^workspaceContains:\S+$/);
  });

  it('takes every visible word from package.nls.json, and all of them are used', () => {
    const text = JSON.stringify(JSON.parse(read('package.json')));
    const used = [...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]);
    expect([...new Set(used)].sort()).toEqual(Object.keys(words).sort());
    const literal = contributes.commands.filter((each) => !each.title.startsWith('%'));
    expect(literal).toEqual([]);
  });

  it('names only files that are there', () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map((each) => each.icon),
      ...contributes.walkthroughs.flatMap((each) => each.steps.map((step) => step.media.svg)),
      ...contributes.jsonValidation.map((each) => each.url),
    ];
    for (const file of files) expect([file, existsSync(path.join(root, file))]).toEqual([file, true]);
  });

  it('has a walkthrough of at most four steps whose links are commands of ours', () => {
    const known = new Set(contributes.commands.map((each) => each.command));
    for (const { steps } of contributes.walkthroughs) {
      expect(steps.length).toBeLessThanOrEqual(4);
      for (const step of steps) {
        for (const [, command] of (words[step.description.slice(1, -1)] ?? '').matchAll(/\(command:([\w.]+)\)/g))
          expect(known).toContain(command);
        const events = step.completionEvents.filter((event) => event.startsWith('onCommand:'));
        for (const event of events) expect(known).toContain(event.slice('onCommand:'.length));
      }
    }
  });

  it('welcomes in three situations that exclude each other', () => {
    expect(contributes.viewsWelcome.map((each) => each.when)).toEqual([
      'workbenchState == empty',
      'workbenchState != empty && soloflow.active == none && isWorkspaceTrusted',
      'workbenchState != empty && soloflow.active == none && !isWorkspaceTrusted',
    ]);
  });
});
