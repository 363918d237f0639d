// Keeps the generated files true: the schema of the config file, the list of translatable sentences, and a command in
// the manifest for each action of the palette.
// `UPDATE=1 npx vitest run test/unit/editor/write-generated.test.ts` writes them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { actionCommand } from '../../../src/editor/command-ids';
import { configJsonSchema } from '../../../src/system/config-file';
import { actions } from '../../../src/workflow/actions';

const root = path.resolve(import.meta.dirname, '../../..');

function kept(file: string, text: string): string {
  const at = path.join(root, file);
  if (process.env['UPDATE'] === '1') writeFileSync(at, text);
  return readFileSync(at, 'utf8');
}

function sources(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(`${folder}/${entry.name}`)
      : entry.name.endsWith('.ts')
        ? [readFileSync(path.join(root, folder, entry.name), 'utf8')]
        : [],
  );
}

/** Every literal first argument of `t(…)`, concatenations of literals included. */
function sentences(text: string): readonly string[] {
  const literal = String.raw`(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")`;
  return [...text.matchAll(new RegExp(String.raw`(?<![\w.])t\(\s*${literal}\s*[,)]`, 'g'))].map((match) =>
    (match[1] ?? match[2] ?? '').replaceAll("\\'", "'").replaceAll('\\"', '"'),
  );
}

it('media/config.schema.json is the schema of the code', () => {
  const schema = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
  expect(kept('media/config.schema.json', schema)).toBe(schema);
});

it('l10n/bundle.l10n.json lists every sentence of the editor', () => {
  const found = [...sources('src/editor'), ...sources('src/workflow/words')].flatMap(sentences);
  expect(found.length).toBeGreaterThan(150);
  const unique = [...new Set(found)].sort();
  const bundle = `${JSON.stringify(Object.fromEntries(unique.map((sentence) => [sentence, sentence])), null, 2)}\n`;
  expect(kept('l10n/bundle.l10n.json', bundle)).toBe(bundle);
});

it('no sentence is put together in a template, where it could not be translated', () => {
  const broken = sources('src/editor').flatMap((text) => text.match(/(?<![\w.])t\(`/g) ?? []);
  expect(broken).toEqual([]);
});

it('package.json has a command for every action of the palette', () => {
  // Not through a schema: the order of the keys is the author's.
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly contributes: { readonly commands: { command: string; title: string; category: string; icon: string }[] };
  };
  const words = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')));
  const missing = actions.filter(
    ({ name, surfaces }) =>
      surfaces.includes('palette') &&
      !manifest.contributes.commands.some(({ command }) => command === actionCommand(name)),
  );
  for (const action of missing) {
    const command = actionCommand(action.name);
    const key = `command.${command.slice('soloflow.'.length)}.title`;
    manifest.contributes.commands.push({ command, title: `%${key}%`, category: 'Soloflow', icon: '$(checklist)' });
    words[key] = action.title;
  }
  if (process.env['UPDATE'] === '1' && missing.length > 0) {
    writeFileSync(path.join(root, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    writeFileSync(path.join(root, 'package.nls.json'), `${JSON.stringify(words, null, 2)}\n`);
  }
  expect(missing.map(({ name }) => name)).toEqual([]);
});
