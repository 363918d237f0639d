// What a story works with: fresh copies of the example, editors on the packaged extension, the command line, and steps
// that are counted.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { installedExtension } from '../../scripts/editor/serve.mts';
import { pinnedNode } from '../../scripts/editor/server.mts';
import { shot, startEditor, type Editor } from './driver.mts';

const repository = resolve(import.meta.dirname, '../..');

export interface StoryRuntime {
  readonly server: string;
  readonly browser: string;
  readonly vsix: string;
}

/** A folder of its own with a person's own data beside it; removed at the end. */
export class Desk {
  readonly home: string;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  #editor: Editor | null = null;
  readonly #children: ChildProcess[] = [];
  readonly #runtime: StoryRuntime;

  /** `name` is the folder's name in the editor's title; `content` fills it. */
  constructor(runtime: StoryRuntime, name: string, content: 'example' | Readonly<Record<string, string>>) {
    this.#runtime = runtime;
    this.home = mkdtempSync(join(tmpdir(), 'soloflow-story-'));
    this.workspace = join(this.home, name);
    mkdirSync(this.workspace);
    if (content === 'example') cpSync(join(repository, 'examples'), this.workspace, { recursive: true });
    else for (const [path, text] of Object.entries(content)) this.write(path, text);
    spawnSync('git', ['init', '-q', this.workspace]);
    this.env = { SOLOFLOW_USER_DIR: join(this.home, 'person') };
  }

  /** The editor of this desk; started when first asked for, with no folder open. */
  async editor(): Promise<Editor> {
    this.#editor ??= await startEditor({ ...this.#runtime, home: join(this.home, 'editor'), env: this.env });
    return this.#editor;
  }

  /** Closes the editor as if the machine took it away; the next `editor()` starts a new one on the same settings. */
  async closeEditor(): Promise<void> {
    await this.#editor?.close();
    this.#editor = null;
  }

  read(path: string): string {
    return readFileSync(join(this.workspace, path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.workspace, path)), { recursive: true });
    writeFileSync(join(this.workspace, path), text);
  }

  has(path: string): boolean {
    return existsSync(join(this.workspace, path));
  }

  /** Runs the package's command line in the workspace, once an editor was started; its JSON answer and exit code. */
  soloflow(...args: readonly string[]): { readonly code: number; readonly json: unknown; readonly text: string } {
    const result = spawnSync(pinnedNode(), [this.#cli(), ...args], {
      cwd: this.workspace,
      env: { ...process.env, ...this.env },
      encoding: 'utf8',
      timeout: 120_000,
    });
    let json: unknown = null;
    try {
      json = JSON.parse(result.stdout);
    } catch {
      // Text, or several JSON lines: the caller looks at `text`.
    }
    return { code: result.status ?? 1, json, text: `${result.stdout}${result.stderr}` };
  }

  /** Starts the package's command line and lets it run; resolves with what it said when it ends. */
  follow(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
    const child = spawn(pinnedNode(), [this.#cli(), ...args], {
      cwd: this.workspace,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
    return new Promise((done) => {
      child.once('exit', (code) => done({ code: code ?? 1, text }));
    });
  }

  #cli(): string {
    return join(installedExtension({ home: join(this.home, 'editor') }), 'dist/cli.js');
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.closeEditor();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  async photograph(name: string): Promise<string | null> {
    return this.#editor === null ? null : shot(this.#editor, name).catch(() => null);
  }
}

/** A told story: `play` does its steps in order; the first that fails ends it. */
export interface Story {
  readonly name: string;
  readonly content: 'example' | Readonly<Record<string, string>>;
  play(desk: Desk, step: Step): Promise<void>;
}

/** Does one step and counts it. */
export type Step = <T>(what: string, act: () => Promise<T> | T) => Promise<T>;

export interface RunSummary {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly counts: { readonly total: number; readonly done: number; readonly failed: number };
  readonly tasks: readonly { readonly id: string | null; readonly title: string; readonly state: string }[];
  readonly pauses: readonly { readonly id: string; readonly message: string }[];
}

/** Newest run as the command line tells it, null if there is none. */
export function latestRun(desk: Desk): RunSummary | null {
  const { json } = desk.soloflow('status', '--json');
  const runs = (json as { runs?: readonly RunSummary[] } | null)?.runs ?? [];
  return runs[0] ?? null;
}
