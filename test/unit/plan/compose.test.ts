// Composing documents: ids, likeness, backlog entries, templates, rules, diffs and moves.
import * as fc from 'fast-check';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, it } from 'vitest';
import type { PlanDocument, PlanSnapshot } from '../../../src/model/plan';
import { addToBacklog, type NewItem } from '../../../src/plan/compose/backlog-entry';
import { withChangelogLine } from '../../../src/plan/compose/changelog';
import { deriveTasks } from '../../../src/plan/compose/derive-tasks';
import { itemFacts } from '../../../src/plan/compose/item-facts';
import { newBacklog } from '../../../src/plan/compose/new-backlog';
import { nextId } from '../../../src/plan/compose/next-id';
import { prdDecision } from '../../../src/plan/compose/prd-rule';
import { readDraft } from '../../../src/plan/compose/read-draft';
import { relink } from '../../../src/plan/compose/relink';
import { likeness, mostAlike } from '../../../src/plan/compose/similar-title';
import { slug } from '../../../src/plan/compose/slug';
import { pausesAfter, priorityOf, taskType } from '../../../src/plan/compose/task-rules';
import { fillTemplate } from '../../../src/plan/compose/template';
import { unifiedDiff } from '../../../src/plan/compose/unified-diff';
import { planEdit } from '../../../src/plan/write/plan-edit';
import { applyEdits } from '../../../src/plan/write/text-edits';

const item: NewItem = {
  id: 'B-009',
  title: 'A new | thing',
  points: 3.5,
  score: 4.2,
  problem: null,
  dependsOn: [],
  acceptance: [],
  steps: [],
  lane: null,
};

/** Applies a unified diff the way `patch` does. */
function patched(before: string, diff: string): string {
  const old = before === '' ? [] : before.replace(/\n$/, '').split('\n');
  const out: string[] = [];
  let at = 0;
  for (const line of diff.replace(/\n$/, '').split('\n').slice(2)) {
    const hunk = /^@@ -(\d+),(\d+)/.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      while (at < start) out.push(old[at++] ?? '');
    } else if (line.startsWith('+')) out.push(line.slice(1));
    else {
      if (old[at] !== line.slice(1)) throw new Error(`line ${at + 1} is not "${line.slice(1)}"`);
      if (line.startsWith(' ')) out.push(line.slice(1));
      at += 1;
    }
  }
  out.push(...old.slice(at));
  return out.length === 0 ? '' : `${out.join('\n')}\n`;
}

const snapshotOf = (...documents: readonly PlanDocument[]): PlanSnapshot => ({
  revision: 1,
  documents,
  items: new Map(documents.flatMap((document) => document.items.map((each) => [each.key, each]))),
  needs: new Map(),
  problems: [],
});

function read(path: string, text: string): PlanDocument {
  const document = readDraft(path, text);
  if (document === null) throw new Error(`${path} is no plan`);
  return document;
}

describe('diffs', () => {
  it('turn the old text into the new one', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd e', ''), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const [before, after] = [`${a.join('\n')}\nend\n`, `${b.join('\n')}\nend\n`];
        const diff = unifiedDiff('x.md', before, after);
        expect(diff === '').toBe(before === after);
        expect(diff === '' ? before : patched(before, diff)).toBe(after);
      }),
    );
  });
  it('say what is new, what goes and what moves', () => {
    expect(unifiedDiff('x', null, 'a\n')).toBe('--- /dev/null\n+++ b/x\n@@ -0,0 +1,1 @@\n+a\n');
    expect(unifiedDiff('x', 'a\n', null)).toContain('+++ /dev/null');
    expect(unifiedDiff('new/x', 'a\n', 'a\n', 'old/x')).toBe('--- a/old/x\n+++ b/new/x\n');
  });
});

describe('ideas', () => {
  it('are compared by their words', () => {
    expect(likeness('Page names', 'page  NAMES!')?.how).toBe('exact');
    expect(likeness('Reading times of pages', 'Show reading times of pages to everybody')?.how).toBe('contained');
    expect(likeness('Enhanced backlog system', 'Enhanced backlog systems')?.how).toBe('similar');
    expect(likeness('tests', 'Tests for the importer')).toBeNull();
    expect(likeness('Page names', 'Reading times')).toBeNull();
    expect(likeness('', '')).toBeNull();
  });
  it('are most like the one with the greatest likeness', () => {
    const found = mostAlike('Clean page names', ['Clean page nam', 'Clean page names', 'Other'], (each) => each);
    expect(found?.of).toBe('Clean page names');
  });
});

describe('a new backlog item', () => {
  const table = (...rows: readonly string[]): string =>
    [
      '# Backlog',
      '',
      '## P1 Lane',
      '',
      '## P2 Lane',
      '',
      '## Live',
      '',
      '| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |',
      '|----|----|----|----|----|----|----|----|',
      ...rows,
      '',
    ].join('\n');

  it('gets the next id over all documents in the manner of its backlog', () => {
    const a = read(
      'docs/backlog.md',
      table('| B‑007 | One | 🔥 | 3 | todo | x | y | None |', '| B‑012 | Two | 🔥 | 3 | todo | x | y | None |'),
    );
    const prd = read('docs/PRD-B-031-three.md', '# PRD: B-031\n\n## 1. Problem Statement\n\nx\n');
    expect(nextId(snapshotOf(a), 'docs/backlog.md')).toBe('B‑013');
    expect(nextId(snapshotOf(a, prd), 'docs/backlog.md')).toBe('B‑032');
    expect(nextId(snapshotOf(), 'docs/backlog.md')).toBe('B-001');
    const short = read('docs/backlog.md', table('| B-7 | One | 🔥 | 3 | todo | x | y | None |'));
    expect(nextId(snapshotOf(short), 'docs/backlog.md')).toBe('B-8');
  });

  it('stands as a row and in the lane of its score, and is read back', () => {
    for (const start of [
      newBacklog('2026-01-01'),
      table('| B-001 | One | 🔥 | 3 | todo | x | y | None |', '<!-- score_total: 3.0 -->'),
    ]) {
      const edits = addToBacklog(readDraft('docs/backlog.md', start), start, item);
      const text = applyEdits(start, edits ?? []);
      const found = read('docs/backlog.md', text).items.find((each) => each.id === 'B-009');
      expect(found?.title).toBe('A new | thing');
      expect(found?.points?.value).toBe(3.5);
      expect(found?.score?.value).toBe(4.2);
      expect(found?.status).toBe('open');
      expect(text).toMatch(/## P1 Lane\n\n- B-009 — A new \| thing \(score 4\.2\)/);
    }
  });

  it('keeps line ends, and what stands there stays', () => {
    const start = table('| B-001 | One | 🔥 | 3 | todo | x | y | None |').replaceAll('\n', '\r\n');
    const text = applyEdits(start, addToBacklog(readDraft('docs/backlog.md', start), start, item) ?? []);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    for (const line of start.split('\r\n')) expect(text.split('\r\n')).toContain(line);
  });

  it('goes to a list of bullets in its manner', () => {
    const start = '# Backlog\n\n* **B-001**: One\n* **B-002**: Two\n';
    const document = readDraft('docs/backlog.md', start);
    const text = applyEdits(start, addToBacklog(document, start, { ...item, title: 'Three', score: null }) ?? []);
    expect(text).toBe('# Backlog\n\n* **B-001**: One\n* **B-002**: Two\n* **B-009**: Three\n');
  });

  it('finds no place in a text without table, lane or list', () => {
    expect(addToBacklog(null, '# Notes\n\nNothing here.\n', item)).toBeNull();
  });

  it('keeps the table whole when it is rendered, and every note is read', () => {
    let text = newBacklog('2026-01-01');
    for (const id of ['B-001', 'B-002', 'B-003']) {
      const next = {
        ...item,
        id,
        title: `Thing ${id}`,
        acceptance: ['It is; all of it', '`a | b` passes'],
        steps: ['Do', 'Say; then look'],
      };
      text = applyEdits(text, addToBacklog(readDraft('docs/backlog.md', text), text, next) ?? []);
      const document = read('docs/backlog.md', text);
      const key = document.items.find((each) => each.id === id)?.key ?? '';
      const dated = planEdit(document, text, { kind: 'set-date', key, name: 'started_at', value: '2026-01-02' });
      if (!dated.ok) throw new Error(JSON.stringify(dated.error));
      text = applyEdits(text, dated.value);
    }
    const tree = unified().use(remarkParse).use(remarkGfm).parse(text);
    const tables = tree.children.filter((node) => node.type === 'table');
    expect(tables.map((each) => each.children.length)).toEqual([4, 1]);
    const document = read('docs/backlog.md', text);
    expect(document.problems).toEqual([]);
    for (const id of ['B-001', 'B-002', 'B-003']) {
      const found = document.items.find((each) => each.id === id);
      expect(found).toMatchObject({ score: { value: 4.2 }, dates: { started_at: { text: '2026-01-02' } } });
      if (found === undefined) throw new Error(id);
      const facts = itemFacts(document, text, found);
      expect(facts.criteria.map((each) => each.text)).toEqual(['It is, all of it', '`a | b` passes']);
      const groups = deriveTasks({ prd: null, item: facts, testCommand: null });
      expect(groups[0]?.tasks.map((task) => task.title)).toEqual(['Do', 'Say, then look']);
    }
  });

  it('notes stay below their rows in a backlog that has them there', () => {
    const start = table('| B-001 | One | 🔥 | 3 | todo | x | y | None |\n<!-- score_total: 3.0 -->');
    const text = applyEdits(start, addToBacklog(readDraft('docs/backlog.md', start), start, item) ?? []);
    expect(text).toMatch(/\| B-009 \|[^\n]*\|\n<!-- score_total: 4\.2 -->/);
  });

  it('writes steps and acceptance that a comment cannot be ended by', () => {
    const start = newBacklog('2026-01-01');
    const edits = addToBacklog(null, start, { ...item, steps: ['one --> two'], acceptance: ['a\nb'] });
    const text = applyEdits(start, edits ?? []);
    expect(text).toContain('1. one —> two -->');
    expect(text).toContain('<!-- acceptance: a b -->');
  });
});

describe('rules', () => {
  it('skip a PRD only for small and valuable items, with fractions', () => {
    expect(prdDecision(4.5, 3).prd).toBe('skip');
    expect(prdDecision(0.5, 8).prd).toBe('skip');
    expect(prdDecision(5, 9).prd).toBe('write');
    expect(prdDecision(1, 2.99).prd).toBe('write');
    expect(prdDecision(null, 9).prd).toBe('write');
    expect(prdDecision(1, null).prd).toBe('write');
  });
  it('tell a task by its words', () => {
    expect(taskType('Test vector search after migration')).toBe('testing');
    expect(taskType('Schema migration for sessions')).toBe('database');
    expect(taskType('Write down the public names')).toBe('documentation');
    expect(taskType('Implement search over the database')).toBe('development');
    expect(taskType('Deploy to production')).toBe('deployment');
    expect(pausesAfter('Critical', 'development')).toBe(true);
    expect(pausesAfter('High', 'development')).toBe(false);
    expect(pausesAfter('Low', 'database')).toBe(true);
    expect(priorityOf('🔥 **HIGHEST**')).toBe('Critical');
    expect(priorityOf('🔧')).toBe('Low');
    expect(priorityOf('whatever')).toBeNull();
  });
});

describe('templates', () => {
  it('are filled, and an unknown placeholder is named with its line', () => {
    expect(fillTemplate('t.md', '# {{ a }}\n\n{{empty}}\n\nend', { a: 'A', empty: '' })).toEqual({
      ok: true,
      value: '# A\n\nend\n',
    });
    const failed = fillTemplate('t.md', 'x\n{{what}}\n', { a: 'A' });
    expect(failed).toMatchObject({ ok: false, error: { kind: 'config', path: 't.md', line: 2 } });
  });
  it('leave the braces of a value alone', () => {
    expect(fillTemplate('t.md', '{{a}}', { a: '{{b}} $& $1' })).toEqual({ ok: true, value: '{{b}} $& $1\n' });
  });
});

describe('moves and changelogs', () => {
  it('links go on pointing where they pointed', () => {
    const moved = new Map([['docs/plans/a.md', 'docs/plans/archive/a.md']]);
    const text = '[a](a.md#x) [b](../backlog.md) [c](https://x.example/y.md) [d](#here) [e](../../out/../README.md)';
    expect(relink(text, 'docs/plans/b.md', 'docs/plans/archive/b.md', moved)).toBe(
      '[a](a.md#x) [b](../../backlog.md) [c](https://x.example/y.md) [d](#here) [e](../../../README.md)',
    );
  });
  it('a changelog gets its line on top of what is not released, once', () => {
    const text = '# Changelog\n\n## [Unreleased]\n\n* Old\n\n## 1.0.0\n\n* First\n';
    const once = withChangelogLine(text, 'New');
    expect(once).toBe('# Changelog\n\n## [Unreleased]\n\n* New\n* Old\n\n## 1.0.0\n\n* First\n');
    expect(withChangelogLine(once, 'New')).toBe(once);
    expect(withChangelogLine('# Changelog\n\n## 1.0.0\n\n- First\n', 'New')).toBe(
      '# Changelog\n\n## Unreleased\n\n- New\n\n## 1.0.0\n\n- First\n',
    );
    expect(withChangelogLine(null, 'New')).toBe('# Changelog\n\n## Unreleased\n\n- New\n');
  });
  it('file names keep to letters and digits', () => {
    expect(slug('Wörter & “Zeichen” – 2. Teil')).toBe('worter-zeichen-2-teil');
    expect(slug('!!!')).toBe('');
    expect(slug('word '.repeat(40)).length).toBeLessThanOrEqual(60);
  });
});
