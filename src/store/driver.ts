// The only place that loads better-sqlite3, and only after the runtime was found fit for it.
import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';

export type Database = BetterSqlite3.Database;
const NEEDED_NAPI = 10;

/** The native module crashes the process on runtimes below Node-API 10, so nothing of it is loaded there. */
export function guardRuntime(
  versions: { readonly napi?: string; readonly node: string } = process.versions,
): Result<null, Failure> {
  if (Number(versions.napi ?? '0') >= NEEDED_NAPI) return ok(null);
  return err({
    kind: 'runtime-too-old',
    found: `Node ${versions.node} (Node-API ${versions.napi ?? 'none'})`,
    needed: `Node-API ${NEEDED_NAPI} (Node 22.14 or newer)`,
  });
}

const NAME = 'better-sqlite3';
let loaded: typeof BetterSqlite3 | null = null;

/** Where the native module lies, for a worker thread to load it too. */
export const modulePath = (): string => createRequire(import.meta.url).resolve(NAME);

/** Opens a file as it is; throws what SQLite throws. Call only after `guardRuntime`. */
export function openDatabase(path: string, options: BetterSqlite3.Options = {}): Database {
  loaded ??= createRequire(import.meta.url)(NAME) as typeof BetterSqlite3;
  return new loaded(path, { timeout: 250, ...options });
}
