// Which Node the workspace asks for, whether it is the one on the PATH, and whether its packages are installed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { ReadinessStep } from '../../engine/ports';
import type { QuickExec } from '../quick-exec';
import { nothing, type Prepared } from './python';
import { satisfies } from './version-range';

const packageJson = z.looseObject({
  engines: z.looseObject({ node: z.string().optional() }).optional().catch(undefined),
  packageManager: z.string().optional().catch(undefined),
  dependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
  devDependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

export async function prepareNode(
  root: string,
  env: Readonly<Record<string, string>>,
  exec: QuickExec,
  home = homedir(),
): Promise<Prepared> {
  const manifest = readManifest(root);
  const wanted = wantedVersion(root, manifest?.engines?.node);
  if (manifest === null && wanted === null) return nothing;
  const version = await nodeVersion(root, env, exec);
  const other =
    version !== null && wanted !== null && !satisfies(version, wanted.range)
      ? installed(wanted.range, env, home)
      : null;
  const steps: ReadinessStep[] = [versionStep(version, wanted, other)];
  const install = manifest === null ? null : missingInstall(root, manifest);
  if (install !== null) steps.push({ name: 'Packages', status: 'degraded', detail: `not installed yet: ${install}` });
  const local = path.join(root, 'node_modules', '.bin');
  return { ...nothing, steps, paths: [...(other === null ? [] : [other.bin]), ...(existsSync(local) ? [local] : [])] };
}

function readManifest(root: string): z.output<typeof packageJson> | null {
  try {
    const parsed = packageJson.safeParse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

interface Wanted {
  readonly range: string;
  readonly from: string;
}

function wantedVersion(root: string, engines: string | undefined): Wanted | null {
  for (const file of ['.nvmrc', '.node-version']) {
    try {
      const range = readFileSync(path.join(root, file), 'utf8').split('\n')[0]?.trim() ?? '';
      // Names like "lts/iron" say less than a number; only numbers can be compared.
      if (/^v?\d/.test(range)) return { range, from: file };
    } catch {
      // Not there.
    }
  }
  return engines === undefined ? null : { range: engines, from: 'package.json' };
}

async function nodeVersion(
  root: string,
  env: Readonly<Record<string, string>>,
  exec: QuickExec,
): Promise<string | null> {
  const answer = await exec('node', ['--version'], { cwd: root, env });
  return answer.kind === 'done' && answer.code === 0 ? answer.out.trim().replace(/^v/, '') : null;
}

function versionStep(version: string | null, wanted: Wanted | null, other: Installed | null): ReadinessStep {
  const name = 'Node';
  if (version === null) return { name, status: 'degraded', detail: 'no node on the PATH' };
  if (wanted === null || satisfies(version, wanted.range)) return { name, status: 'ready', detail: version };
  if (other !== null)
    return { name, status: 'ready', detail: `${other.version} (${wanted.from} asks for ${wanted.range})` };
  return { name, status: 'degraded', detail: `${wanted.from} asks for ${wanted.range}, found ${version}` };
}

interface Installed {
  readonly version: string;
  readonly bin: string;
}

/** A version that nvm, fnm or volta has already installed; the newest that fits. */
function installed(range: string, env: Readonly<Record<string, string>>, home: string): Installed | null {
  const places = [
    { folder: path.join(env['NVM_DIR'] ?? path.join(home, '.nvm'), 'versions', 'node'), bin: 'bin' },
    {
      folder: path.join(env['FNM_DIR'] ?? path.join(home, '.local', 'share', 'fnm'), 'node-versions'),
      bin: 'installation/bin',
    },
    { folder: path.join(env['VOLTA_HOME'] ?? path.join(home, '.volta'), 'tools', 'image', 'node'), bin: 'bin' },
  ];
  const fitting = places
    .flatMap(({ folder, bin }) =>
      namesIn(folder).map((name) => ({
        version: name.replace(/^v/, ''),
        bin: path.join(folder, name, ...bin.split('/')),
      })),
    )
    .filter(({ version, bin }) => satisfies(version, range) && existsSync(path.join(bin, 'node')));
  return fitting.sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))[0] ?? null;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The command that would install what the manifest names; null when it seems installed. */
function missingInstall(root: string, manifest: z.output<typeof packageJson>): string | null {
  const count = Object.keys(manifest.dependencies ?? {}).length + Object.keys(manifest.devDependencies ?? {}).length;
  const has = (file: string): boolean => existsSync(path.join(root, file));
  if (count === 0 || has('node_modules') || has('.pnp.cjs')) return null;
  const manager = /^(npm|pnpm|yarn|bun)@/.exec(manifest.packageManager ?? '')?.[1];
  if (manager === 'pnpm' || has('pnpm-lock.yaml')) return 'pnpm install';
  if (manager === 'yarn' || has('yarn.lock')) return 'yarn install';
  if (manager === 'bun' || has('bun.lock') || has('bun.lockb')) return 'bun install';
  return has('package-lock.json') ? 'npm ci' : 'npm install';
}
