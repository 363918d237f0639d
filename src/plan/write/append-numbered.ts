// A new task in lists that number their tasks: the next number of its level, never a renumbering.
import type { Item, PlanDocument } from '../../model/plan';
import { ok } from '../../model/result';
import type { NewTask } from '../ports';
import type { Edits } from './edits';
import { ownTextEnd } from './field-shape';
import { insertLines, startOfLine } from './text-edits';
import { bulletBody, insertAfter, isTask, leadOf, oneLine } from './task-text';

interface Numbered {
  readonly item: Item;
  /** "2.1"; of a hot fix the number in front of its own id. */
  readonly number: string;
}

function numberedItems(document: PlanDocument, text: string, shape: RegExp): readonly Numbered[] {
  return document.items.flatMap((item) => {
    const start = item.statusSite?.span.end;
    if (start === undefined || !isTask(item)) return [];
    const number = shape.exec(text.slice(start, start + 80))?.[1];
    return number === undefined ? [] : [{ item, number }];
  });
}

const highest = (numbers: readonly number[]): number => numbers.reduce((most, each) => Math.max(most, each), 0);

/** The text behind the number: a hot fix keeps its own id there. */
function named(task: NewTask): string {
  const title = oneLine(task.title);
  return task.kind === 'hotfix' && task.id !== null ? `${oneLine(task.id)}: ${title}` : title;
}

/** spec-kit never inserts: new work stands in an appended "Convergence" phase. */
export function appendSpecKit(document: PlanDocument, text: string, task: NewTask): Edits {
  const tasks = numberedItems(document, text, /^\][\t ]+T(\d{3,})/);
  const width = highest([3, ...tasks.map((each) => each.number.length)]);
  const id = `T${String(highest(tasks.map((each) => Number(each.number))) + 1).padStart(width, '0')}`;
  const needs = task.dependencies.map(oneLine);
  const depends = needs.length === 0 ? '' : ` (depends on ${needs.join(', ')})`;
  const last = tasks.at(-1)?.item ?? null;
  const bullet = last !== null && leadOf(text, last).trimStart().startsWith('*') ? '*' : '-';
  const line = `${bullet} [ ] ${id} ${named(task)}${depends}`;
  const body = bulletBody({ ...task, dependencies: [] }, '  ');
  const phases = document.items.filter((item) => item.kind === 'phase');
  const phase = phases.at(-1);
  if (phase !== undefined && last !== null && last.parent === phase.key && /\bConvergence\b/i.test(phase.title))
    return ok([insertAfter(document, text, last, [line, ...body])]);
  const numbers = phases.map((item) => Number(/(\d+)/.exec(item.id ?? '')?.[1] ?? 0));
  const heading = `## Phase ${highest(numbers) + 1}: Convergence`;
  const end = document.appendSite ?? text.trimEnd().length;
  return ok([insertLines(text, end, [...(end === 0 ? [] : ['']), heading, '', line, ...body])]);
}

/** Kiro, snarktank, OpenSpec: "2.", "2.1", "2.0". Behind the last of its siblings. */
export function appendNumbered(document: PlanDocument, text: string, after: Item | null, task: NewTask): Edits {
  const all = numberedItems(document, text, /^\](?:\\?\*)?[\t ]+(\d+(?:\.\d+)*)/);
  const level = levelOf(document, all, after);
  const siblings = all.filter((each) => prefixOf(document, each.number) === level);
  const number = nextNumber(document, level, siblings, all);
  const last = siblings.at(-1)?.item ?? null;
  const model = last ?? after ?? all.at(-1)?.item ?? null;
  const lead = model === null || model.statusSite === null ? '- [' : leadOf(text, model);
  const indent = `${lead.replace(/[-*+].*$/, '')}  `;
  const needs = task.dependencies.map(oneLine);
  const kiro = document.dialect === 'kiro';
  const dot = kiro && !number.includes('.') ? '.' : '';
  const lines = [
    `${lead} ] ${number}${dot} ${named(task)}`,
    ...bulletBody({ ...task, dependencies: kiro ? [] : needs }, indent, document.dialect !== 'openspec'),
    ...(kiro && needs.length > 0 ? [`${indent}- _Depends: ${needs.join(', ')}_`] : []),
  ];
  if (last === null && after !== null && !isTask(after)) {
    const end = ownTextEnd(text, startOfLine(text, after.span.start));
    return ok([insertLines(text, end, ['', ...lines])]);
  }
  return ok([insertAfter(document, text, model, spaced(document, text, lines))]);
}

/** Lists that keep a blank line between their tasks get one. */
function spaced(document: PlanDocument, text: string, lines: readonly string[]): readonly string[] {
  for (const item of document.items.toReversed()) {
    if (!isTask(item)) continue;
    const start = startOfLine(text, item.span.start);
    const before = text.slice(Math.max(0, start - 2000), start).replaceAll('\r', '');
    const above = before.trimEnd().split('\n').at(-1) ?? '';
    // The first task under a heading has its blank line for the heading's sake.
    if (!/^#{1,6}\s/.test(above) && above !== '') return before.endsWith('\n\n') ? ['', ...lines] : lines;
  }
  return lines;
}

/** "1.2" stands under "1", "3" under "", snarktank's "2.0" under "". */
function prefixOf(document: PlanDocument, number: string): string {
  if (document.dialect === 'snarktank' && number.endsWith('.0')) return '';
  const at = number.lastIndexOf('.');
  return at === -1 ? '' : number.slice(0, at);
}

function levelOf(document: PlanDocument, all: readonly Numbered[], after: Item | null): string {
  const own = all.find((each) => each.item === after);
  if (own !== undefined) return prefixOf(document, own.number);
  if (after !== null && !isTask(after)) return /\d+/.exec(after.id ?? '')?.[0] ?? '';
  const last = all.at(-1);
  if (last === undefined) return document.dialect === 'openspec' ? '1' : '';
  if (document.dialect === 'openspec') return prefixOf(document, last.number);
  return all.some((each) => prefixOf(document, each.number) === '') ? '' : prefixOf(document, last.number);
}

function nextNumber(
  document: PlanDocument,
  level: string,
  siblings: readonly Numbered[],
  all: readonly Numbered[],
): string {
  const zeros = document.dialect === 'snarktank' && level === '';
  const own = ({ number }: Numbered): number => Number((zeros ? number.split('.')[0] : number.split('.').at(-1)) ?? 0);
  const next = highest(siblings.map(own)) + 1;
  if (level !== '') return `${level}.${next}`;
  return zeros && (all.length === 0 || all.some((each) => each.number.endsWith('.0'))) ? `${next}.0` : String(next);
}
