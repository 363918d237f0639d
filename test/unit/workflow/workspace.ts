// A real workspace in a temporary folder for tests of the workflow: documents on disk, a real database, the whole engine.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as z from 'zod';
import type { Failure } from '../../../src/model/failure';
import type { Result } from '../../../src/model/result';
import type { Action, Call } from '../../../src/workflow/action';
import { openWorkspace, type OpenOptions, type OpenWorkspace } from '../../../src/wire';

export const call: Call = { by: 'test', signal: new AbortController().signal, progress: () => {} };

export interface Place {
  readonly root: string;
  readonly workspace: OpenWorkspace;
  write(path: string, text: string): void;
  read(path: string): string;
  has(path: string): boolean;
  /** Markdown files, sorted. */
  files(): readonly string[];
  open(more?: Partial<OpenOptions>): Promise<OpenWorkspace>;
  run<I extends z.ZodObject, O>(action: Action<I, O>, input: Record<string, unknown>): Promise<Result<O, Failure>>;
  /** What it answers; throws on a failure. */
  done<I extends z.ZodObject, O>(action: Action<I, O>, input: Record<string, unknown>): Promise<O>;
  remove(): Promise<void>;
}

export function place(): Place {
  const root = mkdtempSync(join(tmpdir(), 'soloflow-workflow-'));
  let opened: OpenWorkspace | null = null;
  const workspace = (): OpenWorkspace => {
    if (opened === null) throw new Error('open() it first');
    return opened;
  };
  const run = async <I extends z.ZodObject, O>(action: Action<I, O>, input: Record<string, unknown>) =>
    action.run(workspace(), action.input.parse(input), call);
  return {
    root,
    get workspace() {
      return workspace();
    },
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    has: (path) => existsSync(join(root, path)),
    files: () =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.md'))
        .map((path) => path.replaceAll('\\', '/'))
        .sort(),
    async open(more = {}) {
      await opened?.dispose({ endProcesses: true });
      const quiet = (): void => {};
      const result = await openWorkspace({
        root,
        by: 'test',
        trusted: () => true,
        needs: 'run',
        watch: false,
        log: { info: quiet, warn: quiet, error: quiet },
        version: '0',
        ...more,
      });
      if (!result.ok) throw new Error(JSON.stringify(result.error));
      opened = result.value;
      return opened;
    },
    run,
    async done(action, input) {
      const result = await run(action, input);
      if (!result.ok) throw new Error(JSON.stringify(result.error));
      return result.value;
    },
    async remove() {
      await opened?.dispose({ endProcesses: true });
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
