// How many tests ran, failed and were skipped, as read from what a test runner printed or from JUnit files.
// Only reporting: whether the gate is green is decided by the exit code and by failures found here.

export interface TestCounts {
  readonly total: number;
  readonly failed: number;
  readonly skipped: number;
}

/** null: no summary that we know. `text` is the end of the output, without escape sequences. */
export function readTestCounts(text: string): TestCounts | null {
  for (const read of [tapPlan, nodeTest, vitest, jest, mocha, cargo, dotnet, pytest, goTest]) {
    const counts = read(text);
    if (counts !== null && counts.total >= counts.failed) return counts;
  }
  return NO_TESTS.test(text) ? { total: 0, failed: 0, skipped: 0 } : null;
}

/** What runners say, with a green exit code, when there was nothing to run: vitest, jest, go, dotnet, ava. */
const NO_TESTS =
  /^\s*No test files found\b|^\s*No tests found\b|^\?\s+\S+\s+\[no test files\]|\bNo test (?:matches the given testcase filter|is available in)\b|^\s*Couldn.t find any files to test/m;

const numberAfter = (text: string, pattern: RegExp): number | null => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
};

/** "# tests 3 / # pass 2 / # fail 1", and with ℹ as node --test prints it for people. */
function nodeTest(text: string): TestCounts | null {
  const total = numberAfter(text, /^(?:#|ℹ) tests (\d+)$/m);
  const failed = numberAfter(text, /^(?:#|ℹ) fail (\d+)$/m);
  if (total === null || failed === null) return null;
  return { total, failed, skipped: numberAfter(text, /^(?:#|ℹ) skipped (\d+)$/m) ?? 0 };
}

/** TAP proper: a plan "1..n" and lines "ok" and "not ok" at column 0, of one program or several one after the other. */
function tapPlan(text: string): TestCounts | null {
  const plans = [...text.matchAll(/^1\.\.(\d+)[ \t]*(#.*)?$/gm)];
  if (plans.length === 0 || nodeTest(text) !== null) return null;
  const lines = text.split('\n');
  const skipped = lines.filter((line) => /^(?:not )?ok\b.*#\s*skip/i.test(line)).length;
  const todo = lines.filter((line) => /^not ok\b.*#\s*todo/i.test(line)).length;
  const red = lines.filter((line) => /^not ok\b(?!.*#\s*(?:todo|skip))/i.test(line)).length;
  const passed = lines.filter((line) => /^ok\b(?!.*#\s*skip)/i.test(line)).length;
  const seen = passed + red + skipped + todo;
  const isTap = /^TAP version \d+/m.test(text) || plans.some(([, , why]) => /skip/i.test(why ?? ''));
  if (seen === 0 && !isTap) return null;
  const promised = plans.reduce((all, [, count]) => all + Number(count), 0);
  // Tests that a plan promises and nobody reported did not pass. Of long output the middle is cut: then what is seen counts.
  const missing = text.includes(CUT) ? 0 : Math.max(0, promised - seen);
  const stopped = /^Bail out!/m.test(text) ? 1 : 0;
  return { total: Math.max(promised, seen), failed: Math.max(red + missing, stopped), skipped };
}
/** Between head and tail of a long output (command-runner.ts puts it there). */
const CUT = '\n[…]\n';

/** "Tests  1 failed | 3 passed | 1 skipped (5)" */
function vitest(text: string): TestCounts | null {
  const line = /^\s*Tests\s+(.+\(\d+\))\s*$/m.exec(text)?.[1];
  if (line === undefined) return null;
  return {
    total: numberAfter(line, /\((\d+)\)/) ?? 0,
    failed: numberAfter(line, /(\d+) failed/) ?? 0,
    skipped: (numberAfter(line, /(\d+) skipped/) ?? 0) + (numberAfter(line, /(\d+) todo/) ?? 0),
  };
}

/** "Tests:       1 failed, 2 passed, 3 total" */
function jest(text: string): TestCounts | null {
  const line = /^Tests:\s+(.+ total)\s*$/m.exec(text)?.[1];
  if (line === undefined) return null;
  return {
    total: numberAfter(line, /(\d+) total/) ?? 0,
    failed: numberAfter(line, /(\d+) failed/) ?? 0,
    skipped: (numberAfter(line, /(\d+) skipped/) ?? 0) + (numberAfter(line, /(\d+) todo/) ?? 0),
  };
}

/** "  3 passing (12ms)\n  1 pending\n  1 failing" */
function mocha(text: string): TestCounts | null {
  const passed = numberAfter(text, /^\s*(\d+) passing\b/m);
  if (passed === null) return null;
  const failed = numberAfter(text, /^\s*(\d+) failing\b/m) ?? 0;
  const skipped = numberAfter(text, /^\s*(\d+) pending\b/m) ?? 0;
  return { total: passed + failed + skipped, failed, skipped };
}

/** "test result: ok. 3 passed; 1 failed; 1 ignored; …", one for each crate. */
function cargo(text: string): TestCounts | null {
  return sum(
    [...text.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm)].map(
      ([, passed, failed, skipped]) => ({
        total: Number(passed) + Number(failed) + Number(skipped),
        failed: Number(failed),
        skipped: Number(skipped),
      }),
    ),
  );
}

/** "Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3" */
function dotnet(text: string): TestCounts | null {
  return sum(
    [...text.matchAll(/Failed:\s*(\d+), Passed:\s*\d+, Skipped:\s*(\d+), Total:\s*(\d+)/g)].map(
      ([, failed, skipped, total]) => ({
        total: Number(total),
        failed: Number(failed),
        skipped: Number(skipped),
      }),
    ),
  );
}

/** "==== 1 failed, 3 passed, 1 skipped in 0.12s ====" */
function pytest(text: string): TestCounts | null {
  const line = /^=*\s*((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s\b.*$/m.exec(text)?.[1];
  if (line === undefined) return null;
  const count = (word: string): number => numberAfter(line, new RegExp(`(\\d+) ${word}`)) ?? 0;
  const failed = count('failed') + count('errors?');
  const skipped = count('skipped') + count('xfailed') + count('deselected');
  return { total: count('passed') + count('xpassed') + failed + skipped, failed, skipped };
}

/** "--- FAIL: TestX", with -v also PASS and SKIP; without -v only packages are counted. */
function goTest(text: string): TestCounts | null {
  const results = [...text.matchAll(/^--- (PASS|FAIL|SKIP): /gm)].map(([, word]) => word);
  const packages = [
    ...text.matchAll(/^(ok|FAIL)\s+\S+\s+(?:[\d.]+s|\(cached\)|\[(?:build|setup) failed\])([^\n]*)/gm),
  ].flatMap(([, word, rest = '']) => (rest.includes('[no tests to run]') ? [] : [word]));
  const counted = results.includes('PASS') || packages.length === 0 ? results : packages;
  if (counted.length === 0) return null;
  return {
    total: counted.length,
    failed: counted.filter((word) => word === 'FAIL').length,
    skipped: counted.filter((word) => word === 'SKIP').length,
  };
}

/** Totals of a JUnit report; attributes of every `<testsuite>` that is not inside another one's sum. */
export function readJunit(xml: string): TestCounts | null {
  // What tests printed may look like anything, and values of attributes may hold ">".
  const plain = xml.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  const cases = [...plain.matchAll(/<testcase\b(?:[^>"']|"[^"]*"|'[^']*')*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)];
  if (cases.length === 0) {
    return /<testsuites?\b/.test(plain) ? { total: 0, failed: 0, skipped: 0 } : null;
  }
  return {
    total: cases.length,
    failed: cases.filter(([, body]) => /<(?:failure|error)\b/.test(body ?? '')).length,
    skipped: cases.filter(([, body]) => /<skipped\b/.test(body ?? '')).length,
  };
}

export function sum(all: readonly TestCounts[]): TestCounts | null {
  if (all.length === 0) return null;
  return all.reduce((a, b) => ({
    total: a.total + b.total,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  }));
}
