import assert from 'node:assert/strict';
import test from 'node:test';
import { pageName } from '../src/page-name.mjs';

test('words are joined by hyphens', () => {
  assert.equal(pageName('About us'), 'about-us');
});

test('accents are dropped', () => {
  assert.equal(pageName('Crème brûlée'), 'creme-brulee');
});

test('a run of other signs is one hyphen', () => {
  assert.equal(pageName('Hello, World!'), 'hello-world');
});
