// Cross-references must lead somewhere: relative links, anchors, ids. And documents must be reachable and in order.
import path from 'node:path';
import type { Problem } from '../../model/problem';
import type { DocumentStore } from '../../plan/ports';
import { locate } from '../workspace-path';
import { type Finding, plural, some } from './finding';
import { type Link, type Outline, outlineOf } from './markdown-links';

export interface LinkGateOptions {
  readonly root: string;
  readonly documents: DocumentStore;
  /** What the plan finds wrong; ids that resolve to nothing count here. */
  readonly planProblems: () => readonly Problem[];
}

const ID_PROBLEMS: ReadonlySet<string> = new Set([
  'unknown-dependency',
  'ambiguous-dependency',
  'duplicate-id-different-item',
  'dependency-cycle',
]);

/** `files`: the documents to be checked, relative. */
export async function checkReferences(files: readonly string[], options: LinkGateOptions): Promise<Finding> {
  const began = performance.now();
  const reader = createReader(options.documents);
  const findings: string[] = [];
  let links = 0;
  for (const file of files) {
    const outline = await reader(file);
    if (outline === null) {
      findings.push(`${file}: cannot be read`);
      continue;
    }
    for (const { target, line } of outline.undefinedReferences) {
      // "[x][y]" without a definition is text to markdown; it is a broken link when it looks like one.
      if (/^[\w./#-]{2,}$/.test(target)) findings.push(`${file}:${line} [${target}] is not defined`);
    }
    for (const link of outline.links) {
      links++;
      const wrong = await wrongWith(file, link, outline, options.root, reader);
      if (wrong !== null) findings.push(`${file}:${link.line} ${link.target} ${wrong}`);
    }
  }
  const checked = new Set(files);
  for (const problem of options.planProblems()) {
    if (checked.has(problem.path) && ID_PROBLEMS.has(problem.code)) {
      findings.push(`${problem.path}:${problem.line} ${problem.message}`);
    }
  }
  const evidence = { files, findings, durationMs: Math.round(performance.now() - began) };
  if (findings.length > 0)
    return { status: 'fail', detail: `${plural(findings.length, 'broken reference')}: ${some(findings, 3)}`, evidence };
  return {
    status: 'pass',
    detail: `${plural(links, 'link')} in ${plural(files.length, 'document')} lead somewhere`,
    evidence,
  };
}

/** Each of `files` is reachable by links from a README or index, and its headings skip no level. */
export async function checkNavigation(files: readonly string[], options: LinkGateOptions): Promise<Finding> {
  const began = performance.now();
  const reader = createReader(options.documents);
  const listed = (await options.documents.list()).filter(isMarkdown);
  const starts = [...new Set([...listed, ...files])].filter((file) =>
    /(^|\/)(?:readme|index)\.(?:md|markdown|mdx)$/i.test(file),
  );
  const findings: string[] = [];
  if (starts.length === 0) findings.push('no README.md or index.md to start from');
  const reachable = await reachableFrom(starts, reader);
  for (const file of files) {
    const outline = await reader(file);
    if (outline === null) findings.push(`${file}: cannot be read`);
    else findings.push(...headingFindings(file, outline));
    if (starts.length > 0 && !reachable.has(file)) findings.push(`${file}: no link leads here from ${some(starts, 3)}`);
  }
  const evidence = { files, findings, durationMs: Math.round(performance.now() - began) };
  if (findings.length > 0) return { status: 'fail', detail: some(findings, 3), evidence };
  return { status: 'pass', detail: `${plural(files.length, 'document')} reachable, headings in order`, evidence };
}

export const isMarkdown = (file: string): boolean => /\.(?:md|markdown|mdx)$/i.test(file);

type Reader = (file: string) => Promise<Outline | null>;

function createReader(documents: DocumentStore): Reader {
  const read = new Map<string, Promise<Outline | null>>();
  return (file) => {
    const known = read.get(file) ?? documents.read(file).then((text) => (text === null ? null : outlineOf(text)));
    read.set(file, known);
    return known;
  };
}

async function wrongWith(
  file: string,
  link: Link,
  outline: Outline,
  root: string,
  reader: Reader,
): Promise<string | null> {
  const target = targetOf(file, link.target);
  if (target === null) return null;
  if (target.path !== file) {
    if (target.path === null) return 'leads out of the workspace';
    if (target.path !== '') {
      const where = await locate(root, target.path).catch(() => null);
      if (where === null || where.kind === 'outside') return 'leads out of the workspace';
      if (!where.exists) return 'does not exist';
    }
  }
  if (target.fragment === '') return null;
  const there =
    target.path === file
      ? outline
      : target.path !== '' && target.path !== null && isMarkdown(target.path)
        ? await reader(target.path)
        : null;
  // Anchors of other kinds of files ("#L10" in a source file) are for their viewer to know.
  if (there === null) return null;
  const known = there.anchors.has(target.fragment) || there.anchors.has(target.fragment.toLowerCase());
  return known || /^L\d+(?:-L\d+)?$/.test(target.fragment) ? null : 'has no such heading';
}

/** null: not a link into the workspace. `path` null: it leads out of it; "" is the root. */
function targetOf(file: string, written: string): { readonly path: string | null; readonly fragment: string } | null {
  if (written === '' || /^[a-z][a-z0-9+.-]*:/i.test(written) || written.startsWith('//')) return null;
  if (/^(?:\{\{|<|\$\{)/.test(written)) return null;
  const hash = written.indexOf('#');
  const plain = hash < 0 ? written : written.slice(0, hash);
  const fragment = decoded(hash < 0 ? '' : written.slice(hash + 1));
  const asked = decoded(plain.split('?')[0] ?? '');
  if (asked === '') return { path: file, fragment };
  const joined = asked.startsWith('/') ? asked.slice(1) : path.posix.join(path.posix.dirname(file), asked);
  const normal = path.posix.normalize(joined).replace(/\/$/, '');
  if (normal === '..' || normal.startsWith('../')) return { path: null, fragment };
  return { path: normal === '.' ? '' : normal, fragment };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function reachableFrom(starts: readonly string[], reader: Reader): Promise<ReadonlySet<string>> {
  const reached = new Set(starts);
  const open = [...starts];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const outline = await reader(file);
    for (const link of outline?.links ?? []) {
      const target = targetOf(file, link.target)?.path ?? null;
      if (target === null || reached.has(target) || !isMarkdown(target)) continue;
      reached.add(target);
      open.push(target);
    }
  }
  return reached;
}

function headingFindings(file: string, outline: Outline): readonly string[] {
  const findings: string[] = [];
  let level = 0;
  for (const heading of outline.headings) {
    if (heading.level > level + 1 && level > 0) {
      findings.push(`${file}:${heading.line} heading level ${heading.level} follows level ${level}: ${heading.text}`);
    }
    if (heading.text === '') findings.push(`${file}:${heading.line} empty heading`);
    level = heading.level;
  }
  return findings;
}
