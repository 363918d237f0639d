// Loads a bundle with the code that its last run of the same kind had compiled. Node's own compile cache keeps what is
// compiled at loading; most of a command's functions are compiled when they are called, and that is a third of its start.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { isAscii } from 'node:buffer';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

const OLD_MS = 7 * 24 * 60 * 60 * 1000;

export interface Loaded {
  /** What the bundle exports. */
  readonly exports: unknown;
  /** Keeps what is compiled by now, where nothing is kept yet. To be called at the end; throws nothing. */
  keep(): void;
}

/**
 * `file`: absolute path of a CommonJS bundle. `folder`: where code is kept, a folder of this person alone; null:
 * nowhere. `kind`: letters, digits and dashes; what is compiled for one kind of run serves the next of it.
 */
export function loadKept(file: string, folder: string | null, kind: string): Loaded {
  const name = folder === null ? null : nameOf(file);
  const kept = folder === null || name === null ? null : join(folder, `${name}.${kind}`);
  const cachedData = kept === null ? null : readOrNull(kept);
  const bytes = readFileSync(file);
  const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const script = new Script(Module.wrap(text), {
    filename: file,
    ...(cachedData === null ? {} : { cachedData }),
  });
  const isKept = cachedData !== null && script.cachedDataRejected === false;
  const module: { exports: unknown } = { exports: {} };
  const run = script.runInThisContext() as (...parts: readonly unknown[]) => void;
  run(module.exports, createRequire(file), module, file, dirname(file));
  return {
    exports: module.exports,
    keep() {
      if (isKept || folder === null || name === null || kept === null) return;
      try {
        put(folder, kept, script.createCachedData());
        clearOld(folder, name);
      } catch {
        // Read-only, full, or taken away: the next start is as slow as this one.
      }
    },
  };
}

/** Says which state of the file is meant: any other has another time of change. V8 itself checks its version and flags. */
function nameOf(file: string): string {
  const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs, process.version, process.arch].join('-');
}

function readOrNull(file: string): Buffer | null {
  try {
    const bytes = readFileSync(file);
    return bytes.length === 0 ? null : bytes;
  } catch {
    return null;
  }
}

/** Whole or not at all, also when the machine stops: half of it would be run. */
function put(folder: string, file: string, data: Buffer): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  const fd = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(fd, data);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(fresh, file);
}

/** What was kept of other states of the bundle, or by installations that nobody uses any more. */
function clearOld(folder: string, name: string): void {
  for (const each of readdirSync(folder)) {
    const file = join(folder, each);
    if (!each.startsWith(name) && statSync(file).mtimeMs < Date.now() - OLD_MS) rmSync(file, { force: true });
  }
}
