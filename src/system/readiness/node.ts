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
  const install = manifest === null ? null : missingInstall(root, manifest, env['NODE_ENV'] === 'production');
  if (install !== null) steps.push({ name: 'Packages', status: 'degraded', detail: `not installed yet: ${install}` });
  const programs = ownAbove(root)
    .map((folder) => path.join(folder, 'node_modules', '.bin'))
    .filter((bin) => existsSync(bin));
  return { ...nothing, steps, paths: [...(other === null ? [] : [other.bin]), ...programs] };
}

/** Of these the ones of the same repository: programs of a folder that somebody else may write to are not put in front. */
function ownAbove(folder: string): readonly string[] {
  const folders = above(folder);
  const top = folders.findIndex((each) => existsSync(path.join(each, '.git')));
  return folders.slice(0, Math.max(1, top + 1));
}

/** The folder and those it lies in: packages are found in each of them. */
function above(folder: string): readonly string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
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
  for (const file of ['.nvmrc', '.node-version', '.tool-versions']) {
    try {
      const text = readFileSync(path.join(root, file), 'utf8');
      const line = file === '.tool-versions' ? /^node(?:js)?[ \t]+(\S+)/m.exec(text)?.[1] : text.split('\n')[0]?.trim();
      const range = line ?? '';
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

/** A version that nvm, fnm, volta, asdf or mise has already installed; the newest that fits. */
function installed(range: string, env: Readonly<Record<string, string>>, home: string): Installed | null {
  const places = [
    { folder: path.join(env['NVM_DIR'] ?? path.join(home, '.nvm'), 'versions', 'node'), bin: 'bin' },
    {
      folder: path.join(env['FNM_DIR'] ?? path.join(home, '.local', 'share', 'fnm'), 'node-versions'),
      bin: 'installation/bin',
    },
    { folder: path.join(env['VOLTA_HOME'] ?? path.join(home, '.volta'), 'tools', 'image', 'node'), bin: 'bin' },
    { folder: path.join(env['ASDF_DATA_DIR'] ?? path.join(home, '.asdf'), 'installs', 'nodejs'), bin: 'bin' },
    {
      folder: path.join(env['MISE_DATA_DIR'] ?? path.join(home, '.local', 'share', 'mise'), 'installs', 'node'),
      bin: 'bin',
    },
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

/** What is not there, and the command that would install it; null: everything is, as far as one can see. */
function missingInstall(root: string, manifest: z.output<typeof packageJson>, withoutDev: boolean): string | null {
  const wanted = { ...manifest.dependencies, ...(withoutDev ? {} : manifest.devDependencies) };
  const folders = above(root);
  if (folders.some((folder) => existsSync(path.join(folder, '.pnp.cjs')))) return null;
  const names = Object.keys(wanted);
  const isThere = (name: string): boolean =>
    folders.some((folder) => existsSync(path.join(folder, 'node_modules', ...name.split('/'))));
  const absent = names.filter((name) => !isThere(name));
  if (absent.length === 0) return null;
  const command = installCommand(folders, manifest);
  if (absent.length === names.length) return command;
  const shown = absent.length > 5 ? [...absent.slice(0, 5), `${absent.length - 5} more`] : absent;
  return `${shown.join(', ')}; ${command}`;
}

function installCommand(folders: readonly string[], manifest: z.output<typeof packageJson>): string {
  const has = (file: string): boolean => folders.some((folder) => existsSync(path.join(folder, file)));
  const manager = /^(npm|pnpm|yarn|bun)@/.exec(manifest.packageManager ?? '')?.[1];
  if (manager === 'pnpm' || has('pnpm-lock.yaml')) return 'pnpm install';
  if (manager === 'yarn' || has('yarn.lock')) return 'yarn install';
  if (manager === 'bun' || has('bun.lock') || has('bun.lockb')) return 'bun install';
  return has('package-lock.json') ? 'npm ci' : 'npm install';
}
