// Does the workspace use PostgreSQL, and does it answer? Asked with pg_isready; started only by a service of the config.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReadinessStep } from '../../engine/ports';
import type { QuickExec } from '../quick-exec';
import { type Address, addressOf, publishedPort } from './postgres-address';
import { hiddenPrograms, IMAGE, startCommand } from './postgres-start';

const COMPOSE = ['docker-compose.yml', 'docker-compose.yaml', 'compose.yaml', 'compose.yml'] as const;

const SIGNS: readonly { readonly file: string; readonly pattern: RegExp }[] = [
  { file: 'package.json', pattern: /"(?:pg|postgres|pg-promise|@prisma\/adapter-pg|pg-boss)"\s*:/ },
  { file: 'pyproject.toml', pattern: /psycopg|asyncpg|pg8000/i },
  { file: 'requirements.txt', pattern: /^(?:psycopg|asyncpg|pg8000)/im },
  ...COMPOSE.map((file) => ({ file, pattern: IMAGE })),
  { file: 'go.mod', pattern: /jackc\/pgx|lib\/pq\b/ },
  { file: 'Gemfile', pattern: /^\s*gem\s+["']pg["']/m },
  { file: 'prisma/schema.prisma', pattern: /provider\s*=\s*"postgresql"/ },
];

export interface PostgresUse {
  /** What told that the workspace uses it. */
  readonly sign: string;
  /** Where it is to be asked; null: where pg_isready looks by itself (PGHOST, PGPORT, its own default). */
  readonly address: Address | null;
}

/** null: nothing tells that the workspace uses PostgreSQL. */
export function usesPostgres(root: string, env: Readonly<Record<string, string>>): PostgresUse | null {
  const url = env['DATABASE_URL'];
  const given = url === undefined ? null : addressOf(url);
  if (given !== null) return { sign: 'DATABASE_URL', address: given };
  if (env['PGHOST'] !== undefined || env['PGDATABASE'] !== undefined) return { sign: 'PGHOST', address: null };
  // Programs read these files themselves: the database that they will find is the one to ask.
  for (const file of ['.env.local', '.env']) {
    const written = /^\s*(?:export\s+)?DATABASE_URL\s*=\s*(["']?)(.+?)\1\s*$/m.exec(textOf(root, file))?.[2];
    const address = written === undefined ? null : addressOf(written);
    if (address !== null) return { sign: file, address };
  }
  const sign = SIGNS.find(({ file, pattern }) => pattern.test(textOf(root, file)))?.file;
  if (sign === undefined) return null;
  const compose = composeText(root);
  const port = compose === null || env['PGPORT'] !== undefined ? null : publishedPort(compose);
  return { sign, address: port === null ? null : { host: 'localhost', port } };
}

/** The compose file that has a PostgreSQL in it. */
function composeText(root: string): string | null {
  return COMPOSE.map((file) => textOf(root, file)).find((text) => IMAGE.test(text)) ?? null;
}

function textOf(root: string, file: string): string {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    return '';
  }
}

export async function checkPostgres(
  root: string,
  { sign, address }: PostgresUse,
  env: Readonly<Record<string, string>>,
  exec: QuickExec,
  signal: AbortSignal,
): Promise<ReadinessStep> {
  const name = 'PostgreSQL';
  const at = [
    ...(address?.host === undefined ? [] : ['-h', address.host]),
    ...(address?.port === undefined ? [] : ['-p', address.port]),
  ];
  let answer = await exec('pg_isready', at, { cwd: root, env, signal });
  const [hidden] = answer.kind === 'absent' ? hiddenPrograms() : [];
  if (hidden !== undefined) answer = await exec(hidden, at, { cwd: root, env, signal });
  if (answer.kind === 'absent') {
    return { name, status: 'skipped', detail: `${sign} asks for it, but pg_isready is not installed to look` };
  }
  if (answer.kind === 'timeout') return { name, status: 'degraded', detail: 'pg_isready gave no answer' };
  const said = answer.out.trim();
  if (answer.code === 0) return { name, status: 'ready', detail: said };
  const what = said === '' ? 'no answer' : said;
  // What runs on another machine is not started from here.
  if (!isHere(address)) return { name, status: 'degraded', detail: what };
  const start = startCommand(composeText(root), address) ?? 'the command that starts it';
  const service = { name, check: [hidden ?? 'pg_isready', ...at].map(quoted).join(' '), start };
  const hint = `to have it started, put "services": [${JSON.stringify(service)}] into .soloflow/config.json`;
  return { name, status: 'degraded', detail: `${what}; ${hint}` };
}

const isHere = (address: Address | null): boolean => /^(?:localhost|127\.[\d.]+|::1|\/.*)?$/.test(address?.host ?? '');

const quoted = (word: string): string => (/^[\w.:,/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
