// Rules that editors and agents read: which of a workspace's rule files apply to what is touched, or to the query.
import { globMatcher } from '../model/glob';
import type { TextFiles } from './ports';
import { readQuery } from './query';

/** Where rules lie, by the conventions of the tools that read them. */
export const RULE_FILES: readonly string[] = [
  '.cursor/rules/**/*.mdc',
  '**/.cursor/rules/**/*.mdc',
  '.cursorrules',
  'AGENTS.md',
  '**/AGENTS.md',
  'CLAUDE.md',
  'GEMINI.md',
  '.github/copilot-instructions.md',
  '.github/instructions/**/*.instructions.md',
];

export interface Rule {
  readonly path: string;
  readonly text: string;
}

interface Head {
  readonly description: string;
  readonly globs: readonly string[];
  readonly always: boolean;
  readonly body: string;
}

const MOST_RULES = 12;

/** Rules without conditions always apply; those with globs where a touched file fits; the others by their description. */
export async function fittingRules(
  files: TextFiles,
  touched: readonly string[],
  query: string,
  signal: AbortSignal,
): Promise<readonly Rule[]> {
  const terms = readQuery(query).terms;
  const rules: (Rule & { readonly rank: number })[] = [];
  for (const path of await files.list()) {
    if (signal.aborted) break;
    const text = await files.read(path);
    if (text === null || text.trim() === '') continue;
    const head = readHead(text);
    const rank = rankOf(path, head, touched, terms);
    if (rank !== null) rules.push({ path, text: head.body, rank });
  }
  return rules.sort((a, b) => a.rank - b.rank || a.path.localeCompare(b.path)).slice(0, MOST_RULES);
}

/** Smaller comes first; null: it does not apply. */
function rankOf(path: string, head: Head, touched: readonly string[], terms: readonly string[]): number | null {
  const below = path.match(/^(.+)\/AGENTS\.md$/)?.[1] ?? path.match(/^(.+)\/\.cursor\/rules\//)?.[1];
  // A file further down speaks for its folder only.
  if (below !== undefined && !touched.some((file) => file.startsWith(`${below}/`))) return null;
  if (head.always) return 0;
  if (head.globs.length > 0) {
    const fits = globMatcher(head.globs.flatMap((glob) => (glob.includes('/') ? [glob] : [glob, `**/${glob}`])));
    return touched.some(fits) ? 1 : null;
  }
  if (!/\.(?:mdc|instructions\.md)$/.test(path)) return 0;
  const about = `${head.description} ${path}`.toLowerCase();
  return terms.some((term) => about.includes(term)) ? 2 : null;
}

/** The head of a rule file. Its globs are often no YAML (`globs: *.ts,*.tsx`), so it is read line by line. */
export function readHead(text: string): Head {
  const match = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  if (match === null) return { description: '', globs: [], always: false, body: text };
  const fields = new Map<string, string>();
  let last = '';
  for (const line of (match[1] ?? '').split(/\r?\n/)) {
    const field = /^(\w+):[ \t]*(.*)$/.exec(line);
    if (field !== null) {
      last = field[1] ?? '';
      fields.set(last, field[2] ?? '');
    } else if (/^[ \t]+-[ \t]+/.test(line)) {
      fields.set(last, `${fields.get(last) ?? ''},${line.replace(/^[ \t]+-[ \t]+/, '')}`);
    }
  }
  const globs = (fields.get('globs') ?? fields.get('applyTo') ?? '')
    .replace(/^\[|\]$/g, '')
    // A comma inside braces belongs to the glob.
    .split(/,(?![^{]*\})/)
    .map(unquoted)
    .filter((glob) => glob !== '');
  return {
    description: unquoted(fields.get('description') ?? ''),
    globs,
    always: fields.get('alwaysApply')?.trim() === 'true' || globs.includes('**'),
    body: text.slice(match[0].length),
  };
}

const unquoted = (text: string): string => text.trim().replace(/^(['"])(.*)\1$/, '$2');
