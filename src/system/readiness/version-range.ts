// Version ranges as `engines` and `.nvmrc` write them: "20", "v20.1", ">=18 <21", "^20.1.0", "~20.1", "18 || 20.x".

/** Anything that is not understood is taken as satisfied: a wrong complaint is worse than none. */
export function satisfies(version: string, range: string): boolean {
  const have = parse(version);
  if (have === null) return true;
  return range.split('||').some((part) => fitsAll(have, part.trim()));
}

type Version = readonly [number, number, number];

function fitsAll(have: Version, part: string): boolean {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(part);
  if (hyphen?.[1] !== undefined && hyphen[2] !== undefined) {
    return fits(have, `>=${hyphen[1]}`) && fits(have, `<=${hyphen[2]}`);
  }
  return part
    .replace(/(>=|<=|[<>=~^])\s+/g, '$1')
    .split(/\s+/)
    .every((one) => fits(have, one));
}

function fits(have: Version, one: string): boolean {
  const match = /^(>=|<=|>|<|=|\^|~)?v?(\d+|[xX*])?(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?/.exec(one);
  const digits = [match?.[2], match?.[3], match?.[4]]
    .filter((part) => part !== undefined && /^\d+$/.test(part))
    .map(Number);
  const [major, minor, patch] = digits;
  if (major === undefined) return true;
  const low: Version = [major, minor ?? 0, patch ?? 0];
  // First version that no longer has the digits that were written.
  const next: Version =
    minor === undefined ? [major + 1, 0, 0] : patch === undefined ? [major, minor + 1, 0] : [major, minor, patch + 1];
  switch (match?.[1]) {
    case '>=':
      return compare(have, low) >= 0;
    case '>':
      return compare(have, next) >= 0;
    case '<':
      return compare(have, low) < 0;
    case '<=':
      return compare(have, next) < 0;
    case '^':
      return compare(have, low) >= 0 && compare(have, caretEnd(low)) < 0;
    case '~':
      return (
        compare(have, low) >= 0 && compare(have, minor === undefined ? [major + 1, 0, 0] : [major, minor + 1, 0]) < 0
      );
    default:
      return compare(have, low) >= 0 && compare(have, next) < 0;
  }
}

function caretEnd([major, minor, patch]: Version): Version {
  if (major > 0) return [major + 1, 0, 0];
  return minor > 0 ? [0, minor + 1, 0] : [0, 0, patch + 1];
}

function parse(text: string): Version | null {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
