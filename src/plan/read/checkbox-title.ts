// What people write inside a task's own line: id, priority, "depends on", owner, labels, due date.
import type { Dependency } from '../../model/plan';
import type { Span, Written } from '../../model/text';
import { dependenciesIn } from './dependency-text';
import { trimmed, written } from './task-node';

export interface TitleParts {
  readonly id: string | null;
  readonly title: string;
  readonly titleSpan: Span;
  readonly priority: Written<string> | null;
  readonly dependencies: readonly Dependency[];
  readonly dependencySite: Span | null;
  readonly parallel: boolean;
  readonly owner: Written<string> | null;
  readonly labels: readonly string[];
  readonly due: Written<string> | null;
}

const ID =
  /^(\*{0,2})((?:Task[ -])?(?:[A-Z]{1,8}[-\u2010-\u2015]?(?:[A-Za-z]{2,8}[-\u2010-\u2015])?\d+[a-z]?(?:[.\u2010-\u2015-][\dA-Za-z]+)*|\d+(?:\.\d+)+)|\d+(?=[.:)]\s))(\*{0,2})[.:)]{0,2}(\*{0,2})(?:\s+|$)(?:[\u2013\u2014-]\s+)?/;
const MARKER = /^(?:\[(P)\]|[[(]?(P[0-4])[\])]?:?|\[(high|medium|low|critical|urgent)\])(?=\s)\s+/i;
const DEPENDS = /\s*\((?:depends on|blocked by|after|needs|requires):?\s+([^()]{1,2000})\)[\s.]*$/i;

/** Splits the text behind a checkbox. Text that is taken apart leaves the title; the rest is the title as written. */
export function titleParts(raw: string, start: number): TitleParts {
  let { text, start: at } = trimmed(raw, start);
  let priority: Written<string> | null = null;
  let parallel = false;
  const id = idOf(text);
  if (id !== null) {
    text = text.slice(id.length);
    at += id.length;
  }
  for (let found = MARKER.exec(text); found !== null; found = MARKER.exec(text)) {
    if (found[1] !== undefined) parallel = true;
    else {
      const word = found[2] ?? found[3] ?? '';
      priority ??= written(word, at + found[0].indexOf(word));
    }
    text = text.slice(found[0].length);
    at += found[0].length;
  }
  let dependencies: readonly Dependency[] = [];
  let dependencySite: Span | null = null;
  // The end of a long line only: the pattern must not search all of it.
  const tailFrom = Math.max(0, text.length - 2100);
  const depends = DEPENDS.exec(text.slice(tailFrom));
  if (depends !== null) {
    const list = depends[1] ?? '';
    const value = written(list, at + tailFrom + depends.index + depends[0].indexOf(list, depends[0].indexOf(' ', 2)));
    dependencies = dependenciesIn(value, false);
    dependencySite = value.span;
    text = text.slice(0, tailFrom + depends.index);
  }
  const bold = /^\*\*([^*]{1,400})\*\*$/.exec(text.length < 410 ? text : '');
  if (bold?.[1] !== undefined) {
    text = bold[1];
    at += 2;
  }
  const notes = text.length < 4000 ? notesIn(text, at) : { owner: null, labels: [], due: null };
  return {
    id: id?.id ?? null,
    title: text,
    titleSpan: { start: at, end: at + text.length },
    priority,
    dependencies,
    dependencySite,
    parallel,
    ...notes,
  };
}

function idOf(text: string): { readonly id: string; readonly length: number } | null {
  const found = ID.exec(text.slice(0, 200));
  const id = found?.[2];
  if (found === null || id === undefined || /^P[0-4]$/i.test(id)) return null;
  // "**T-1** Title" and "**T-1: Title**": an opening bold belongs to the title if it closes behind it.
  const opened = found[1] === '**';
  const closed = found[3] === '**' || found[4] === '**';
  if (found[0].length >= text.length && !opened) return null;
  if (opened && !closed) {
    const rest = text.slice(found[0].length);
    if (!rest.includes('**')) return null;
  }
  return { id, length: found[0].length };
}

function notesIn(text: string, start: number): Pick<TitleParts, 'owner' | 'labels' | 'due'> {
  const owner = /(?:^|\s)@([\w-]{1,40})(?=$|[\s,.;])/.exec(text);
  const due = /(?:📅\s*|\bdue:\s?)(\d{4}-\d{2}-\d{2})\b/u.exec(text);
  const labels = [...text.matchAll(/(?:^|\s)#([\p{L}_][\p{L}\p{N}_/-]{0,60})/gu)].map((found) => found[1] ?? '');
  return {
    owner: owner?.[1] === undefined ? null : written(owner[1], start + owner.index + owner[0].length - owner[1].length),
    labels,
    due: due?.[1] === undefined ? null : written(due[1], start + due.index + due[0].length - due[1].length),
  };
}
