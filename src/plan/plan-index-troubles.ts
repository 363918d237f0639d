// What is wrong with paths that have no document to carry it: files that cannot be read, and the config's own words.
import type { Problem } from '../model/problem';

const CONFIG_PATH = '.soloflow/config.json';

export class Troubles {
  readonly #known = new Map<string, Problem>();

  has(path: string): boolean {
    return this.#known.has(path);
  }

  paths(): readonly string[] {
    return [...this.#known.keys()];
  }

  all(): readonly Problem[] {
    return [...this.#known.values()];
  }

  /** `why` a path cannot be read; null: it can, or is gone. Answers whether that is news. */
  note(path: string, why: string | null): boolean {
    return this.#set(path, why === null ? null : unreadable(path, why));
  }

  /** Dialects the config names that there are not. */
  noteUnknown(unknown: readonly { readonly glob: string; readonly id: string }[]): boolean {
    const names = unknown.map(({ glob, id }) => `"${id}" for ${glob}`).join(', ');
    const problem = problemOf(CONFIG_PATH, 'config', `No dialect is called ${names}.`);
    return this.#set(CONFIG_PATH, names === '' ? null : problem);
  }

  #set(path: string, problem: Problem | null): boolean {
    if (this.#known.get(path)?.message === problem?.message) return false;
    if (problem === null) this.#known.delete(path);
    else this.#known.set(path, problem);
    return true;
  }
}

const unreadable = (path: string, why: string): Problem =>
  problemOf(path, 'unreadable-document', `This document cannot be read: ${why}.`);

function problemOf(path: string, code: Problem['code'], message: string): Problem {
  return { code, severity: 'error', path, line: 1, column: 1, span: { start: 0, end: 0 }, message, fixes: [] };
}
