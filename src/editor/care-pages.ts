// How well the plan is kept, as markdown pages: the checklists with their evidence, hygiene, stale work. Pure. An answer of
// another shape than is known here is shown as it is.
import * as z from 'zod';
import type { Translate } from '../workflow/words/translate';
import { plain } from './node-tooltip';
import { fieldWords, placeLink, valuePage } from './value-text';

const checklists = z.looseObject({
  ok: z.number(),
  missing: z.number(),
  unknown: z.number(),
  checklists: z.array(
    z.looseObject({
      name: z.string(),
      points: z.array(z.looseObject({ status: z.string(), point: z.string(), evidence: z.string() })),
    }),
  ),
});
const placed = z.looseObject({ id: z.string().nullable(), title: z.string(), path: z.string(), line: z.number() });
const limited = z.looseObject({ limit: z.number(), over: z.boolean(), items: z.array(placed) });
const hygiene = z.looseObject({
  documents: z.number(),
  items: z.number(),
  problems: z.unknown(),
  stale: z.array(placed),
  undated: z.array(placed),
  inProgress: limited,
  doneWithOpenTasks: z.array(placed),
});
const staleness = z.looseObject({ days: z.number(), stale: z.array(placed), undated: z.array(placed) });

type Placed = z.output<typeof placed>;
const page = (...parts: readonly string[]): string => `${parts.filter((each) => each !== '').join('\n\n')}\n`;

const EXTRAS = new Set(['key', 'id', 'title', 'path', 'line', 'status']);
/** An item, whatever else is told of it, and its place. */
const line = (item: Placed): string => {
  const more = Object.entries(item).flatMap(([name, value]) => {
    if (EXTRAS.has(name) || (typeof value !== 'string' && typeof value !== 'number')) return [];
    const text = name.endsWith('At') && typeof value === 'number' ? new Date(value).toISOString().slice(0, 10) : value;
    return [`${fieldWords(name).toLowerCase()} ${plain(String(text))}`];
  });
  const name = plain(item.id === null ? item.title : `${item.id} ${item.title}`);
  return `- ${[name, ...more, placeLink(item.path, item.line)].join(' – ')}`;
};
const part = (title: string, items: readonly Placed[], none: string): string =>
  `## ${title}\n\n${items.length === 0 ? `✅ ${none}` : items.map(line).join('\n')}`;

const SIGNS: Readonly<Record<string, string>> = { ok: '✅', missing: '❌', unknown: '❔' };

export function checklistPage(value: unknown, t: Translate): string {
  const told = checklists.safeParse(value).data;
  if (told === undefined) return valuePage(t('Checklists'), value);
  const summary = [
    t('{0} shown by evidence', told.ok),
    ...(told.missing === 0 ? [] : [t('{0} missing', told.missing)]),
    ...(told.unknown === 0 ? [] : [t('{0} not known yet', told.unknown)]),
  ].join(', ');
  return page(
    `# ${t('Checklists')}`,
    `${summary}. ${t('Checked by looking at the documents and the record, nothing is ticked by hand.')}`,
    ...told.checklists.flatMap(({ name, points }) => [
      `## ${plain(name)}`,
      [
        `|  | ${t('Point')} | ${t('What shows it')} |`,
        '| --- | --- | --- |',
        ...points.map(
          ({ status, point, evidence }) =>
            `| ${SIGNS[status] ?? plain(status)} | ${plain(point)} | ${plain(evidence).replace(/\s*\n\s*/g, ' ')} |`,
        ),
      ].join('\n'),
    ]),
  );
}

export function hygienePage(value: unknown, t: Translate): string {
  const told = hygiene.safeParse(value).data;
  if (told === undefined) return valuePage(t('Plan Hygiene'), value);
  const problems = Array.isArray(told.problems) ? told.problems : Object.entries(told.problems ?? {});
  const { limit, over, items } = told.inProgress;
  return page(
    `# ${t('Plan Hygiene')}`,
    t('{0} items in {1} documents.', told.items, told.documents),
    `## ${t('Problems')}`,
    problems.length === 0
      ? `✅ ${t('None')}`
      : problems
          .map(
            (each) =>
              `- ${plain(Array.isArray(each) ? `${fieldWords(String(each[0]))}: ${String(each[1])}` : JSON.stringify(each))}`,
          )
          .join('\n')
          .concat(`\n\n${t('Each stands with its place in the Problems panel.')}`),
    `## ${t('In Progress')}`,
    `${over ? '❌' : '✅'} ${t('{0} of at most {1}', items.length, limit)}`,
    items.map(line).join('\n'),
    part(t('Stale'), told.stale, t('Nothing in progress lies untouched')),
    part(t('In Progress Without a Date'), told.undated, t('None')),
    part(t('Done, With Open Tasks'), told.doneWithOpenTasks, t('None')),
  );
}

export function stalePage(value: unknown, t: Translate): string {
  const told = staleness.safeParse(value).data;
  if (told === undefined) return valuePage(t('Stale Items'), value);
  return page(
    `# ${t('Stale Items')}`,
    part(
      t('Untouched for {0} Days or More', told.days),
      told.stale,
      t('Nothing in progress lies untouched for that long'),
    ),
    part(t('In Progress Without a Date'), told.undated, t('None')),
  );
}

export function inProgressPage(value: unknown, t: Translate): string {
  const told = limited.safeParse(value).data;
  if (told === undefined) return valuePage(t('Work in Progress'), value);
  const { limit, over, items } = told;
  return page(
    `# ${t('Work in Progress')}`,
    `${over ? '❌' : '✅'} ${t('{0} of at most {1}', items.length, limit)}`,
    items.length === 0 ? t('Nothing is in progress.') : items.map(line).join('\n'),
  );
}
