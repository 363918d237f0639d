// .soloflow/config.json: read, checked, followed. A wrong file is problems with lines; the last good one stays in force.
import { lstatSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findNodeAtLocation, type Node, type ParseError, parse, parseTree, printParseErrorCode } from 'jsonc-parser';
import * as z from 'zod';
import type { Disposable } from '../engine/ports';
import { type Config, configSchema } from '../model/config';
import type { Problem } from '../model/problem';
import type { Span } from '../model/text';
import { errorCode } from './workspace-path';

const CONFIG_PATH = '.soloflow/config.json';
/** Copy of the last good text: it stays in force over the end of the process, however wrong the file is then. */
const LAST_GOOD = '.soloflow/config.last-good.json';

export interface ConfigFile {
  /** In force now. Looks at the file again when it may have changed. */
  config(): Config;
  problems(): readonly Problem[];
  onDidChange(listener: (config: Config) => void): Disposable;
  dispose(): void;
}

export interface ConfigFileOptions {
  /** Absolute workspace folder. */
  readonly root: string;
  /** How often the file is looked at while somebody listens; milliseconds. */
  readonly pollMs?: number;
  /** Keep a copy of each good text beside the file. */
  readonly keep?: boolean;
}

/** Whoever saves the config and runs something at once means what was saved. Looking costs some microseconds. */
const FRESH_MS = 25;

export function createConfigFile(options: ConfigFileOptions): ConfigFile {
  const file = path.join(options.root, CONFIG_PATH);
  const pollMs = options.pollMs ?? 500;
  const listeners = new Set<(config: Config) => void>();
  let signature = '';
  let lookedAt = Number.NEGATIVE_INFINITY;
  let config: Config = defaults();
  let problems: readonly Problem[] = [];
  let timer: NodeJS.Timeout | null = null;
  let known = false;

  const look = (): void => {
    lookedAt = performance.now();
    const found = signatureOf(file);
    if (found === signature) return;
    signature = found;
    const read = readConfig(file);
    problems = read.problems;
    if (read.config === null) {
      if (!known) config = readLastGood(options.root) ?? config;
      known = true;
      return;
    }
    known = true;
    config = read.config;
    if (options.keep === true && read.text !== null) keepLastGood(options.root, read.text);
    for (const listener of listeners) listener(config);
  };
  look();

  return {
    config() {
      if (performance.now() - lookedAt >= FRESH_MS) look();
      return config;
    },
    problems() {
      look();
      return problems;
    },
    onDidChange(listener) {
      listeners.add(listener);
      if (timer === null) {
        timer = setInterval(look, pollMs);
        timer.unref();
      }
      return { dispose: () => void listeners.delete(listener) };
    },
    dispose() {
      listeners.clear();
      if (timer !== null) clearInterval(timer);
    },
  };
}

let settled: Config | null = null;
/** What holds without a file. */
const defaults = (): Config => (settled ??= configSchema.parse({}));

/** JSON schema of the config, for completion in editors. Fields with defaults may be left out. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
}

function signatureOf(file: string): string {
  try {
    const { mtimeNs, ctimeNs, size, ino } = statSync(file, { bigint: true });
    return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch (error) {
    return errorCode(error);
  }
}

interface Read {
  readonly config: Config | null;
  readonly problems: readonly Problem[];
  /** null: there is no file, or it cannot be read. */
  readonly text: string | null;
}

function readConfig(file: string): Read {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\u{feff}/u, '');
  } catch (error) {
    const code = errorCode(error);
    // No file is no mistake: defaults hold.
    if (code === 'ENOENT' || code === 'ENOTDIR') return { config: defaults(), problems: [], text: null };
    const problems = [problem('', { start: 0, end: 0 }, `The config cannot be read (${code}).`)];
    return { config: null, problems, text: null };
  }
  return { ...parseConfig(text), text };
}

function readLastGood(root: string): Config | null {
  try {
    return parseConfig(readFileSync(path.join(root, LAST_GOOD), 'utf8')).config;
  } catch {
    return null;
  }
}

/** Best effort: where nothing can be written, a wrong file is answered with the defaults. */
function keepLastGood(root: string, text: string): void {
  const file = path.join(root, LAST_GOOD);
  try {
    // A cloned repository may bring the folder as a link to anywhere.
    if (!lstatSync(path.dirname(file)).isDirectory()) return;
    if (statSync(file, { throwIfNoEntry: false }) !== undefined && readFileSync(file, 'utf8') === text) return;
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, text, { flag: 'wx' });
    renameSync(fresh, file);
  } catch {
    // Read-only or full: the copy stays as it was.
  }
}

/** Checks the text of a config file. `config` is null when anything in it is wrong. Comments and trailing commas are fine. */
export function parseConfig(text: string): { readonly config: Config | null; readonly problems: readonly Problem[] } {
  const errors: ParseError[] = [];
  const settings = { allowTrailingComma: true };
  const value: unknown = text.trim() === '' ? {} : parse(text, errors, settings);
  if (errors.length > 0) {
    return {
      config: null,
      problems: errors.map(({ error, offset, length }) =>
        problem(text, { start: offset, end: offset + length }, `Not JSON: ${printParseErrorCode(error)}.`),
      ),
    };
  }
  const checked = configSchema.safeParse(value);
  if (checked.success) {
    const wrong = patternProblems(text, checked.data);
    return { config: wrong.length > 0 ? null : checked.data, problems: wrong };
  }
  const tree = parseTree(text, [], settings);
  return { config: null, problems: checked.error.issues.map((issue) => issueProblem(text, tree, issue)) };
}

/** Regular expressions are strings to the schema; one that does not compile is found here. */
function patternProblems(text: string, config: Config): readonly Problem[] {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  return config.pauseRules.flatMap((rule, i) =>
    (['command', 'task'] as const).flatMap((field) => {
      const pattern = rule[field];
      if (pattern === undefined) return [];
      try {
        void new RegExp(pattern);
        return [];
      } catch (error) {
        const why = error instanceof Error ? error.message : 'not a regular expression';
        return [problem(text, spanAt(tree, ['pauseRules', i, field]), `pauseRules.${i}.${field}: ${why}.`)];
      }
    }),
  );
}

function issueProblem(text: string, tree: Node | undefined, issue: z.core.$ZodIssue): Problem {
  const at = issue.path.filter((part) => typeof part !== 'symbol');
  const where = at.length === 0 ? '' : `${at.join('.')}: `;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const property = tree === undefined ? undefined : findNodeAtLocation(tree, [...at, key])?.parent?.children?.[0];
    return problem(text, property === undefined ? spanAt(tree, at) : spanOf(property), `${where}${issue.message}.`);
  }
  return problem(text, spanAt(tree, at), `${where}${issue.message}.`);
}

/** The value at a path, or the nearest thing around it that is written. */
function spanAt(tree: Node | undefined, at: readonly (string | number)[]): Span {
  if (tree === undefined) return { start: 0, end: 0 };
  const node = findNodeAtLocation(tree, [...at]);
  if (node !== undefined) return spanOf(node);
  return at.length === 0 ? spanOf(tree) : spanAt(tree, at.slice(0, -1));
}

const spanOf = (node: Node): Span => ({ start: node.offset, end: node.offset + node.length });

function problem(text: string, span: Span, message: string): Problem {
  const before = text.slice(0, span.start);
  return {
    code: 'config',
    severity: 'error',
    path: CONFIG_PATH,
    line: before.split('\n').length,
    column: span.start - (before.lastIndexOf('\n') + 1) + 1,
    span,
    message,
    fixes: [],
  };
}
