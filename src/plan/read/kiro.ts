// Kiro and its family (cc-sdd, spec-workflow, kiro-for-cc): numbered checkbox tasks, nested by their numbers.
import type { PlanStatus } from '../../model/plan';
import { boxOf, statusOfMark, unknownMark } from './checkbox-line';
import type { Dialect } from './dialect';
import { kiroDetail } from './kiro-details';
import { waveDependencies } from './kiro-waves';
import type { Heading } from './lines';
import { type FoundTask, type ListRules, readTaskLines, someLine } from './task-lines';
import { taskDocument, type TaskNode, tickOf, trimmed } from './task-node';
import { pathIsDecoy } from './task-sections';

const PATH = /(?:^|\/)\.(?:kiro|spec-workflow|claude)\/(?:specs|bugs)\/(?:.+\/)?tasks\.md$/;
const NUMBERED = /^\s*[-*] \[[ xX~-]\](?:\\?\*)?\s+\d+(?:\.\d+)*\*?\\?\.?\s/;
const DETAIL = /^\s*- _[^:：_]{1,40}[:：].*_\s*$/;
const PLAN_TITLE = /^#{1,2} (?:Implementation Plan|实施计划|实现计划|実装計画|任务|タスク)/m;
const NUMBER = /^(\\?\*)?[\t ]+(\d+(?:\.\d+)*)(\\?\*)?\\?\.?(?:[\t ]+|$)(\([Pp]\)[\t ]+)?/;

export const kiro: Dialect = {
  id: 'kiro',

  claim({ path, text }) {
    if (!path.endsWith('.md')) return 0;
    if (PATH.test(path)) return 1;
    if (pathIsDecoy(path) || !someLine(text, NUMBERED)) return 0;
    const claim = someLine(text, DETAIL) ? 0.85 : PLAN_TITLE.test(text) ? 0.7 : 0;
    // Examples in code are no tasks.
    return claim > 0 && readTaskLines({ path, text }, rulesFor(path, false)).nodes.length > 0 ? claim : 0;
  },

  read(source) {
    const workflow =
      /(?:^|\/)\.?spec-?workflow\//.test(source.path) || /^\s*- _(?:Blocked|Leverage|Prompt):/m.test(source.text);
    const found = readTaskLines(source, rulesFor(source.path, workflow));
    waveDependencies(found.lines, found.nodes);
    const words = {
      open: ' ',
      'in-progress': '-',
      blocked: workflow ? '~' : null,
      done: tickOf(found.nodes),
      cancelled: null,
    };
    return taskDocument(source, 'kiro', found.title, { ...found, words });
  },
};

function rulesFor(path: string, workflow: boolean): ListRules {
  const marks: Readonly<Record<string, PlanStatus>> = {
    x: 'done',
    X: 'done',
    '-': 'in-progress',
    '~': workflow ? 'blocked' : 'open',
  };
  return {
    form: 'kiro',
    task(line, report): FoundTask | null {
      const box = boxOf(line);
      if (box === null) return null;
      const number = NUMBER.exec(box.text.slice(0, 200));
      if (number === null && line.indent > 0) return null;
      const status = statusOfMark(box.mark, marks);
      if (status === null) report(unknownMark(path, line, box));
      const skipped = number?.[0].length ?? /^\\?\*/.exec(box.text)?.[0].length ?? 0;
      const title = trimmed(box.text.slice(skipped), box.textStart + skipped);
      const starred = number?.[1] ?? number?.[3] ?? (number === null && skipped > 0 ? '*' : undefined);
      return {
        id: number?.[2] ?? null,
        title: title.text,
        titleSpan: { start: title.start, end: title.start + title.text.length },
        status: status ?? 'open',
        statusText: box.mark,
        site: box.box,
        extra: { optional: starred !== undefined, parallel: number?.[4] !== undefined },
      };
    },
    phase: phaseOf,
    skips: (heading) => /^(?:notes?|task dependency graph|implementation notes)\b/i.test(heading.text),
    repeats: (heading) => /^(?:overview\b|implementation summary\b|实施总结)/i.test(heading.text),
    parent(task, _line, found): TaskNode | null {
      const parts = (task.id ?? '').split('.');
      for (let length = parts.length - 1; length > 0; length -= 1) {
        const above = found.byId.get(parts.slice(0, length).join('.'));
        if (above !== undefined) return above;
      }
      return found.phase?.id === task.id ? null : (found.phase ?? null);
    },
    kind: (_task, parent) => (parent === null || parent.kind === 'phase' ? 'task' : 'subtask'),
    detail: kiroDetail,
  };
}

/** "## 1. Title" and "## Phase 1: Title" group tasks; "## Tasks" only names them. */
function phaseOf(heading: Heading): { readonly id: string | null; readonly title: string } | null {
  if (heading.level < 2) return null;
  const numbered = /^(\d+)[.)、]?[\t ]+(.+)$/.exec(heading.text);
  if (numbered !== null) return { id: numbered[1] ?? null, title: numbered[2] ?? heading.text };
  const phase = /^((?:Phase|Stage|Milestone|フェーズ|阶段)[\t ]*[\w.]{1,8})(?:\s*[:：–—-]\s*|\s+|$)/i.exec(
    heading.text,
  );
  return phase === null ? null : { id: phase[1] ?? null, title: heading.text };
}
