// Story files of BMAD: "Tasks / Subtasks" whose lines say which of the story's numbered acceptance criteria they serve.
import type { Criterion } from '../../model/plan';
import type { TitleParts } from './checkbox-title';
import type { Line } from './lines';

export const isStoryList = (heading: string): boolean => /^tasks?\s*\/\s*sub-?tasks?$/i.test(heading.trim());

/** Criteria of the story by their number, read while the lines go by. */
export class StoryCriteria {
  readonly #found = new Map<number, Criterion>();

  take(line: Line, heading: string): void {
    if (line.kind !== 'text' || !/^(?:\d+[.)]\s*)?acceptance criteria\b/i.test(heading)) return;
    const [, number, text] =
      /^\s{0,3}(?:\*\*)?(?:AC\s?#?)?(\d{1,3})(?:[.):]|\*\*)+\s+(.{1,2000})$/i.exec(line.text) ?? [];
    if (number === undefined || text === undefined) return;
    this.#found.set(Number(number), { text: text.trim(), done: null, line: line.number, box: null, command: null });
  }

  named(numbers: readonly number[]): readonly Criterion[] {
    return numbers.flatMap((number) => this.#found.get(number) ?? []);
  }
}

/** "Task 1: Make names (AC: 1, 2)" → number, title and criteria; what says none of it stays as it is. */
export function storyTitle(parts: TitleParts): { readonly parts: TitleParts; readonly serves: readonly number[] } {
  let { id, title } = parts;
  let { start } = parts.titleSpan;
  const tail = /\s*\(ACs?\s*:?\s*([#\d,\s\u2010-\u2015-]{1,400})\)[\s.]*$/i.exec(title.slice(-450));
  if (tail !== null && title.length > tail[0].length) title = title.slice(0, title.length - tail[0].length);
  const bold = /^\*\*([^*]{1,400})\*\*$/.exec(title)?.[1];
  if (bold !== undefined) {
    title = bold;
    start += 2;
  }
  const numbered =
    id === null ? /^(?:sub-?task|task)\s+#?(\d+(?:\.\d+)*)\s*[.:)\u2013\u2014-]*\s+(?=\S)/i.exec(title) : null;
  if (numbered?.[1] !== undefined) {
    id = numbered[1];
    title = title.slice(numbered[0].length);
    start += numbered[0].length;
  }
  return {
    parts: { ...parts, id, title, titleSpan: { start, end: start + title.length } },
    serves: numbersIn(tail?.[1] ?? ''),
  };
}

/** "1, 3-5" → 1, 3, 4, 5; a story has a hundred criteria at most. */
const numbersIn = (list: string): readonly number[] =>
  [...list.matchAll(/(\d{1,3})(?:\s*[\u2010-\u2015-]\s*#?(\d{1,3}))?/g)].flatMap(([, first, last]) => {
    const from = Number(first);
    return Array.from({ length: Math.max(1, Math.min(100, Number(last ?? first) - from + 1)) }, (_, n) => from + n);
  });
