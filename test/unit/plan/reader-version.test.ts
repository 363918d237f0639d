// The version of the readers in a bundle follows their sources by itself.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { readerSources, readerVersion, readerVersionPlugin } from '../../../scripts/reader-version.mts';

const repository = path.resolve(import.meta.dirname, '../../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function copyOfSources(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'soloflow-version-'));
  folders.push(root);
  for (const part of ['src/plan', 'src/model', 'package-lock.json'])
    cpSync(path.join(repository, part), path.join(root, part), { recursive: true });
  return root;
}

describe('the version of the readers', () => {
  it('is another after any change of a reader, the graph, the model or a library', () => {
    const root = copyOfSources();
    const seen = new Set([readerVersion(root)]);
    expect(readerVersion(root)).toBe([...seen][0]);
    const files = ['src/plan/read/kiro.ts', 'src/plan/graph/resolve.ts', 'src/plan/plan-index-cache.ts'];
    for (const file of [...files, 'src/model/plan.ts', 'package-lock.json']) {
      appendFileSync(path.join(root, file), ' ');
      expect(seen).not.toContain(readerVersion(root));
      seen.add(readerVersion(root));
    }
    writeFileSync(path.join(root, 'src/plan/read/another.ts'), '');
    expect(seen).not.toContain(readerVersion(root));
  });

  it('covers every source a reading goes through', () => {
    const covered = new Set(readerSources(repository).map((file) => path.relative(repository, file)));
    const entry = readFileSync(path.join(repository, 'src/plan/read/registry.ts'), 'utf8');
    for (const [, name] of entry.matchAll(/from '\.\/([\w-]+)'/g))
      expect(covered).toContain(path.join('src/plan/read', `${name}.ts`));
  });

  it('stands in the bundle', async () => {
    const bundled = await build({
      entryPoints: [path.join(repository, 'src/plan/plan-index.ts')],
      bundle: true,
      write: false,
      platform: 'node',
      mainFields: ['module', 'main'],
      plugins: [readerVersionPlugin(repository)],
    });
    const text = bundled.outputFiles[0]?.text ?? '';
    expect(text).toContain(`READER_VERSION = "${readerVersion(repository)}"`);
    // The build uses it.
    expect(readFileSync(path.join(repository, 'scripts/build.mjs'), 'utf8')).toMatch(
      /plugins: \[.*readerVersionPlugin\(/,
    );
  });
});
