// Refreshes the pictures of README and docs: tells the stories that take them, then copies what was taken. Run it after the
// looks of the editor changed, and look at every one of them before they are committed.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const taken = join(repository, 'test-results/screenshots');
const images = join(repository, 'docs/images');
/** Larger ones make the package and the pages slow. */
const MOST_BYTES = 150_000;
const STORIES = ['from an idea to shipped', 'a run from end to end', 'the tree'];

/** Pictures that a page of the repository shows. */
function shown(): readonly string[] {
  const pages = ['README.md', ...readdirSync(join(repository, 'docs')).map((name) => `docs/${name}`)];
  const texts = pages
    .filter((path) => path.endsWith('.md'))
    .map((path) => readFileSync(join(repository, path), 'utf8'));
  const names = texts.flatMap((text) => [...text.matchAll(/images\/([\w-]+\.png)/g)].flatMap(([, name]) => name ?? []));
  return [...new Set(names)].toSorted();
}

const told = spawnSync(process.execPath, [join(repository, 'test/ui/run.mts'), ...STORIES], { stdio: 'inherit' });
if (told.status !== 0) throw new Error('A story failed: no picture was copied.');
for (const name of shown()) {
  const from = join(taken, name);
  if (!existsSync(from)) throw new Error(`No story took ${name}.`);
  copyFileSync(from, join(images, name));
  const bytes = statSync(from).size;
  console.log(`${name}: ${bytes} bytes${bytes > MOST_BYTES ? ', too large' : ''}`);
  if (bytes > MOST_BYTES) process.exitCode = 1;
}
