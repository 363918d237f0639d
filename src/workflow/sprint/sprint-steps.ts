// What can be done with a sprint: plan, show its burn-down, write its progress, complete it with what is carried over.
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import type { TextEdit } from '../../model/text';
import type { Item } from '../../model/plan';
import type { Workspace } from '../action';
import { place } from '../status/hygiene';
import { burndown, type Burndown } from './burndown';
import { chooseItems } from './choose';
import { findSection, linkedItems, readPlanning, writeEdits, type Planning } from './planning';
import { doneAt, progressOf, progressText, weight, type Progress } from './progress';
import { dateOf, fieldOf, numberOf, type Section } from './read-sections';
import { addItems, appendBlock, lineEnd, setField } from './section-edits';

const DAY = 86_400_000;
const DEFAULT_FILE = 'docs/sprints.md';
const DEFAULT_CAPACITY = 20;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

interface SprintPlace {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly line: number;
}
const placeOf = ({ id, title, path, line }: Section): SprintPlace => ({ id, title, path, line });

export interface PlanWish {
  readonly sprint: string;
  readonly capacity?: number | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly file?: string | undefined;
  readonly write: boolean;
}

export interface SprintPlan {
  readonly sprint: string;
  readonly capacity: number;
  readonly standing: readonly ReturnType<typeof place>[];
  readonly chosen: readonly (ReturnType<typeof place> & { readonly points: number; readonly because: string })[];
  readonly leftOut: readonly (ReturnType<typeof place> & { readonly why: string })[];
  readonly points: number;
  /** Where it was written; null: only shown. */
  readonly written: string | null;
}

/** Fills the sprint up to its capacity; a sprint that does not stand anywhere yet is made. */
export async function planSprint(
  workspace: Workspace,
  wish: PlanWish,
  now: number,
): Promise<Result<SprintPlan, Failure>> {
  const planning = await readPlanning(workspace);
  const found = findSection(planning, 'sprint', wish.sprint);
  if (!found.ok && found.error.kind !== 'unknown-item') return found;
  const section = found.ok ? found.value : null;
  const id = section?.id ?? newId(planning, wish.sprint);
  if (!/^SPRINT-\d+$/i.test(id))
    return err({ kind: 'invalid-input', field: 'SPRINT', message: 'is not like SPRINT-001' });
  if (section !== null && isCompleted(section))
    return err({ kind: 'illegal-transition', what: id, from: 'completed', to: 'planned' });
  const snapshot = workspace.plan.snapshot();
  const standing = section === null ? [] : linkedItems(snapshot, section).items;
  const capacity = wish.capacity ?? (section === null ? null : numberOf(section, 'capacity')) ?? DEFAULT_CAPACITY;
  const used = standing.reduce((sum, item) => sum + (item.points?.value ?? 0), 0);
  const chosen = chooseItems(
    snapshot,
    Math.max(capacity - used, 0),
    takenElsewhere(workspace, planning, section),
    standing,
  );
  const lines = chosen.chosen.map(({ item, points }) => `${item.id ?? item.title} — ${item.title} (${points} points)`);
  const written = wish.write
    ? await writePlan(workspace, planning, section, id, { ...wish, capacity }, lines, now)
    : null;
  if (written !== null && !written.ok) return written;
  return ok({
    sprint: id,
    capacity,
    standing: standing.map(place),
    chosen: chosen.chosen.map(({ item, points, because }) => ({ ...place(item), points, because })),
    leftOut: chosen.leftOut.map(({ item, why }) => ({ ...place(item), why })),
    points: used + chosen.points,
    written: written?.value ?? null,
  });
}

/** "2" and "sprint-2" in the width of the sprints that stand there. */
function newId(planning: Planning, asked: string): string {
  const number = /^(?:sprint[-\s])?(\d+)$/i.exec(asked.trim())?.[1];
  if (number === undefined) return asked.toUpperCase();
  const widths = planning.sections.flatMap(({ kind, id }) =>
    kind === 'sprint' ? [/\d+$/.exec(id)?.[0].length ?? 3] : [],
  );
  return `SPRINT-${number.padStart(Math.min(3, ...widths), '0')}`;
}

async function writePlan(
  workspace: Workspace,
  planning: Planning,
  section: Section | null,
  id: string,
  wish: PlanWish & { readonly capacity: number },
  lines: readonly string[],
  now: number,
): Promise<Result<string, Failure>> {
  if (section !== null) {
    const text = planning.texts.get(section.path) ?? '';
    const fields = [
      ...(wish.capacity === numberOf(section, 'capacity')
        ? []
        : setField(text, section, ['Capacity'], `${wish.capacity} points`)),
      ...(wish.start === undefined ? [] : setField(text, section, ['Start', 'Start Date'], wish.start)),
      ...(wish.end === undefined ? [] : setField(text, section, ['End', 'End Date'], wish.end)),
    ];
    const done = await writeEdits(
      workspace.documents,
      planning,
      new Map([[section.path, [...fields, ...addItems(text, section, lines)]]]),
    );
    return done.ok ? ok(section.path) : done;
  }
  const start = wish.start ?? day(now);
  const block = [
    `## ${id}`,
    '',
    '**Status**: planned',
    `**Capacity**: ${wish.capacity} points`,
    `**Start**: ${start}`,
    `**End**: ${wish.end ?? day(Date.parse(`${start}T00:00:00Z`) + 13 * DAY)}`,
    '',
    '**Items**:',
    '',
    ...lines.map((line) => `- ${line}`),
  ];
  const path = wish.file ?? planning.sections.find(({ kind }) => kind === 'sprint')?.path ?? DEFAULT_FILE;
  const text = planning.texts.get(path) ?? (await workspace.documents.read(path));
  if (text === null) {
    const created = await workspace.documents.create(path, `# Sprints\n\n${block.join('\n')}\n`);
    return created.ok ? ok(path) : created;
  }
  const eol = lineEnd(text);
  const at = text.trimEnd().length;
  const edits: readonly TextEdit[] = [
    { span: { start: at, end: text.length }, text: `${eol}${eol}${block.join(eol)}${eol}` },
  ];
  const done = await workspace.documents.write(path, text, edits);
  return done.ok ? ok(path) : done;
}

/** Keys that stand in other sprints that are not over, with the sprint's id. */
function takenElsewhere(workspace: Workspace, planning: Planning, own: Section | null): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  for (const section of planning.sections) {
    if (section.kind !== 'sprint' || section === own || isCompleted(section)) continue;
    for (const { key } of linkedItems(workspace.plan.snapshot(), section).items) taken.set(key, section.id);
  }
  return taken;
}

const isCompleted = (section: Section): boolean =>
  /\b(?:completed?|done|closed)\b/i.test(fieldOf(section, 'status')?.value ?? '');

export interface SprintProgress extends SprintPlace {
  readonly progress: Progress;
  readonly open: readonly ReturnType<typeof place>[];
  /** Ids that no item answers to. */
  readonly unknown: readonly string[];
  readonly changed: boolean;
}

/** Writes the progress and the boxes of the items as they are; a planned sprint in which work is done becomes active. */
export async function updateProgress(workspace: Workspace, asked: string): Promise<Result<SprintProgress, Failure>> {
  const planning = await readPlanning(workspace);
  const found = findSection(planning, 'sprint', asked);
  if (!found.ok) return found;
  const section = found.value;
  const { items, unknown } = linkedItems(workspace.plan.snapshot(), section);
  const progress = progressOf(items);
  const text = planning.texts.get(section.path) ?? '';
  const begun = progress.done > 0 && /^planned$/i.test(fieldOf(section, 'status')?.value ?? '');
  const edits = together([
    ...boxEdits(workspace, section),
    ...(begun ? setField(text, section, ['Status'], 'active') : []),
    ...setField(text, section, ['Progress'], progressText(progress)),
  ]);
  const done = await writeEdits(workspace.documents, planning, new Map([[section.path, edits]]));
  if (!done.ok) return done;
  return ok({ ...placeOf(section), progress, open: stillOpen(items).map(place), unknown, changed: edits.length > 0 });
}

function boxEdits(workspace: Workspace, section: Section): readonly TextEdit[] {
  return section.links.flatMap(({ id, box, done }) => {
    if (box === null || box.end - box.start !== 1) return [];
    const item = linkedItems(workspace.plan.snapshot(), {
      ...section,
      links: section.links.filter((link) => link.id === id),
    }).items[0];
    if (item === undefined || (item.status === 'done') === done) return [];
    return [{ span: box, text: item.status === 'done' ? 'x' : ' ' }];
  });
}

const stillOpen = (items: readonly Item[]): readonly Item[] =>
  items.filter(({ status }) => status !== 'done' && status !== 'cancelled');

/** Insertions at one place become one: their order is the order given. */
function together(edits: readonly TextEdit[]): readonly TextEdit[] {
  const merged = new Map<string, TextEdit>();
  for (const edit of edits) {
    const key = `${edit.span.start}-${edit.span.end}`;
    const before = merged.get(key);
    merged.set(key, before === undefined ? edit : { span: edit.span, text: before.text + edit.text });
  }
  return [...merged.values()];
}

export interface SprintCompleted extends SprintPlace {
  readonly velocity: number;
  readonly unit: Progress['unit'];
  /** Of the completed sprints before, this one left out; null: none told. */
  readonly averageVelocity: number | null;
  readonly done: readonly ReturnType<typeof place>[];
  readonly carriedOver: readonly ReturnType<typeof place>[];
  readonly into: string | null;
}

/** Closes the sprint: status, velocity, what is carried over, and headings for looking back. One change of all documents. */
export async function completeSprint(
  workspace: Workspace,
  asked: string,
  into: string | undefined,
  now: number,
): Promise<Result<SprintCompleted, Failure>> {
  const planning = await readPlanning(workspace);
  const found = findSection(planning, 'sprint', asked);
  if (!found.ok) return found;
  const section = found.value;
  if (isCompleted(section))
    return err({ kind: 'illegal-transition', what: section.id, from: 'completed', to: 'completed' });
  const next = into === undefined ? null : findSection(planning, 'sprint', into);
  if (next !== null && !next.ok) return next;
  if (next?.value === section) return err({ kind: 'invalid-input', field: '--into', message: 'is the same sprint' });
  if (next !== null && isCompleted(next.value))
    return err({ kind: 'invalid-input', field: '--into', message: `${next.value.id} is completed already` });
  const { items } = linkedItems(workspace.plan.snapshot(), section);
  const { done: velocity, unit } = progressOf(items);
  const open = stillOpen(items);
  const text = planning.texts.get(section.path) ?? '';
  const lineOf = (item: Item): string => `${item.id ?? ''} — ${item.title}`.replace(/^ — /, '');
  const own = together([
    ...boxEdits(workspace, section),
    ...setField(text, section, ['Status'], 'completed'),
    ...setField(text, section, ['Velocity'], `${velocity} ${unit}`),
    ...setField(text, section, ['Completed'], day(now)),
    ...appendBlock(text, section, retrospective(section, items, open, velocity, unit, next?.value.id ?? null)),
  ]);
  const edits = new Map<string, readonly TextEdit[]>([[section.path, own]]);
  if (next !== null) {
    const { path } = next.value;
    const known = new Set(linkedItems(workspace.plan.snapshot(), next.value).items.map(({ key }) => key));
    const carried = open.filter(({ key }) => !known.has(key)).map(lineOf);
    edits.set(path, [...(edits.get(path) ?? []), ...addItems(planning.texts.get(path) ?? '', next.value, carried)]);
  }
  const written = await writeEdits(workspace.documents, planning, edits);
  if (!written.ok) return written;
  return ok({
    ...placeOf(section),
    velocity,
    unit,
    averageVelocity: averageVelocity(planning, section),
    done: items.filter(({ status }) => status === 'done').map(place),
    carriedOver: open.map(place),
    into: next?.value.id ?? null,
  });
}

function retrospective(
  section: Section,
  items: readonly Item[],
  open: readonly Item[],
  velocity: number,
  unit: Progress['unit'],
  into: string | null,
): readonly string[] {
  const mark = '#'.repeat(Math.min(section.level + 1, 6));
  const total = items.reduce((sum, item) => sum + weight(item, unit), 0);
  const name = (item: Item): string => item.id ?? item.title;
  return [
    `${mark} Carry-over`,
    '',
    ...(open.length === 0 ? ['Nothing.'] : open.map((item) => `- ${name(item)}${into === null ? '' : ` → ${into}`}`)),
    '',
    `${mark} Retrospective`,
    '',
    `${velocity} of ${total} ${unit} were done; ${open.length} of ${items.length} items are carried over.`,
    '',
    '- What went well:',
    '- What did not:',
    '- What we change:',
  ];
}

function averageVelocity(planning: Planning, without: Section | null): number | null {
  const known = planning.sections.flatMap((section) =>
    section.kind === 'sprint' && section !== without && isCompleted(section)
      ? [numberOf(section, 'velocity') ?? []].flat()
      : [],
  );
  return known.length === 0 ? null : Math.round((known.reduce((sum, each) => sum + each, 0) / known.length) * 10) / 10;
}

export interface SprintBurndown extends SprintPlace, Burndown {
  readonly unit: Progress['unit'];
}

export async function sprintBurndown(
  workspace: Workspace,
  asked: string,
  now: number,
): Promise<Result<SprintBurndown, Failure>> {
  const planning = await readPlanning(workspace);
  const found = findSection(planning, 'sprint', asked);
  if (!found.ok) return found;
  const section = found.value;
  const start = dateOf(section, 'start', 'start date', 'begin', 'dates');
  const last = /(\d{4}-\d{2}-\d{2})\D*$/.exec(fieldOf(section, 'dates')?.value ?? '')?.[1];
  const end =
    dateOf(section, 'end', 'end date', 'due') ?? (last === undefined ? null : Date.parse(`${last}T00:00:00Z`));
  if (start === null || end === null || end < start)
    return err({
      kind: 'invalid-input',
      field: `${section.path}:${section.line}`,
      message: 'has no start and end date that fit',
    });
  const items = linkedItems(workspace.plan.snapshot(), section).items.filter(({ status }) => status !== 'cancelled');
  const { unit } = progressOf(items);
  const work = items.map((item) => ({
    points: weight(item, unit),
    done: item.status === 'done',
    doneAt: doneAt(workspace, item),
  }));
  return ok({ ...placeOf(section), unit, ...burndown(work, start, end, now) });
}
