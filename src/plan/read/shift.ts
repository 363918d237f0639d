// Moves what was read to another place of its document, when only the text around it has changed.
import type { CommandText, Criterion, Dependency, Item } from '../../model/plan';
import type { Span } from '../../model/text';
import type { Entry } from './reference-entry';
import type { Shift } from './unchanged';

/** The entry itself if it did not move. */
export function shiftEntry(entry: Entry, by: Shift): Entry {
  if (isStill(by)) return entry;
  return {
    ...entry,
    titleSpan: shiftSpan(entry.titleSpan, by),
    line: entry.line + by.lines,
    lastLine: entry.lastLine + by.lines,
    site: entry.site === null ? null : { ...entry.site, span: shiftSpan(entry.site.span, by) },
    draft: shiftDraft(entry.draft, by),
  };
}

const PLACED = [
  'priority',
  'moscow',
  'points',
  'score',
  'estimate',
  'autoAdvance',
  'pauseAfter',
  'smartPause',
  'timeLimit',
  'owner',
  'progress',
] as const satisfies readonly (keyof Item)[];
const LINES = ['criteria', 'gates', 'tests'] as const satisfies readonly (keyof Item)[];

/** Fields that a body, a row or metadata gave; those of the item itself (line, span, occurrences) are not among them. */
export function shiftDraft(draft: Partial<Item>, by: Shift): Partial<Item> {
  if (isStill(by)) return draft;
  const moved: Record<string, unknown> = { ...draft };
  for (const name of PLACED) {
    const value = draft[name];
    if (value !== undefined && value !== null) moved[name] = { ...value, span: shiftSpan(value.span, by) };
  }
  for (const name of LINES) {
    const value = draft[name];
    if (value !== undefined && value.length > 0) moved[name] = value.map((each) => shiftCriterion(each, by));
  }
  const { commands, dependencies, dependencySite, dates } = draft;
  if (commands !== undefined && commands.length > 0) moved['commands'] = commands.map((each) => shiftCommand(each, by));
  if (dependencies !== undefined && dependencies.length > 0)
    moved['dependencies'] = dependencies.map((each): Dependency => ({ ...each, span: shiftSpan(each.span, by) }));
  if (dependencySite !== undefined && dependencySite !== null) moved['dependencySite'] = shiftSpan(dependencySite, by);
  if (dates !== undefined) {
    moved['dates'] = Object.fromEntries(
      Object.entries(dates).map(([name, value]) => [name, { ...value, span: shiftSpan(value.span, by) }]),
    );
  }
  return moved;
}

const isStill = (by: Shift): boolean => by.lines === 0 && by.chars === 0;

const shiftSpan = (span: Span, by: Shift): Span => ({ start: span.start + by.chars, end: span.end + by.chars });

function shiftCriterion(criterion: Criterion, by: Shift): Criterion {
  const box = criterion.box === null ? null : shiftSpan(criterion.box, by);
  return { ...criterion, line: criterion.line + by.lines, box };
}

function shiftCommand(command: CommandText, by: Shift): CommandText {
  return { ...command, line: command.line + by.lines, span: shiftSpan(command.span, by) };
}
