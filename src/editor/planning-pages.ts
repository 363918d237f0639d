// Sprints, goals and the roadmap as markdown pages: what was chosen and why, how far it is, what is left. Pure. An answer of
// another shape than is known here is shown as it is.
import * as z from 'zod';
import type { Translate } from '../workflow/words/translate';
import { plain } from './node-tooltip';
import { placeLink, valuePage } from './value-text';

const progress = z.looseObject({ done: z.number(), total: z.number(), unit: z.string(), percent: z.number() });
const placed = z.looseObject({ id: z.string().nullable(), title: z.string(), path: z.string(), line: z.number() });
const plan = z.looseObject({
  sprint: z.string(),
  capacity: z.number(),
  points: z.number(),
  standing: z.array(placed),
  chosen: z.array(placed.extend({ points: z.number(), because: z.string() })),
  leftOut: z.array(placed.extend({ why: z.string() })),
});
const burndown = z.looseObject({
  id: z.string().optional(),
  total: z.number(),
  remaining: z.number(),
  days: z.array(z.object({ day: z.string(), remaining: z.number().nullable(), ideal: z.number() })),
});
const sprint = placed.extend({ progress, open: z.array(placed), unknown: z.array(z.string()), changed: z.boolean() });
const part = z.looseObject({ id: z.string(), status: z.string().nullable(), progress });
const goal = z.looseObject({
  id: z.string(),
  title: z.string(),
  path: z.string(),
  line: z.number(),
  status: z.string().nullable(),
  progress,
  measures: z.array(z.looseObject({ text: z.string(), reached: z.boolean().nullable() })),
  sprints: z.array(part),
  open: z.array(placed),
});
const roadmap = z.looseObject({
  goals: z.array(goal),
  otherSprints: z.array(part),
  unplanned: z.array(placed),
});

type Placed = z.output<typeof placed>;
type Progress = z.output<typeof progress>;

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (heads: readonly string[], rows: readonly string[]): string =>
  [row(...heads), row(...heads.map(() => '---')), ...rows].join('\n');
const nameOf = (item: Placed): string => plain(item.id === null ? item.title : `${item.id} ${item.title}`);
const where = (item: Placed): string => placeLink(item.path, item.line);
const page = (...parts: readonly string[]): string => `${parts.filter((each) => each !== '').join('\n\n')}\n`;
/** Without the id that stands before it already. */
const titled = (id: string, title: string): string =>
  plain([id, title.replace(id, '').replace(/^[\s:–—-]+/, '')].filter((each) => each !== '').join(' '));

const BAR = 20;
/** A bar in signs that every font has, with the figures beside it. */
function bar({ done, total, unit, percent }: Progress): string {
  const full = Math.round((Math.min(percent, 100) / 100) * BAR);
  return `\`${'█'.repeat(full)}${'░'.repeat(BAR - full)}\` ${done}/${total} ${unit} (${percent} %)`;
}

const list = (title: string, items: readonly Placed[]): string =>
  items.length === 0 ? '' : `## ${title}\n\n${items.map((item) => `- ${nameOf(item)} – ${where(item)}`).join('\n')}`;

export function sprintPlanPage(value: unknown, t: Translate): string {
  const told = plan.safeParse(value).data;
  if (told === undefined) return valuePage(t('Sprint'), value);
  const chosen = told.chosen.map((item) => row(nameOf(item), String(item.points), plain(item.because), where(item)));
  const left = told.leftOut.map((item) => row(nameOf(item), plain(item.why), where(item)));
  return page(
    `# ${t('Plan {0}', told.sprint)}`,
    t('{0} of {1} points are filled. Nothing is written yet.', told.points, told.capacity),
    list(t('Stands there already'), told.standing),
    `## ${t('Chosen')}`,
    chosen.length === 0
      ? t('Nothing fits or is ready.')
      : table([t('Item'), t('Points'), t('Why'), t('Where')], chosen),
    left.length === 0 ? '' : `## ${t('Left Out')}\n\n${table([t('Item'), t('Why'), t('Where')], left)}`,
  );
}

export function sprintProgressPage(value: unknown, t: Translate): string {
  const told = sprint.safeParse(value).data;
  if (told === undefined) return valuePage(t('Sprint'), value);
  return page(
    `# ${titled(told.id ?? '', told.title)}`,
    bar(told.progress),
    told.changed
      ? t('The document says so now: {0}', where(told))
      : t('The document said so already: {0}', where(told)),
    list(t('Still Open'), told.open),
    told.unknown.length === 0 ? '' : t('No item answers to: {0}', plain(told.unknown.join(', '))),
  );
}

export function burndownPage(value: unknown, t: Translate): string {
  const told = burndown.safeParse(value).data;
  if (told === undefined) return valuePage(t('Burn-down'), value);
  const width = (points: number): number => (told.total === 0 ? 0 : Math.round((points / told.total) * 30));
  const rows = told.days.map(({ day, remaining, ideal }) =>
    row(day, remaining === null ? '' : `\`${'█'.repeat(width(remaining))}\` ${remaining}`, String(ideal)),
  );
  return page(
    `# ${plain(told.id ?? '')} ${t('Burn-down')}`.replace('#  ', '# '),
    t('{0} of {1} are left.', told.remaining, told.total),
    table([t('Day'), t('Left'), t('Even pace')], rows),
  );
}

export function goalPage(value: unknown, t: Translate): string {
  const told = goal.safeParse(value).data;
  return told === undefined ? valuePage(t('Goal'), value) : page(...goalParts(told, 1, t));
}

function goalParts(told: z.output<typeof goal>, level: number, t: Translate): readonly string[] {
  const mark = '#'.repeat(level);
  const sign = (reached: boolean | null): string => (reached === null ? '❔' : reached ? '✅' : '⬜');
  return [
    `${mark} ${titled(told.id, told.title)}`,
    `${told.status === null ? '' : `**${plain(told.status)}** · `}${bar(told.progress)} · ${placeLink(told.path, told.line)}`,
    told.measures.map(({ text, reached }) => `- ${sign(reached)} ${plain(text)}`).join('\n'),
    told.sprints.map((each) => `- ${sprintLine(each)}`).join('\n'),
    told.open.length === 0
      ? ''
      : `${t('Open')}:\n\n${told.open.map((item) => `- ${nameOf(item)} – ${where(item)}`).join('\n')}`,
  ];
}

const sprintLine = (each: z.output<typeof part>): string =>
  `${plain(each.id)}${each.status === null ? '' : ` (${plain(each.status)})`}: ${bar(each.progress)}`;

export function roadmapPage(value: unknown, t: Translate): string {
  const told = roadmap.safeParse(value).data;
  if (told === undefined) return valuePage(t('Roadmap'), value);
  const unplanned = list(t('In No Sprint and No Goal'), told.unplanned);
  return page(
    `# ${t('Roadmap')}`,
    ...(told.goals.length === 0
      ? [t('No goal stands in the documents yet: a heading like "## GOAL-001: …" in docs/goals.md makes one.')]
      : told.goals.flatMap((each) => goalParts(each, 2, t))),
    told.otherSprints.length === 0
      ? ''
      : `## ${t('Sprints Without a Goal')}\n\n${told.otherSprints.map((each) => `- ${sprintLine(each)}`).join('\n')}`,
    unplanned,
  );
}
