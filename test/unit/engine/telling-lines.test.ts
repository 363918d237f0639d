import { describe, expect, it } from 'vitest';
import { tellingLines } from '../../../src/engine/telling-lines';

describe('the lines that tell why', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    [
      'node --test as TAP',
      [
        'TAP version 13',
        'ok 1 - starts',
        'not ok 2 - adds',
        '  ---',
        '  duration_ms: 1.2',
        "  location: '/w/sum.test.js:3:1'",
        '  error: |-',
        '    Expected values to be strictly equal:',
        '    3 !== 5',
        "  code: 'ERR_ASSERTION'",
        '  stack: |-',
        '    at run (node:internal/x:1:1)',
        '  ...',
        '1..2',
        '# tests 2',
        '# pass 1',
        '# fail 1',
      ],
      ['not ok 2 - adds', 'Expected values to be strictly equal:', '3 !== 5'],
    ],
    [
      'pytest',
      [
        '============ FAILURES ============',
        '    def test_sum():',
        '>       assert add(1, 2) == 5',
        'E       assert 3 == 5',
        'FAILED test_sum.py::test_sum - assert 3 == 5',
        '=========== 1 failed in 0.02s ===========',
      ],
      ['E       assert 3 == 5', 'FAILED test_sum.py::test_sum - assert 3 == 5'],
    ],
    [
      'vitest',
      [
        ' FAIL  sum.test.js > adds',
        'AssertionError: expected 3 to be 5 // Object.is equality',
        ' Tests  1 failed (1)',
        '   Duration  200ms',
      ],
      ['FAIL  sum.test.js > adds', 'AssertionError: expected 3 to be 5 // Object.is equality'],
    ],
    [
      'go',
      [
        '--- FAIL: TestSum (0.00s)',
        '    sum_test.go:8: got 3, want 5',
        'FAIL',
        'exit status 1',
        'FAIL\texample/sum\t0.002s',
      ],
      ['--- FAIL: TestSum (0.00s)', 'sum_test.go:8: got 3, want 5', 'FAIL\texample/sum\t0.002s'],
    ],
    [
      'cargo',
      [
        "thread 'tests::sums' panicked at src/lib.rs:9:9:",
        'assertion `left == right` failed',
        '  left: 3',
        ' right: 5',
        'test result: FAILED. 0 passed; 1 failed',
      ],
      ["thread 'tests::sums' panicked at src/lib.rs:9:9:", 'assertion `left == right` failed', 'left: 3'],
    ],
    [
      'a compiler',
      ['cc -c a.c', 'a.c:3:5: error: unknown type name', 'make: *** [a.o] Error 1'],
      ['a.c:3:5: error: unknown type name'],
    ],
    ['nothing that tells', ['one', 'two', 'three', 'four'], ['two', 'three', 'four']],
    ['nothing at all', ['', '  '], []],
  ])('%s', (_, printed, told) => {
    expect(tellingLines(printed.join('\n'))).toEqual(told);
  });
});
