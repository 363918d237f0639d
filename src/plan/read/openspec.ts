// OpenSpec: openspec/changes/<id>/tasks.md. Boxes are counted exactly as its own `openspec list` counts them.
import type { Span } from '../../model/text';
import { tickFix } from './checkbox-line';
import type { Dialect } from './dialect';
import type { Line } from './lines';
import { type ListRules, readTaskLines } from './task-lines';
import { taskDocument, type TaskNode, tickOf, trimmed } from './task-node';

const CHANGE = /(?:^|\/)openspec\/changes\/(archive\/)?(?:[^/]+\/)+tasks\.md$/;

export const openSpec: Dialect = {
  id: 'openspec',

  claim({ path }) {
    return CHANGE.test(path) ? 1 : 0;
  },

  read(source) {
    // An archived change is history: nothing in it is to be done.
    const archived = CHANGE.exec(source.path)?.[1] !== undefined;
    const found = readTaskLines(archived ? { ...source, text: '' } : source, rulesFor(source.path));
    const words = { open: ' ', 'in-progress': null, blocked: null, done: tickOf(found.nodes), cancelled: null };
    return taskDocument(source, 'openspec', found.title, { ...found, words });
  },
};

interface OpenSpecBox {
  readonly mark: string;
  readonly site: Span;
  readonly rest: string;
  readonly restStart: number;
}

/**
 * The box OpenSpec 1.13 sees, that is /^\s*(?:[-*+]|\d{1,9}[.)])\s*\[(?:\s*([^\]\s]?)\s*\](?![([])|\s+\])\s*(.*)/
 * taken apart so that a long line costs no more than its length.
 */
function openSpecBox(line: Line): OpenSpecBox | null {
  const text = line.text;
  const lead = /^\s*(?:[-*+]|\d{1,9}[.)])\s*\[/.exec(text);
  if (lead === null) return null;
  const open = lead[0].length;
  const space = (at: number): number => {
    let to = at;
    while (to < text.length && /\s/.test(text.charAt(to))) to += 1;
    return to;
  };
  const markAt = space(open);
  const blank = text.charAt(markAt) === ']';
  const close = blank ? markAt : space(markAt + 1);
  if (text.charAt(close) !== ']') return null;
  const link = text.charAt(close + 1) === '(' || text.charAt(close + 1) === '[';
  if (link && !(blank && close > open)) return null;
  const site = blank ? { start: open, end: Math.min(open + 1, close) } : { start: markAt, end: markAt + 1 };
  return {
    mark: blank ? '' : text.charAt(markAt),
    site: { start: line.start + site.start, end: line.start + site.end },
    rest: text.slice(close + 1),
    restStart: line.start + close + 1,
  };
}

function rulesFor(path: string): ListRules {
  return {
    form: 'openspec',
    everywhere: true,
    task(line, report) {
      const box = openSpecBox(line);
      if (box === null) return null;
      const done = box.mark === 'x' || box.mark === 'X';
      if (!done && box.mark !== '')
        report({
          code: 'unknown-marker',
          severity: 'warning',
          path,
          line: line.number,
          column: box.site.start - line.start + 1,
          span: box.site,
          message: `OpenSpec knows "[ ]" and "[x]"; "[${box.mark}]" counts as open.`,
          fixes: tickFix(box.mark, box.site),
        });
      const number = /^\s*(\d+(?:\.\d+)+)\.?(?=\s|$)/.exec(box.rest.slice(0, 200));
      const skipped = number?.[0].length ?? 0;
      const title = trimmed(box.rest.slice(skipped), box.restStart + skipped);
      return {
        id: number?.[1] ?? null,
        // Counted by the tool, but left out of what it asks to be done.
        title: title.text === '' ? '(no text)' : title.text,
        titleSpan: { start: title.start, end: title.start + title.text.length },
        status: done ? 'done' : 'open',
        statusText: line.text.slice(box.site.start - line.start, box.site.end - line.start),
        site: box.site,
        extra: title.text === '' && number === null ? { optional: true } : {},
      };
    },
    phase(heading) {
      const number = /^(\d+)[.)]?\s+(.+)$/.exec(heading.text);
      return heading.level === 2 && number !== null
        ? { id: number[1] ?? null, title: number[2] ?? heading.text }
        : null;
    },
    parent(_task, line, found) {
      let above: TaskNode | undefined = found.nodes.at(-1);
      while (above != null && (above.kind === 'phase' || above.indent >= line.indent))
        above = above.parent ?? undefined;
      return above ?? found.phase;
    },
    // The tool's list is flat: every box is a task.
    kind: () => 'task',
  };
}
