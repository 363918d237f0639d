// Tells every story on the packaged extension in the real editor; counts their steps; leaves test-results/ui.json.
// Names as arguments tell only the stories whose names contain one of them.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ensureChromium } from '../../scripts/editor/chromium.mts';
import { ensureServer } from '../../scripts/editor/server.mts';
import { Desk, type Step, type Story, type StoryRuntime } from './tools.mts';

const repository = resolve(import.meta.dirname, '../..');
const results = join(repository, 'test-results');
/** No story takes longer than this on a slow machine; a hanging one must not hang the whole test run. */
const STORY_MS = 420_000;

interface Told {
  readonly story: string;
  readonly steps: readonly { readonly what: string; readonly ms: number }[];
  readonly failure: string | null;
}

async function tell(runtime: StoryRuntime, story: Story, folder: string): Promise<Told> {
  const desk = new Desk(runtime, folder, story.content);
  const steps: { what: string; ms: number }[] = [];
  let current = 'beginning';
  const step: Step = async (what, act) => {
    current = what;
    const start = performance.now();
    const value = await act();
    const ms = Math.round(performance.now() - start);
    steps.push({ what, ms });
    console.log(`  ✅ ${what} (${(ms / 1000).toFixed(1)} s)`);
    return value;
  };
  console.log(`\n${story.name}`);
  let failure: string | null = null;
  const timer = Promise.withResolvers<never>();
  const watchdog = setTimeout(() => timer.reject(new Error(`took longer than ${STORY_MS / 1000} s`)), STORY_MS);
  try {
    await Promise.race([story.play(desk, step), timer.promise]);
  } catch (error) {
    failure = `${current}: ${error instanceof Error ? error.message : String(error)}`;
    console.log(`  ❌ ${failure}`);
    const picture = await desk.photograph(`failure-${story.name.toLowerCase().replace(/\W+/g, '-')}`);
    if (picture !== null) console.log(`     the window then: ${picture}`);
  } finally {
    clearTimeout(watchdog);
    await desk.close();
  }
  return { story: story.name, steps, failure };
}

async function main(): Promise<number> {
  const vsix = join(repository, 'soloflow.vsix');
  if (!existsSync(vsix)) throw new Error('soloflow.vsix is missing: run "npm run package" first.');
  const runtime: StoryRuntime = { vsix, browser: ensureChromium(console.log), server: await ensureServer(console.log) };
  mkdirSync(results, { recursive: true });
  rmSync(join(results, 'ui.json'), { force: true });
  const wanted = process.argv.slice(2).map((name) => name.toLowerCase());
  const told: Told[] = [];
  const files = readdirSync(join(import.meta.dirname, 'stories')).filter((name) => name.endsWith('.mts'));
  for (const file of files.toSorted()) {
    const { story } = (await import(join(import.meta.dirname, 'stories', file))) as { story: Story };
    if (wanted.length > 0 && !wanted.some((name) => story.name.toLowerCase().includes(name))) continue;
    const folder = story.name.toLowerCase().replace(/\W+/g, '-');
    const first = await tell(runtime, story, folder);
    if (first.failure === null) {
      told.push(first);
      continue;
    }
    // A whole editor, a browser and two cores: a click may meet a row that is just drawn anew. What fails twice is red.
    console.log(`  Told once more from its beginning: "${story.name}"`);
    told.push(await tell(runtime, story, `${folder}-again`));
  }
  const passed = told.reduce((sum, each) => sum + each.steps.length, 0);
  const failed = told.filter((each) => each.failure !== null).length;
  writeFileSync(join(results, 'ui.json'), JSON.stringify({ passed, failed, told }, null, 2));
  console.log(`\nuser interface: ${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});
