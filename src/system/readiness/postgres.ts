// Does the workspace use PostgreSQL, and does it answer? Asked with pg_isready; started only by a service of the config.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ReadinessStep } from '../../engine/ports';
import type { QuickExec } from '../quick-exec';

const SIGNS: readonly { readonly file: string; readonly pattern: RegExp }[] = [
  { file: 'package.json', pattern: /"(?:pg|postgres|pg-promise|@prisma\/adapter-pg|pg-boss)"\s*:/ },
  { file: 'pyproject.toml', pattern: /psycopg|asyncpg|pg8000/i },
  { file: 'requirements.txt', pattern: /^(?:psycopg|asyncpg|pg8000)/im },
  { file: 'docker-compose.yml', pattern: /image:\s*["']?(?:[\w./-]*\/)?(?:postgres|postgis|pgvector|timescaledb)/i },
  { file: 'docker-compose.yaml', pattern: /image:\s*["']?(?:[\w./-]*\/)?(?:postgres|postgis|pgvector|timescaledb)/i },
  { file: 'compose.yaml', pattern: /image:\s*["']?(?:[\w./-]*\/)?(?:postgres|postgis|pgvector|timescaledb)/i },
  { file: 'compose.yml', pattern: /image:\s*["']?(?:[\w./-]*\/)?(?:postgres|postgis|pgvector|timescaledb)/i },
  { file: 'go.mod', pattern: /jackc\/pgx|lib\/pq\b/ },
  { file: 'Gemfile', pattern: /^\s*gem\s+["']pg["']/m },
  { file: 'prisma/schema.prisma', pattern: /provider\s*=\s*"postgresql"/ },
];

/** What told that the workspace uses PostgreSQL, null if nothing did. */
export function usesPostgres(root: string, env: Readonly<Record<string, string>>): string | null {
  if (/^postgres(?:ql)?:/.test(env['DATABASE_URL'] ?? '')) return 'DATABASE_URL';
  if (env['PGHOST'] !== undefined || env['PGDATABASE'] !== undefined) return 'PGHOST';
  for (const { file, pattern } of SIGNS) {
    try {
      if (pattern.test(readFileSync(path.join(root, file), 'utf8'))) return file;
    } catch {
      // Not there.
    }
  }
  return null;
}

export async function checkPostgres(
  root: string,
  env: Readonly<Record<string, string>>,
  exec: QuickExec,
  signal: AbortSignal,
): Promise<ReadinessStep> {
  const name = 'PostgreSQL';
  const answer = await exec('pg_isready', where(env), { cwd: root, env, signal });
  if (answer.kind === 'absent') return { name, status: 'skipped', detail: 'pg_isready is not installed' };
  if (answer.kind === 'timeout') return { name, status: 'degraded', detail: 'pg_isready gave no answer' };
  const said = answer.out.trim();
  if (answer.code === 0) return { name, status: 'ready', detail: said };
  return {
    name,
    status: 'degraded',
    detail: `${said === '' ? 'no answer' : said}; a service in the config can start it`,
  };
}

/** Host and port of DATABASE_URL; PGHOST and the like reach pg_isready by themselves. No password goes on a command line. */
function where(env: Readonly<Record<string, string>>): readonly string[] {
  const url = env['DATABASE_URL'];
  if (url === undefined || !/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url)) return [];
  const { hostname, port } = new URL(url);
  return [...(hostname === '' ? [] : ['-h', hostname]), ...(port === '' ? [] : ['-p', port])];
}
