// Where a memory comes from, as a person types it.
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';

export type MemorySource = Readonly<Record<string, string | number>>;

/** "docs/a.md:12", "docs/a.md", "commit:1a2b3c4", "output:ATTEMPT". A web address is kept as it is. */
export function readMemorySource(text: string): Result<MemorySource, Failure> {
  const asked = text.trim();
  const named = /^(commit|output):\s*(\S+)$/.exec(asked);
  if (named?.[1] === 'commit') {
    const hash = named[2] ?? '';
    return /^[0-9a-f]{7,64}$/i.test(hash)
      ? ok({ commit: hash.toLowerCase() })
      : err({ kind: 'invalid-input', field: 'source', message: `"${hash}" is no commit hash` });
  }
  if (named !== null) return ok({ output: named[2] ?? '' });
  if (/^https?:\/\/\S+$/.test(asked)) return ok({ url: asked });
  const path = /^(.+?)(?::(\d+))?$/.exec(asked);
  const file = path?.[1]?.replaceAll('\\', '/').replace(/^\.\//, '') ?? '';
  if (file === '' || file.startsWith('/') || file.split('/').includes('..') || /^(?:[a-z]:|[\w+.-]+:\/\/)/i.test(file))
    return err({ kind: 'invalid-input', field: 'source', message: `"${asked}" is no place inside the workspace` });
  return ok(path?.[2] === undefined ? { path: file } : { path: file, line: Number(path[2]) });
}
