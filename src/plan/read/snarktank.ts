// snarktank's ai-dev-tasks: tasks/tasks-*.md with "1.0" parents and "1.1" children.
import { boxOf, statusOfMark, unknownMark } from './checkbox-line';
import type { Dialect } from './dialect';
import { pathIsDecoy } from './task-sections';
import { type ListRules, readTaskLines, someLine } from './task-lines';
import { taskDocument, tickOf, trimmed } from './task-node';

const NUMBERED = /^[\t ]*[-*] \[[ xX]\] \d+\.0\s/;

export const snarktank: Dialect = {
  id: 'snarktank',

  claim({ path, text }) {
    if (!path.endsWith('.md') || pathIsDecoy(path)) return 0;
    const numbered = someLine(text, NUMBERED);
    if (/(?:^|\/)tasks\/tasks-[^/]+\.md$/.test(path)) return numbered ? 1 : 0;
    if (!numbered || readTaskLines({ path, text }, rulesFor(path)).nodes.length === 0) return 0;
    if (/(?:^|\/)tasks-[^/]+\.md$/.test(path)) return 0.95;
    return /^## Relevant Files/im.test(text) ? 0.9 : 0.6;
  },

  read(source) {
    const found = readTaskLines(source, rulesFor(source.path));
    const words = { open: ' ', 'in-progress': null, blocked: null, done: tickOf(found.nodes), cancelled: null };
    return taskDocument(source, 'snarktank', found.title, { ...found, words });
  },
};

function rulesFor(path: string): ListRules {
  return {
    form: 'snarktank',
    task(line, report) {
      const box = boxOf(line);
      const number = box === null ? null : /^[\t ]+(\d+(?:\.\d+)+)\.?[\t ]+/.exec(box.text.slice(0, 200));
      if (box === null || number === null) return null;
      const status = statusOfMark(box.mark, { x: 'done', X: 'done' });
      if (status === null) report(unknownMark(path, line, box));
      const title = trimmed(box.text.slice(number[0].length), box.textStart + number[0].length);
      return {
        id: number[1] ?? null,
        title: title.text,
        titleSpan: { start: title.start, end: title.start + title.text.length },
        status: status ?? 'open',
        statusText: box.mark,
        site: box.box,
        extra: {},
      };
    },
    phase: () => null,
    skips: (heading) => /^(?:relevant files|notes|instructions\b.*)$/i.test(heading.text.trim()),
    parent(task, _line, found) {
      const parts = (task.id ?? '').split('.');
      if (parts.length === 2) return parts[1] === '0' ? null : (found.byId.get(`${parts[0]}.0`) ?? null);
      return found.byId.get(parts.slice(0, -1).join('.')) ?? null;
    },
    kind: (_task, parent) => (parent === null ? 'task' : 'subtask'),
  };
}
