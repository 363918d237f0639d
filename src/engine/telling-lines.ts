// Which lines of a failed command's output tell why: what names a failure, not the summary that follows it. Pure.

/** What failures look like in the words of test runners, compilers and shells. */
const TELLING =
  /^\s*not ok\b|^\s*[✖✗✘×●❌]|^\s*FAIL(?:ED)?\b|\.\.\. FAILED$|^\s*--- FAIL|^E\s{2,}|Traceback \(most|panicked at|assertion|\b\w*(?:Error|Exception)\b(?::|\s*\()|\berror\b(?:\[\w+\]|\s+[A-Z]+\d+)?:|^\s*\d+:\d+\s+error\b|\bfatal:|!==?\s|\b(?:expected|received|want|got|left|right)\b\s*:|\bexpected\b.*\b(?:actual|received|got|to|but|be)\b|\b(?:got|left)\b.*\b(?:want|right)\b|command not found|no such file|permission denied|cannot find|could not|Segmentation fault/i;
/** Counts, durations, stack frames and the frame of a report: true and of no help. */
const NOISE =
  /^\s*(?:#|ℹ|TAP version|1\.\.\d+|---$|\.\.\.$|at\s|duration_ms|type:|location:|code:|stack:|failureType:|severity:|name:|operator:|error: \|-$|npm (?:ERR!|error) (?:code|path|command|errno|A complete log|Lifecycle|workspace|location)|=+\s.*\s=+$|[-_]{3,}\s*$|FAIL\s*$|\d+ (?:passing|failing|passed|failed)\b|Tests?:?\s|Test (?:Files|Suites):?\s|Time:|Duration|Start at|Snapshots:|Ran all|exit status|make: \*\*\*|node:internal)/i;

/** At most `most` lines, trimmed, in the order in which they were printed. Where nothing tells, the last ones. */
export function tellingLines(text: string, most = 3): readonly string[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const plain = lines.filter((line) => !NOISE.test(line));
  const telling = plain.filter((line) => TELLING.test(line));
  if (telling.length === 0) return (plain.length === 0 ? lines : plain).slice(-most);
  return [...new Set(telling)].slice(0, most);
}
