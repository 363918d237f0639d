// A real SIGKILL before every effect of start and of ship: `continue` goes on exactly there, every document is written
// once, and the folder ends as it does without a kill.
import { execFile } from 'node:child_process';
import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SHIPPABLE_BACKLOG, SHIPPABLE_LIST } from '../support/shippable';

const repository = resolve(import.meta.dirname, '../../..');
const HOST = join(repository, 'node_modules/.cache/soloflow/stage-host/dist/host.js');
const SHIPPED = {
  'docs/backlog.md': SHIPPABLE_BACKLOG,
  [SHIPPABLE_LIST]: '# Task List: B-001 — Page names\n\n#### Task 1.1: One\n\n**Status**: [x]\n',
};

interface Said {
  readonly effects: number;
  readonly done: { readonly ok: boolean };
}
const folders: string[] = [];
const folder = (files: Readonly<Record<string, string>>): string => {
  const root = mkdtempSync(join(tmpdir(), 'soloflow-stages-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
};
/** null: it was killed. */
const run = (root: string, what: string, killAt = 0): Promise<Said | null> =>
  new Promise((done, failed) => {
    execFile(process.execPath, [HOST, root, what, String(killAt)], (error, out, err) => {
      if (error?.signal === 'SIGKILL') done(null);
      else if (out === '') failed(new Error(err));
      else done(JSON.parse(out) as Said);
    });
  });
const markdown = (root: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md') && !path.startsWith('.soloflow'))
      .map((path) => path.replaceAll('\\', '/'))
      .sort()
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  );

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'child-stages.ts')],
    outfile: HOST,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['better-sqlite3'],
    define: { 'import.meta.url': '__soloflow_url' },
    banner: { js: 'const __soloflow_url = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: 'error',
  });
});
afterAll(() => {
  for (const root of folders) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

it.each([
  ['start', {}],
  ['ship', SHIPPED],
])('%s', { timeout: 240_000 }, async (what, files) => {
  const whole = folder(files);
  const said = await run(whole, what);
  expect(said?.done.ok).toBe(true);
  const wanted = markdown(whole);
  const effects = said?.effects ?? 0;
  expect(effects).toBeGreaterThan(4);

  const killedAt = async (n: number): Promise<readonly string[]> => {
    const root = folder(files);
    if ((await run(root, what, n)) !== null) return [`effect ${n}: not killed`];
    // Until a yes is kept the same command begins anew; from then on `continue` goes on.
    const kept = what === 'start' ? 2 : 1;
    const again = await run(root, n > kept ? 'continue' : what);
    if (again?.done.ok !== true) return [`effect ${n}: ${JSON.stringify(again)}`];
    const found = markdown(root);
    return Object.keys({ ...wanted, ...found }).flatMap((path) =>
      found[path] === wanted[path] ? [] : [`effect ${n}: ${path} is ${found[path] ?? 'missing'}`],
    );
  };
  const wrong: string[] = [];
  for (let n = 1; n <= effects; n += 2)
    for (const lines of await Promise.all([killedAt(n), ...(n < effects ? [killedAt(n + 1)] : [])]))
      wrong.push(...lines);
  expect(wrong).toEqual([]);
});
