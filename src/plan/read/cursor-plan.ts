// Cursor's *.plan.md: todos in the front matter.
import { isMap, isSeq } from 'yaml';
import type { Dependency, Item, PlanStatus } from '../../model/plan';
import type { Problem } from '../../model/problem';
import { normalId } from '../graph/ids';
import type { Dialect } from './dialect';

import { frontMatterOf } from './front-matter';
import { KeyMaker, makeItem } from './item';
import { LineIndex } from './line-index';
import { wordFix } from './nearest-word';
import { ownerIn } from './task-node';
import { scalarAt, textOf, wordFor, yamlProblem } from './yaml-pieces';

const STATUS: Readonly<Record<string, PlanStatus>> = {
  pending: 'open',
  in_progress: 'in-progress',
  completed: 'done',
  cancelled: 'cancelled',
};

export const cursorPlan: Dialect = {
  id: 'cursor-plan',

  claim({ path, text }) {
    if (!path.endsWith('.md') || !/^---[\t ]*\r?\n/.test(text.slice(0, 40))) return 0;
    const todos = /^todos:/m.test(text.slice(0, 200_000));
    if (!todos) return 0;
    return path.endsWith('.plan.md') ? 1 : /^isProject:/m.test(text.slice(0, 200_000)) ? 0.9 : 0;
  },

  read(source) {
    const index = new LineIndex(source.text);
    const front = frontMatterOf(source.text);
    const problems: Problem[] = front === null ? [] : [...yamlProblem(source, index, front.piece)];
    const items: Item[] = [];
    const keys = new KeyMaker();
    const list = front?.map?.get('todos', true);
    for (const entry of isSeq(list) ? list.items : []) {
      if (front == null || !isMap(entry) || entry.range == null) continue;
      const { piece } = front;
      const field = (name: string) => scalarAt(source.text, piece, entry.get(name, true));
      const start = entry.range[0] + piece.offset;
      const end = start + source.text.slice(start, entry.range[1] + piece.offset).trimEnd().length;
      const content = field('content');
      const id = textOf(entry.get('id', true));
      const status = field('status');
      const known = status !== null && Object.hasOwn(STATUS, status.value) ? STATUS[status.value] : undefined;
      if (status !== null && known === undefined) {
        const line = index.lineAt(status.span.start);
        problems.push({
          code: 'unknown-status',
          severity: 'warning',
          path: source.path,
          line,
          column: status.span.start - index.start(line) + 1,
          span: status.span,
          message: `"${status.value}" is no status of a todo; it is read as open.`,
          fixes: wordFix(status.value, Object.keys(STATUS), status.span),
        });
      }
      const quote = status?.quote ?? '';
      const needs = entry.get('dependencies', true);
      items.push(
        makeItem(keys, {
          path: source.path,
          kind: 'task',
          id,
          title: content?.value ?? textOf(entry.get('content', true)) ?? id ?? '',
          titleSpan: content?.span ?? { start, end },
          line: index.lineAt(start),
          span: { start, end },
          status: known ?? 'open',
          statusText: status?.value ?? null,
          dependencies: isSeq(needs)
            ? needs.items.flatMap((each): Dependency[] => {
                const on = scalarAt(source.text, piece, each);
                return on === null
                  ? []
                  : [{ kind: 'item', text: on.text, targets: [normalId(on.value)], span: on.span }];
              })
            : [],
          statusSite:
            status === null || status.text === ''
              ? null
              : {
                  span: status.span,
                  words: {
                    open: wordFor('pending', quote),
                    'in-progress': wordFor('in_progress', quote),
                    blocked: null,
                    done: wordFor('completed', quote),
                    cancelled: wordFor('cancelled', quote),
                    [known ?? 'open']: status.text,
                  },
                },
        }),
      );
    }
    return {
      path: source.path,
      dialect: 'cursor-plan',
      kind: items.length === 0 ? 'none' : 'tasks',
      title: textOf(front?.map?.get('name', true)) ?? source.path.slice(source.path.lastIndexOf('/') + 1),
      items,
      claimed: null,
      problems,
      belongsTo: front === null ? null : ownerIn(source.text.slice(front.bodyStart)),
      appendSite: items.at(-1)?.span.end ?? null,
      status: null,
    };
  },
};
