// A run as a transcript: the record's events, in the words that the terminal uses.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pinnedNode } from './editor/server.mts';

const repository = resolve(import.meta.dirname, '..');

interface StoredEvent {
  readonly seq: number;
  readonly type: string;
  readonly taskKey?: string;
  readonly spec?: { readonly key: string; readonly id: string | null; readonly title: string };
}

interface Words {
  readonly lines: (event: StoredEvent, names: { task(key: string): string }) => readonly string[];
}

/** The product's own words, bundled from its sources: a transcript of the demo reads like one of the terminal. */
async function words(): Promise<Words> {
  const bundled = await build({
    stdin: {
      contents: `
        import { describeEvent, markSign } from './src/workflow/words/event-words';
        import { english } from './src/workflow/words/translate';
        export const lines = (event, names) =>
          describeEvent(event, names, english).map((line) => markSign(line.mark) + ' ' + line.text);`,
      resolveDir: repository,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const code = bundled.outputFiles[0]?.text ?? '';
  return (await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)) as Words;
}

/** Returns a function that gives the lines of all events since it was last asked. */
export async function follow(
  cli: string,
  workspace: string,
  env: Readonly<Record<string, string>>,
): Promise<() => readonly string[]> {
  const { lines } = await words();
  const titles = new Map<string, string>();
  let seen = 0;
  return () => {
    const asked = spawnSync(pinnedNode(), [cli, 'history', '--json', '--limit', '10000', '--after', String(seen)], {
      cwd: workspace,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (asked.status !== 0) throw new Error(`soloflow history failed:\n${asked.stdout}${asked.stderr}`);
    const { events } = JSON.parse(asked.stdout) as { events: readonly StoredEvent[] };
    const said: string[] = [];
    for (const event of events) {
      seen = Math.max(seen, event.seq);
      if (event.spec !== undefined) titles.set(event.spec.key, nameOf(event.spec));
      // The tasks of a plan are added one by one; a list of them is no news.
      if (event.type !== 'task-added') said.push(...lines(event, { task: (key) => titles.get(key) ?? key }));
    }
    return said;
  };
}

const nameOf = ({ id, title }: { readonly id: string | null; readonly title: string }): string =>
  id === null || title.startsWith(id) ? title : `${id}: ${title}`;
