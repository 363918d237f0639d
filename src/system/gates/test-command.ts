// Finds the command that runs a project's tests, from the files every toolchain leaves at the root.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface TestCommand {
  readonly command: string;
  /** What it was found by, for people: "package.json script test". */
  readonly found: string;
}

/** null: nothing at the root tells. */
export function detectTestCommand(root: string): TestCommand | null {
  for (const detect of [fromPackageJson, fromPython, fromMarkers, fromRunners]) {
    const found = detect(root);
    if (found !== null) return found;
  }
  return null;
}

function fromPackageJson(root: string): TestCommand | null {
  const text = readOrNull(path.join(root, 'package.json'));
  if (text === null) return null;
  const json = jsonOrNull(text);
  const script = textAt(json, 'scripts', 'test');
  if (script !== null && !/no test specified/.test(script)) {
    return { command: packageManager(root, json) + ' test', found: 'package.json script "test"' };
  }
  const runners: readonly (readonly [string, string])[] = [
    ['vitest', 'npx vitest run'],
    ['jest', 'npx jest'],
    ['mocha', 'npx mocha'],
  ];
  for (const [name, command] of runners) {
    if (textAt(json, 'devDependencies', name) !== null || textAt(json, 'dependencies', name) !== null) {
      return { command, found: `${name} in package.json` };
    }
  }
  const file = nodeTestIn(root);
  return file === null ? null : { command: 'node --test', found: `package.json and ${file}` };
}

/** A test that `node --test` finds by itself, in the usual places. */
function nodeTestIn(root: string): string | null {
  for (const folder of ['test', 'tests', '__tests__', '.', 'src', 'lib']) {
    const isTestFolder = folder === 'test';
    const file = namesIn(path.join(root, folder)).find((name) =>
      isTestFolder ? /\.[cm]?[jt]s$/.test(name) : /(?:[.\-_]test|^test(?:-.*)?)\.[cm]?[jt]s$/.test(name),
    );
    if (file !== undefined) return path.posix.join(folder, file);
  }
  // Deeper down they are only looked for by node itself.
  return namesIn(path.join(root, 'test')).some((name) => !/^__|\.py$/.test(name)) ? 'a folder "test"' : null;
}

function packageManager(root: string, json: unknown): string {
  const named = /^(npm|pnpm|yarn|bun)@/.exec(textAt(json, 'packageManager') ?? '')?.[1];
  if (named !== undefined) return named === 'bun' ? 'bun run' : named;
  const has = (file: string): boolean => existsSync(path.join(root, file));
  if (has('pnpm-lock.yaml')) return 'pnpm';
  if (has('yarn.lock')) return 'yarn';
  if (has('bun.lock') || has('bun.lockb')) return 'bun run';
  return 'npm';
}

function fromPython(root: string): TestCommand | null {
  const project = readOrNull(path.join(root, 'pyproject.toml'));
  const marker =
    ['pytest.ini', 'conftest.py', 'tests/conftest.py', 'tox.ini'].find((file) => existsSync(path.join(root, file))) ??
    MENTIONS_PYTEST.find(([file, mention]) => mention.test(readOrNull(path.join(root, file)) ?? ''))?.[0] ??
    ['tests', 'test', '.'].map((folder) => pythonTestIn(root, folder)).find((file) => file !== null);
  const inProject = project !== null && /pytest/.test(project);
  if ((marker ?? null) === null && !inProject) return null;
  const found = marker ?? 'pytest in pyproject.toml';
  if (existsSync(path.join(root, 'uv.lock'))) return { command: 'uv run pytest', found };
  if (existsSync(path.join(root, 'poetry.lock'))) return { command: 'poetry run pytest', found };
  // "python" is not everywhere, "python3" is, but on Windows.
  return { command: process.platform === 'win32' ? 'python -m pytest' : 'python3 -m pytest', found };
}

/** A file that pytest collects without being told. */
function pythonTestIn(root: string, folder: string): string | null {
  const file = namesIn(path.join(root, folder)).find((name) => /^(?:test_.*|.*_test)\.py$/.test(name));
  return file === undefined ? null : path.posix.join(folder, file);
}

const MENTIONS_PYTEST: readonly (readonly [string, RegExp])[] = [
  ['setup.cfg', /^\[tool:pytest\]/m],
  ['requirements-dev.txt', /^pytest\b/m],
  ['requirements.txt', /^pytest\b/m],
  ['requirements/dev.txt', /^pytest\b/m],
];

function fromMarkers(root: string): TestCommand | null {
  const markers: readonly (readonly [string, string])[] = [
    ['go.mod', 'go test ./...'],
    ['Cargo.toml', 'cargo test'],
    ['global.json', 'dotnet test'],
    ['Directory.Build.props', 'dotnet test'],
  ];
  for (const [file, command] of markers) if (existsSync(path.join(root, file))) return { command, found: file };
  const solution = namesIn(root).find((name) => /\.(?:sln|slnx|csproj|fsproj)$/.test(name));
  return solution === undefined ? null : { command: 'dotnet test', found: solution };
}

function fromRunners(root: string): TestCommand | null {
  const justfile = namesIn(root).find((name) => /^\.?justfile$/i.test(name));
  if (justfile !== undefined && hasJustTest(readOrNull(path.join(root, justfile)) ?? ''))
    return { command: 'just test', found: justfile };
  // In the order in which make looks for them.
  for (const found of ['GNUmakefile', 'makefile', 'Makefile']) {
    const makefile = readOrNull(path.join(root, found));
    if (makefile === null) continue;
    return MAKE_TEST.test(makefile) ? { command: 'make test', found } : null;
  }
  return null;
}
/** A rule whose targets name "test"; no variable, and not what .PHONY lists. */
const MAKE_TEST = /^(?![.\t#])(?:[^\s:=#]+[ \t]+)*test(?:[ \t]+[^\s:=#]+)*[ \t]*::?(?![:=])/m;

/** Can `just test` be called: a recipe or an alias of this name, and no argument that has to be given. */
function hasJustTest(justfile: string): boolean {
  if (/^alias\s+test\s*:=/m.test(justfile)) return true;
  return [...justfile.matchAll(/^@?test(?=[\s:])([^\n]*)$/gm)].some(([, head = '']) => {
    const plain = head.replace(/"[^"]*"|'[^']*'|\([^)]*\)/g, '""');
    const colon = plain.indexOf(':');
    if (colon < 0 || plain[colon + 1] === '=') return false;
    const parameters = plain.slice(0, colon).split(/\s+/);
    return parameters.every((each) => each === '' || each.includes('=') || each.startsWith('*'));
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textAt(json: unknown, ...keys: readonly string[]): string | null {
  let at = json;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null) return null;
    at = new Map<string, unknown>(Object.entries(at)).get(key);
  }
  return typeof at === 'string' ? at : null;
}
