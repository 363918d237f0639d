// Where a PostgreSQL of this machine has its programs, and how it is most likely started: for a person to put into the
// config, nothing here runs it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Address } from './postgres-address';

/** What the machine is like. Handed in by tests. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Where the file system begins. */
  readonly root: string;
  readonly isRoot: boolean;
}
const thisMachine: Machine = { platform: process.platform, root: '/', isRoot: process.getuid?.() === 0 };

/** null: nothing tells how. */
export function startCommand(
  compose: string | null,
  address: Address | null,
  machine: Machine = thisMachine,
): string | null {
  const service = compose === null ? null : composeService(compose);
  if (service !== null) return `docker compose up -d ${service}`;
  if (machine.platform === 'darwin') return brewed(machine);
  return machine.platform === 'linux' ? clustered(machine, address?.port ?? '5432') : null;
}

/** The name above the first image of PostgreSQL. */
function composeService(text: string): string | null {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => IMAGE.test(line));
  if (at < 0) return null;
  const depth = indent(lines[at] ?? '');
  const above = lines.slice(0, at).findLast((line) => line.trim() !== '' && indent(line) < depth);
  return /^\s*["']?([\w.-]+)["']?\s*:/.exec(above ?? '')?.[1] ?? null;
}
export const IMAGE = /^\s*image:\s*["']?(?:[\w./-]*\/)?(?:postgres|postgis|pgvector|timescaledb)/im;
const indent = (line: string): number => line.length - line.trimStart().length;

/** Where pg_isready lies although no PATH leads there, as with Homebrew, Postgres.app and Debian's servers. Newest first. */
export function hiddenPrograms({ platform, root }: Machine = thisMachine): readonly string[] {
  const name = platform === 'win32' ? 'pg_isready.exe' : 'pg_isready';
  const versions = (folder: string, pattern: RegExp): readonly string[] =>
    namesIn(path.join(root, folder))
      .filter((each) => pattern.test(each))
      .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
      .map((each) => path.join(root, folder, each, 'bin', name));
  return [
    ...versions('opt/homebrew/opt', FORMULA),
    ...versions('usr/local/opt', FORMULA),
    path.join(root, 'Applications/Postgres.app/Contents/Versions/latest/bin', name),
    ...versions('usr/lib/postgresql', /^\d+$/),
    ...versions('Program Files/PostgreSQL', /^\d+$/),
  ].filter((file) => existsSync(file));
}
const FORMULA = /^(?:libpq|postgresql(?:@\d+)?)$/;

/** The newest that Homebrew has installed. */
function brewed({ root }: Machine): string | null {
  const formulas = ['opt/homebrew/opt', 'usr/local/opt'].flatMap((folder) => namesIn(path.join(root, folder)));
  const newest = formulas
    .filter((name) => /^postgresql(@\d+)?$/.test(name))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0];
  return newest === undefined ? null : `brew services start ${newest}`;
}

/** Debian and Ubuntu: the cluster that has this port. */
function clustered({ root, isRoot }: Machine, port: string): string | null {
  const folder = path.join(root, 'etc/postgresql');
  for (const version of namesIn(folder)) {
    for (const name of namesIn(path.join(folder, version))) {
      if (portOf(path.join(folder, version, name, 'postgresql.conf')) !== port) continue;
      return isRoot
        ? `pg_ctlcluster ${version} ${name} start`
        : `sudo -n systemctl start postgresql@${version}-${name}`;
    }
  }
  if (namesIn(folder).length > 0 || port !== '5432') return null;
  const unit = ['lib', 'usr/lib'].some((lib) => existsSync(path.join(root, lib, 'systemd/system/postgresql.service')));
  return unit ? `${isRoot ? '' : 'sudo -n '}systemctl start postgresql` : null;
}

function portOf(conf: string): string | null {
  try {
    return /^\s*port\s*=\s*(\d+)/m.exec(readFileSync(conf, 'utf8'))?.[1] ?? '5432';
  } catch {
    return null;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
