import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderMatcher, globMatcher } from '../../../src/model/glob';
import { cpuMs } from './support/cpu-time';

describe('globs', () => {
  it.each([
    ['**/*.md', 'a.md', true],
    ['**/*.md', 'a/b/c.md', true],
    ['**/*.md', 'a/b/c.mdx', false],
    ['*.md', 'a/b.md', false],
    ['docs/**', 'docs/a/b.txt', true],
    ['docs/**', 'docs', true],
    ['docs/', 'docs/a.md', true],
    ['**/tasks/tasks.json', 'tasks/tasks.json', true],
    ['**/tasks/tasks.json', '.taskmaster/tasks/tasks.json', true],
    ['**/tasks/tasks.json', 'mytasks/tasks.json', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/x/y/c', false],
    ['PRD-?.md', 'PRD-1.md', true],
    ['PRD-?.md', 'PRD-12.md', false],
    ['{docs,plans}/*.{md,markdown}', 'plans/x.markdown', true],
    ['{docs,plans}/*.{md,markdown}', 'other/x.md', false],
    ['[a-c]x.md', 'bx.md', true],
    ['[!a-c]x.md', 'bx.md', false],
    ['[z-a].md', '[z-a].md', true],
    ['a[b.md', 'a[b.md', true],
    ['a+(b).md', 'a+(b).md', true],
    ['./a.md', 'a.md', true],
    ['*', 'ünï😀.md', true],
    ['?.md', '😀.md', true],
  ])('%s against %s is %s', (glob, path, expected) => {
    expect(globMatcher([glob])(path)).toBe(expected);
  });

  it('matches a path against itself whatever it is made of', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-zA-Z0-9 ._+()$^|-]{1,8}$/), { minLength: 1, maxLength: 4 }),
        (parts) => {
          const path = parts.join('/');
          fc.pre(!path.startsWith('./'));
          expect(globMatcher([path])(path)).toBe(true);
          expect(globMatcher([`**/${parts.at(-1) ?? ''}`])(path)).toBe(true);
          expect(globMatcher([path])(`${path}x`)).toBe(false);
        },
      ),
    );
  });

  it('stays fast on hostile globs', () => {
    const glob = `${'**/a*/'.repeat(30)}z`;
    const path = `${'aaa/'.repeat(200)}b`;
    const found: boolean[] = [];
    const spent = cpuMs(() => {
      found.push(globMatcher([glob])(path), globMatcher(['{a,b}'.repeat(40)])('c'));
    });
    expect(found).toEqual([false, false]);
    expect(spent).toBeLessThan(5000);
  });

  it('names the folders a walk need not enter', () => {
    const skipped = folderMatcher(['**/node_modules/**', 'out/**', '**/*.tmp']);
    expect(skipped('a/node_modules')).toBe(true);
    expect(skipped('out')).toBe(true);
    expect(skipped('a/out')).toBe(false);
    expect(skipped('x.tmp')).toBe(false);
  });
});
