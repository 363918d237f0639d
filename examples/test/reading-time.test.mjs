import assert from 'node:assert/strict';
import test from 'node:test';
import { countWords, readingTime } from '../src/reading-time.mjs';

test('markup is not counted', () => {
  assert.equal(countWords('# A [link](https://example.org) and *more*'), 4);
});

test('an empty page takes a minute', () => {
  assert.equal(readingTime(''), 1);
});

test('440 words take two minutes', () => {
  assert.equal(readingTime('word '.repeat(440)), 2);
});
