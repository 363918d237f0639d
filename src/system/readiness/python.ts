// Which Python environment the workspace uses, and the variables that activate it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ReadinessStep } from '../../engine/ports';
import type { QuickExec } from '../quick-exec';

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
  const local = virtualEnvironments(root)[0];
  if (local !== undefined) return virtual(path.join(root, local), local);
  if (has('poetry.lock')) {
    const answer = await exec('poetry', ['env', 'info', '--path'], { cwd: root, env });
    const folder = answer.kind === 'done' && answer.code === 0 ? answer.out.trim() : '';
    return folder !== '' && existsSync(folder)
      ? virtual(folder, 'poetry environment')
      : missing('poetry', 'poetry install');
  }
  if (has('uv.lock')) return missing('uv', 'uv sync');
  const conda = ['environment.yml', 'environment.yaml'].find(has);
  if (conda !== undefined) return condaEnvironment(path.join(root, conda), env, home);
  return nothing;
}

/** `.venv` first, then `venv`, then any other folder at the root that is one. */
function virtualEnvironments(root: string): readonly string[] {
  const isOne = (name: string): boolean => existsSync(path.join(root, name, 'pyvenv.cfg'));
  const usual = ['.venv', 'venv', 'env', '.env'].filter(isOne);
  if (usual.length > 0) return usual;
  try {
    return readdirSync(root).filter((name) => /venv/i.test(name) && isOne(name));
  } catch {
    return [];
  }
}

function virtual(folder: string, detail: string): Prepared {
  const bin = path.join(folder, BIN);
  const python = path.join(bin, process.platform === 'win32' ? 'python.exe' : 'python');
  if (!existsSync(python)) {
    const step = { name: 'Python', status: 'degraded', detail: `${detail} has no python in it; make it anew` } as const;
    return { ...nothing, steps: [step] };
  }
  return {
    steps: [{ name: 'Python', status: 'ready', detail }],
    paths: [bin],
    env: { VIRTUAL_ENV: folder },
    unset: ['PYTHONHOME'],
  };
}

function missing(tool: string, command: string): Prepared {
  return {
    ...nothing,
    steps: [{ name: 'Python', status: 'degraded', detail: `no ${tool} environment yet: ${command}` }],
  };
}

function condaEnvironment(file: string, env: Readonly<Record<string, string>>, home: string): Prepared {
  const name = /^name:\s*["']?([\w.-]+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (name === undefined) return nothing;
  const bases = [
    env['CONDA_EXE'] === undefined ? null : path.dirname(path.dirname(env['CONDA_EXE'])),
    ...['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'micromamba'].map((base) => path.join(home, base)),
    '/opt/conda',
  ].filter((base) => base !== null);
  const folder = bases.map((base) => path.join(base, 'envs', name)).find((each) => existsSync(each));
  if (folder === undefined) return missing('conda', `conda env create -f ${path.basename(file)}`);
  return {
    steps: [{ name: 'Python', status: 'ready', detail: `conda environment ${name}` }],
    paths: [path.join(folder, BIN)],
    env: { CONDA_PREFIX: folder, CONDA_DEFAULT_ENV: name },
    unset: [],
  };
}
