// The contract of `soloflow list --json` as a schema, made when asked for.
// Version 1. Adding a field keeps the version; renaming, removing or changing the meaning of one raises it.
import * as z from 'zod';

export const LIST_VERSION = 1;

export const listOutput = () => {
  const line = z.int().min(1);
  const text = z.string();
  const status = z.enum(['open', 'in-progress', 'blocked', 'done', 'cancelled']);

  const criterion = z.strictObject({
    text,
    done: z.boolean().nullable().describe('null: written without a box'),
    line,
  });

  const item = z.strictObject({
    key: text.describe('Identity of the item; the same for every place it stands at'),
    id: text.nullable().describe('As written at the item, null without one'),
    title: text.describe('As written at this place'),
    kind: z.enum([
      'backlog-item',
      'task',
      'subtask',
      'plan-item',
      'phase',
      'lane',
      'epic',
      'story',
      'milestone',
      'hotfix',
    ]),
    form: text.describe('Shape of this place, e.g. "row", "lane", "heading"'),
    status: status.describe('At this place; what is not understood is open'),
    statusText: text.nullable().describe("The author's words for the status, null where none are written"),
    line: line.describe('Of this place'),
    lines: z.array(line).min(1).describe('Of all places of this item'),
    priority: text.nullable(),
    moscow: text.nullable(),
    points: z.number().nullable(),
    score: z.number().nullable().describe("The author's"),
    computedScore: z
      .strictObject({ value: z.number(), formula: text })
      .nullable()
      .describe("Computed from the author's figures, never in place of the author's total"),
    dependencies: z.array(text).describe('Ids where an id is meant, else the words of the author'),
    waitsFor: z.array(text).describe('Keys of the items it waits for'),
    parent: text.nullable().describe('Key of the phase, lane, epic or task above'),
    commands: z.array(text),
    criteria: z.array(criterion),
  });

  const problem = z.strictObject({
    path: text,
    line,
    column: line,
    code: text,
    severity: z.enum(['error', 'warning', 'info']),
    message: text,
  });

  return z
    .strictObject({
      schema: z.literal(LIST_VERSION),
      documents: z.array(
        z.strictObject({
          path: text.describe('Relative to the workspace, with /'),
          dialect: text,
          kind: z.enum(['backlog', 'prd', 'tasks', 'none']),
          title: text,
          claimed: z.number().nullable().describe('Total the author claims; never trusted'),
          items: z.array(item).describe('One entry per place an item stands at, by line'),
        }),
      ),
      problems: z.array(problem),
    })
    .meta({
      title: 'soloflow list --json',
      description: 'Lines and columns are 1-based, columns in UTF-16 units.',
    });
};

export type ListJson = z.output<ReturnType<typeof listOutput>>;
