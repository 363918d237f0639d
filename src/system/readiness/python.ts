// Which Python environment the workspace uses, and the variables that activate it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ReadinessStep } from '../../engine/ports';
import type { QuickExec } from '../quick-exec';
import { missingRequirements } from './requirements';

export interface Prepared {
  readonly steps: readonly ReadinessStep[];
  /** Folders to go in front of PATH, most important first. */
  readonly paths: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Variables that must not reach commands. */
  readonly unset: readonly string[];
}
export const nothing: Prepared = { steps: [], paths: [], env: {}, unset: [] };

const BIN = process.platform === 'win32' ? 'Scripts' : 'bin';

export async function preparePython(
  root: string,
  env: Readonly<Record<string, string>>,
  exec: QuickExec,
  home = homedir(),
): Promise<Prepared> {
  const has = (file: string): boolean => existsSync(path.join(root, file));
  const local = virtualEnvironments(root, env)[0];
  if (local !== undefined) return virtual(root, local, path.relative(root, local));
  // One that the person has activated, wherever it lies.
  const active = env['VIRTUAL_ENV'];
  const isActive = active !== undefined && isEnvironment(active);
  const hasLock = has('poetry.lock');
  if (hasLock || (!has('uv.lock') && /^\[tool\.poetry\]/m.test(textOf(root, 'pyproject.toml')))) {
    const found = await poetry(root, env, exec, hasLock);
    if (found !== null) return found;
  }
  const conda = ['environment.yml', 'environment.yaml'].find(has);
  if (conda !== undefined) return condaEnvironment(root, conda, env, home);
  if (isActive) return virtual(root, active, `${active}, active already`);
  if (has('uv.lock')) return missing('uv', 'uv sync');
  // pyenv and conda bring their own.
  if (!has('requirements.txt') || has('.python-version') || env['CONDA_PREFIX'] !== undefined) return nothing;
  return missing('virtual', `python3 -m venv .venv && .venv/${BIN}/pip install -r requirements.txt`);
}

const isEnvironment = (folder: string): boolean => existsSync(path.join(folder, 'pyvenv.cfg'));

/** What uv was told to use, `.venv`, then `venv`, then any other folder at the root that is one. Absolute. */
function virtualEnvironments(root: string, env: Readonly<Record<string, string>>): readonly string[] {
  const told = env['UV_PROJECT_ENVIRONMENT'];
  const usual = [...(told === undefined ? [] : [told]), '.venv', 'venv', 'env', '.env']
    .map((name) => path.resolve(root, name))
    .filter(isEnvironment);
  if (usual.length > 0) return usual;
  try {
    return readdirSync(root)
      .filter((name) => /venv/i.test(name))
      .map((name) => path.join(root, name))
      .filter(isEnvironment);
  } catch {
    return [];
  }
}

/** null: it is not here, and nothing but the manifest speaks of it. */
async function poetry(
  root: string,
  env: Readonly<Record<string, string>>,
  exec: QuickExec,
  hasLock: boolean,
): Promise<Prepared | null> {
  const answer = await exec('poetry', ['env', 'info', '--path'], { cwd: root, env });
  if (answer.kind === 'absent') return hasLock ? degraded('poetry.lock asks for poetry, which is not installed') : null;
  if (answer.kind === 'timeout') return degraded('poetry does not say where its environment is');
  const folder = answer.code === 0 ? answer.out.trim() : '';
  return folder !== '' && existsSync(folder)
    ? virtual(root, folder, 'poetry environment')
    : missing('poetry', 'poetry install');
}

function virtual(root: string, folder: string, detail: string): Prepared {
  const bin = path.join(folder, BIN);
  const python = path.join(bin, process.platform === 'win32' ? 'python.exe' : 'python');
  if (!existsSync(python)) return degraded(`${detail} has no python in it; make it anew`);
  const absent = missingRequirements(textOf(root, 'requirements.txt'), folder);
  const shown =
    absent.length > 5 ? `${absent.slice(0, 5).join(', ')} and ${absent.length - 5} more` : absent.join(', ');
  const install = `not installed yet: ${shown}; pip install -r requirements.txt`;
  return {
    steps: [
      { name: 'Python', status: 'ready', detail },
      ...(absent.length === 0 ? [] : [{ name: 'Python packages', status: 'degraded', detail: install } as const]),
    ],
    paths: [bin],
    env: { VIRTUAL_ENV: folder },
    unset: ['PYTHONHOME'],
  };
}

const degraded = (detail: string): Prepared => ({
  ...nothing,
  steps: [{ name: 'Python', status: 'degraded', detail }],
});

const missing = (tool: string, command: string): Prepared => degraded(`no ${tool} environment yet: ${command}`);

function condaEnvironment(root: string, file: string, env: Readonly<Record<string, string>>, home: string): Prepared {
  const name = /^name:\s*["']?([\w.-]+)/m.exec(textOf(root, file))?.[1];
  const bases = [
    env['CONDA_EXE'] === undefined ? null : path.dirname(path.dirname(env['CONDA_EXE'])),
    env['MAMBA_ROOT_PREFIX'] ?? null,
    ...['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'micromamba', '.conda'].map((base) =>
      path.join(home, base),
    ),
    '/opt/conda',
  ].filter((base) => base !== null);
  // All that conda ever made, also elsewhere than it usually does.
  const known = textOf(home, '.conda/environments.txt').split(/\r?\n/);
  const beside = ['.conda', 'env', 'envs'].map((each) => path.join(root, each));
  const named = [...bases.map((base) => path.join(base, 'envs', name ?? '')), ...known].filter(
    (each) => name !== undefined && path.basename(each) === name,
  );
  const folder =
    beside.find((each) => existsSync(path.join(each, 'conda-meta'))) ?? named.find((each) => existsSync(each));
  if (folder === undefined) return missing('conda', `conda env create -f ${file}`);
  // There python.exe lies beside the folders, not in one of them.
  const windows = [folder, path.join(folder, 'Library', 'bin'), path.join(folder, 'Scripts')];
  return {
    steps: [{ name: 'Python', status: 'ready', detail: `conda environment ${name ?? path.relative(root, folder)}` }],
    paths: process.platform === 'win32' ? windows : [path.join(folder, BIN)],
    env: { CONDA_PREFIX: folder, CONDA_DEFAULT_ENV: name ?? folder },
    unset: [],
  };
}

function textOf(folder: string, file: string): string {
  try {
    return readFileSync(path.join(folder, file), 'utf8');
  } catch {
    return '';
  }
}
