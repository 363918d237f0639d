// Path globs as .gitignore and editors write them: `**`, `*`, `?`, `[a-z]`, `{a,b}`. Pure; paths use `/`.

/** Compiled globs: does any of them match a whole relative path? */
export type PathMatcher = (path: string) => boolean;

const MAX_ALTERNATIVES = 512;

/** Any of `globs` matches. Matching is polynomial in the path, whatever the glob: globs come from untrusted files. */
export function globMatcher(globs: readonly string[]): PathMatcher {
  const compiled = globs
    .flatMap((glob) => expandBraces(normalise(glob)))
    .map(compile)
    .map(matcherOf);
  return (path) => {
    const segments = path.split('/');
    return compiled.some((matches) => matches(segments));
  };
}

/** Most globs say "anywhere", "in the root" or "anywhere inside": those look at one segment after the other. */
function matcherOf(glob: readonly Segment[]): (path: readonly string[]) => boolean {
  const [first, name, last] = glob;
  if (first === '**' && name !== undefined && name !== '**') {
    if (glob.length === 2) return (path) => name.test(path.at(-1) ?? '');
    if (glob.length === 3 && last === '**') return (path) => path.some((segment) => name.test(segment));
  }
  return (path) => matchSegments(glob, path);
}

/** Globs that end in `/**` exclude whole folders: a matcher of those folders, so that a walk never enters them. */
export function folderMatcher(globs: readonly string[]): PathMatcher {
  return globMatcher(globs.filter((glob) => glob.endsWith('/**')).map((glob) => glob.slice(0, -3)));
}

type Segment = '**' | Pattern;

interface Pattern {
  test(segment: string): boolean;
}

function normalise(glob: string): string {
  const trimmed = glob.replace(/^\.\//, '').replace(/^\//, '');
  return trimmed.endsWith('/') ? `${trimmed}**` : trimmed;
}

function expandBraces(glob: string): readonly string[] {
  let open = [glob];
  const done: string[] = [];
  while (open.length > 0 && open.length + done.length <= MAX_ALTERNATIVES) {
    const next: string[] = [];
    for (const one of open) {
      const inner = /\{([^{}]*)\}/.exec(one);
      if (inner?.[1] === undefined) {
        done.push(one);
        continue;
      }
      const before = one.slice(0, inner.index);
      const after = one.slice(inner.index + inner[0].length);
      for (const choice of inner[1].split(',')) next.push(before + choice + after);
    }
    open = next;
  }
  return done;
}

function compile(glob: string): readonly Segment[] {
  return glob.split('/').map((segment) => (segment === '**' ? '**' : segmentPattern(segment)));
}

function segmentPattern(segment: string): Pattern {
  if (!/[*?[]/.test(segment)) return { test: (text) => text === segment };
  if (/^\*[^*?[]*$/.test(segment)) return { test: (text) => text.endsWith(segment.slice(1)) };
  let out = '';
  for (let i = 0; i < segment.length; i++) {
    const char = segment.charAt(i);
    if (char === '*') {
      while (segment.charAt(i + 1) === '*') i++;
      out += '[^/]*';
    } else if (char === '?') {
      out += '[^/]';
    } else if (char === '[') {
      const close = segment.indexOf(']', i + 2);
      if (close < 0) {
        out += '\\[';
      } else {
        const set = segment
          .slice(i + 1, close)
          .replaceAll('\\', '\\\\')
          .replaceAll('[', '\\[')
          .replace(/^!/, '^');
        out += isRange(set) ? `[${set}]` : escape(segment.slice(i, close + 1));
        i = close;
      }
    } else {
      out += escape(char);
    }
  }
  return new RegExp(`^${out}$`, 'su');
}

function isRange(set: string): boolean {
  try {
    return new RegExp(`[${set}]`, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, (char) => `\\${char}`);

function matchSegments(glob: readonly Segment[], path: readonly string[]): boolean {
  // reach[i]: the glob's first parts can stand for exactly the path's first i segments.
  let reach = new Set([0]);
  for (const part of glob) {
    const next = new Set<number>();
    for (const at of reach) {
      if (part === '**') {
        for (let i = at; i <= path.length; i++) next.add(i);
      } else if (at < path.length && part.test(path[at] ?? '')) {
        next.add(at + 1);
      }
    }
    if (next.size === 0) return false;
    reach = next;
  }
  return reach.has(path.length);
}
