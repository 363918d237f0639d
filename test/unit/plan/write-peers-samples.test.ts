import { describe, expect, it } from 'vitest';
import { type Item, PLAN_STATUSES } from '../../../src/model/plan';
import { planEdit } from '../../../src/plan/write/plan-edit';
import { applyEdits, inverseEdits } from '../../../src/plan/write/text-edits';
import { readSample, samples, samplesAreThere } from './peer-samples';

/** Reading a 1.5 MB file per write would take minutes: of a large document every n-th item is tried. */
const some = <T>(all: readonly T[], most: number): readonly T[] => {
  const step = Math.ceil(all.length / most);
  return all.filter((_, n) => n % step === 0);
};

describe.skipIf(!samplesAreThere)('writing every peer sample', () => {
  it.each(samples().map((sample) => [sample.path, sample] as const))(
    '%s: each legal status and back',
    (_, sample) => {
      const { text } = sample;
      const document = readSample(sample);
      const large = text.length > 200_000;
      let written = 0;
      for (const item of document.items) {
        const site = item.statusSite;
        if (site === null) continue;
        if (text.slice(site.span.start, site.span.end) !== site.words[item.status])
          throw new Error(`site of ${item.key}`);
      }
      for (const item of some(document.items, 100)) {
        const site = item.statusSite;
        if (site === null) continue;
        for (const status of PLAN_STATUSES) {
          const word = site.words[status];
          const edits = planEdit(document, text, { kind: 'set-status', key: item.key, status });
          expect(edits.ok).toBe(word !== null);
          if (!edits.ok) continue;
          expect(edits.value).toEqual(status === item.status ? [] : [{ span: site.span, text: word }]);
          const after = applyEdits(text, edits.value);
          expect(applyEdits(after, inverseEdits(text, edits.value)) === text).toBe(true);
          written += 1;
        }
      }
      // Read again what was written, and write the old word back by its spelling.
      for (const item of some(document.items, large ? 2 : 400)) {
        for (const status of PLAN_STATUSES) {
          if (item.statusSite?.words[status] == null) continue;
          const edits = planEdit(document, text, { kind: 'set-status', key: item.key, status });
          if (!edits.ok) throw new Error(JSON.stringify(edits.error));
          const after = applyEdits(text, edits.value);
          const again = readSample(sample, after);
          expect(again.items.length).toBe(document.items.length);
          const same = again.items.find((each) => each.key === item.key);
          expect(same?.status).toBe(status);
          const spelling = text.slice(item.statusSite.span.start, item.statusSite.span.end);
          const back = planEdit(again, after, { kind: 'set-status', key: item.key, status: item.status, spelling });
          expect(back.ok && applyEdits(after, back.value) === text).toBe(true);
        }
      }
      const readOnly = sample.dialect.id === 'beads' || /completed|drafts|milestones|task-124/.test(sample.path);
      expect(written > Math.min(document.items.length, 100) / 2).toBe(!readOnly);
    },
    60_000,
  );

  it.each(samples().map((sample) => [sample.path, sample] as const))(
    '%s: ticks every criterion and back',
    (_, sample) => {
      const { text } = sample;
      const document = readSample(sample);
      const boxes = (item: Item) =>
        [...item.criteria, ...item.gates, ...item.tests].filter((each) => each.box !== null);
      for (const item of document.items)
        for (const criterion of boxes(item)) {
          const edits = planEdit(document, text, {
            kind: 'tick',
            key: item.key,
            line: criterion.line,
            done: criterion.done !== true,
          });
          if (!edits.ok) throw new Error(JSON.stringify(edits.error));
          expect(edits.value).toHaveLength(1);
          expect(edits.value[0]?.span).toEqual(criterion.box);
          const after = applyEdits(text, edits.value);
          expect(after.length).toBe(text.length);
          const again = readSample(sample, after);
          const same = again.items.find((each) => each.key === item.key);
          expect(boxes(same ?? item).find((each) => each.line === criterion.line)?.done).toBe(criterion.done !== true);
          const back = planEdit(again, after, {
            kind: 'tick',
            key: item.key,
            line: criterion.line,
            done: criterion.done === true,
          });
          expect(back.ok && applyEdits(after, back.value) === text).toBe(true);
        }
    },
  );
});
