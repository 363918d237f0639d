import { describe, expect, it } from 'vitest';
import { PLAN_STATUSES, type PlanStatus } from '../../../src/model/plan';
import type { TextEdit } from '../../../src/model/text';
import type { Dialect } from '../../../src/plan/read/dialect';
import { referenceBacklog } from '../../../src/plan/read/reference-backlog';
import { referencePrd } from '../../../src/plan/read/reference-prd';
import { referenceTasks } from '../../../src/plan/read/reference-tasks';
import { corpusTexts, hasCorpus } from './read-reference-corpus';

const context = { sideFiles: new Map<string, string>() };
const dialects: readonly Dialect[] = [referenceBacklog, referenceTasks, referencePrd];

function apply(text: string, edits: readonly TextEdit[]): string {
  let result = text;
  for (const edit of [...edits].sort((a, b) => b.span.start - a.span.start)) {
    result = result.slice(0, edit.span.start) + edit.text + result.slice(edit.span.end);
  }
  return result;
}

/** Writes a status to all items at once, each another by turns, reads again, and writes the old words back. */
function roundTrip(dialect: Dialect, path: string, text: string, round: number): string[] {
  const before = dialect.read({ path, text }, context).items;
  const wrong: string[] = [];
  const edits: TextEdit[] = [];
  const wanted = (at: number): PlanStatus => PLAN_STATUSES[(at + round) % PLAN_STATUSES.length]!;
  for (const [at, item] of before.entries()) {
    const words = item.statusSite?.words[wanted(at)];
    if (item.statusSite !== null && typeof words === 'string') edits.push({ span: item.statusSite.span, text: words });
  }
  const written = apply(text, edits);
  const after = dialect.read({ path, text: written }, context).items;
  if (after.length !== before.length) return [`${path} ${round}: ${before.length} items became ${after.length}`];
  const back: TextEdit[] = [];
  for (const [at, item] of before.entries()) {
    const now = after[at]!;
    const status = wanted(at);
    const words = item.statusSite?.words[status];
    if (item.statusSite === null || typeof words !== 'string') {
      if (now.status !== item.status) wrong.push(`${path}:${item.line} untouched ${item.status} became ${now.status}`);
      continue;
    }
    if (now.status !== status)
      wrong.push(
        `${path}:${item.line} ${item.title.slice(0, 40)}: wrote ${JSON.stringify(words)} for ${status}, read ${now.status}`,
      );
    if (now.title !== item.title) wrong.push(`${path}:${item.line} title ${item.title} became ${now.title}`);
    const site = now.statusSite!;
    if (written.slice(site.span.start, site.span.end) !== words) {
      wrong.push(
        `${path}:${item.line} wrote ${JSON.stringify(words)}, the site now covers ${JSON.stringify(written.slice(site.span.start, site.span.end))}`,
      );
    }
    back.push({ span: site.span, text: text.slice(item.statusSite.span.start, item.statusSite.span.end) });
  }
  if (apply(written, back) !== text) wrong.push(`${path} ${round}: writing back does not restore the bytes`);
  return wrong;
}

describe.skipIf(!hasCorpus)('status sites in the corpus', () => {
  it('every item can be set to every status and back', () => {
    const wrong: string[] = [];
    let sites = 0;
    for (const [path, text] of corpusTexts()) {
      const dialect = dialects.reduce((best, each) =>
        each.claim({ path, text }) > best.claim({ path, text }) ? each : best,
      );
      const items = dialect.read({ path, text }, context).items;
      sites += items.filter((item) => item.statusSite !== null).length;
      for (const item of items)
        if (item.statusSite === null && item.kind !== 'lane' && item.occurrences[0]?.form !== 'archive')
          wrong.push(`${path}:${item.line} no site`);
      // Every item gets every status in small documents, two of them in large ones, all different side by side.
      const rounds = text.length < 16_000 ? [0, 1, 2, 3, 4] : [0, 3];
      if (items.length > 0) for (const round of rounds) wrong.push(...roundTrip(dialect, path, text, round));
    }
    expect(wrong).toEqual([]);
    expect(sites).toBeGreaterThan(900);
  }, 60_000);
});
