// Which packages of a requirements.txt are not in a virtual environment. Only plain names are looked for: what is fetched
// from an address, wished for on some systems only, or listed in another file, is not complained about.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** As written, in order. `folder`: the virtual environment. */
export function missingRequirements(text: string, folder: string): readonly string[] {
  const wanted = text
    .split(/\r?\n/)
    .flatMap(
      (line) => /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=!~][^;@#]*)?(?:#.*)?$/.exec(line)?.[1] ?? [],
    );
  if (wanted.length === 0) return [];
  const installed = installedIn(folder);
  return installed === null ? [] : wanted.filter((name) => !installed.has(plain(name)));
}

/** null: it also sees what the whole machine has, or nobody can say. */
function installedIn(folder: string): ReadonlySet<string> | null {
  try {
    const config = readFileSync(path.join(folder, 'pyvenv.cfg'), 'utf8');
    if (/^include-system-site-packages\s*=\s*true/im.test(config)) return null;
    const places = sitePackages(folder);
    const names = places.flatMap((place) => readdirSync(place));
    const found = names.flatMap((name) => /^(.+?)(?:-[^-]*)?\.(?:dist|egg)-(?:info|link)$/.exec(name)?.[1] ?? []);
    return places.length === 0 ? null : new Set(found.map(plain));
  } catch {
    return null;
  }
}

function sitePackages(folder: string): readonly string[] {
  if (process.platform === 'win32') return [path.join(folder, 'Lib', 'site-packages')];
  const lib = path.join(folder, 'lib');
  return readdirSync(lib)
    .filter((name) => name.startsWith('python'))
    .map((name) => path.join(lib, name, 'site-packages'));
}

/** Names of Python packages are the same whatever stands between their words. */
const plain = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
