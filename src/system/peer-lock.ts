// The lock other tools take on their own files: a directory made with mkdir, stale when not touched for ten seconds.
import { mkdir, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './workspace-path';

const STALE_MS = 10_000;

/** Takes the lock or gives the reason ("ELOCKED" after `waitMs`). The value is the release. */
export async function takePeerLock(
  lock: string,
  waitMs: number,
): Promise<{ readonly release: () => Promise<void> } | { readonly code: string }> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      await mkdir(path.dirname(lock), { recursive: true });
      await mkdir(lock);
      return { release: () => rmdir(lock).catch(() => undefined) };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') return { code: errorCode(error) };
    }
    if (await isStale(lock)) {
      await rmdir(lock).catch(() => undefined);
      continue;
    }
    if (performance.now() >= deadline) return { code: 'ELOCKED' };
    await delay(25);
  }
}

async function isStale(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lock);
    return Date.now() - mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}

/**
 * Where the tool that owns `file` keeps its lock, workspace-relative; null: it has none.
 * Task Master: `tasks.json.lock` beside the file. Backlog.md: `backlog/.locks/task-<id>`.
 */
export function peerLockFor(file: string, text: string): string | null {
  if (/(^|\/)tasks\/tasks\.json$/.test(file)) return `${file}.lock`;
  const backlog = /^((?:.*\/)?\.?backlog)\/(?:tasks|completed|drafts)\/[^/]+\.md$/.exec(file);
  if (backlog?.[1] === undefined) return null;
  const id = /^id:\s*["']?([A-Za-z0-9._-]+)["']?\s*$/m.exec(/^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? '')?.[1];
  if (id === undefined) return null;
  return `${backlog[1]}/.locks/task-${id.replace(/^task-/i, '').toLowerCase()}`;
}
