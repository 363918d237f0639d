// What outputs say of the plan: items with all their parts, places, documents. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';

const text = z.string();

export const planStatusSchema = () => z.enum(['blocked', 'cancelled', 'done', 'in-progress', 'open']);

export const criterionLineSchema = () =>
  z.strictObject({
    text: text,
    done: z.boolean().nullable(),
  });

export const gateLineSchema = () =>
  z.strictObject({
    text: text,
    command: text.nullable(),
  });

export const draftLineSchema = () =>
  z.strictObject({
    path: text,
    change: z.enum(['change', 'create', 'remove']),
  });

export const dialectNameSchema = () =>
  z.enum([
    'backlog-md',
    'checkbox-tasks',
    'cursor-plan',
    'kiro',
    'openspec',
    'reference-tasks',
    'snarktank',
    'spec-kit',
  ]);

export const placeSchema = () =>
  z.strictObject({
    key: text,
    id: text.nullable(),
    title: text,
    path: text,
    line: z.number(),
  });

const itemKindSchema = () =>
  z.enum(['backlog-item', 'epic', 'hotfix', 'lane', 'milestone', 'phase', 'plan-item', 'story', 'subtask', 'task']);

const spanSchema = () =>
  z.strictObject({
    start: z.number(),
    end: z.number(),
  });

const occurrenceSchema = () =>
  z.strictObject({
    line: z.number().describe('1-based'),
    form: text.describe('Reader\'s name of the shape, e.g. "row", "lane", "heading", "T1"'),
    status: planStatusSchema(),
    statusText: text.nullable().describe("The author's words for the status, null where none are written"),
    title: text,
  });

const criterionSchema = () =>
  z.strictObject({
    text: text,
    done: z.boolean().nullable().describe('null: written without a box'),
    line: z.number().describe('1-based'),
    box: spanSchema().nullable().describe('The one character inside the box, where there is one'),
    command: text.nullable().describe('Commands named by the criterion itself, e.g. a gate "`npm test` passes"'),
  });

export const itemSchema = () =>
  z.strictObject({
    key: text.describe(
      'Document path + id + normalised title, without id document path + heading path + title. Unique in a snapshot',
    ),
    path: text,
    id: text.nullable().describe('As written; null where the author gave none'),
    normalId: text.nullable().describe('`id` normalised for comparing (hyphen kinds, case, padding), null without id'),
    title: text,
    kind: itemKindSchema(),
    status: planStatusSchema(),
    statusText: text
      .nullable()
      .describe("The author's words for the status, null where none are written (then `status` is open)"),
    statusSite: z
      .strictObject({
        span: spanSchema(),
        words: z.strictObject({
          cancelled: text.nullable(),
          blocked: text.nullable(),
          open: text.nullable(),
          'in-progress': text.nullable(),
          done: text.nullable(),
        }),
      })
      .nullable()
      .describe('Where `set status` writes; null: this document cannot say it (read only)'),
    line: z.number().describe('1-based line of the primary occurrence'),
    span: spanSchema().describe('The primary occurrence with everything that belongs to it'),
    titleSpan: spanSchema(),
    occurrences: z.array(occurrenceSchema()),
    parent: text.nullable().describe('Key of the phase, lane, epic or task it belongs to'),
    priority: z
      .strictObject({
        value: text,
        text: text,
        span: spanSchema(),
      })
      .nullable(),
    moscow: z
      .strictObject({
        value: text,
        text: text,
        span: spanSchema(),
      })
      .nullable(),
    points: z
      .strictObject({
        value: z.number(),
        text: text,
        span: spanSchema(),
      })
      .nullable(),
    score: z
      .strictObject({
        value: z.number(),
        text: text,
        span: spanSchema(),
      })
      .nullable(),
    scoreParts: z.record(z.string(), z.number()).nullable(),
    estimate: z
      .strictObject({
        value: text,
        text: text,
        span: spanSchema(),
      })
      .nullable(),
    dependencies: z.array(
      z.strictObject({
        kind: z.enum(['blocks', 'item', 'phase', 'prose', 'range']),
        text: text,
        targets: z.array(text),
        span: spanSchema(),
      }),
    ),
    dependencySite: spanSchema()
      .nullable()
      .describe('Place of the dependency value (for adding one), null where the shape has none'),
    autoAdvance: z
      .strictObject({
        value: z.boolean(),
        text: text,
        span: spanSchema(),
      })
      .nullable(),
    pauseAfter: z
      .strictObject({
        value: z.boolean(),
        text: text,
        span: spanSchema(),
      })
      .nullable(),
    smartPause: z
      .strictObject({
        value: z.boolean(),
        text: text,
        span: spanSchema(),
      })
      .nullable(),
    readyPrompt: text.nullable(),
    timeLimit: z
      .strictObject({ value: z.number().nullable(), text: text, span: spanSchema() })
      .nullable()
      .exactOptional()
      .describe('How long one try may take, in ms; 0: as long as it likes; value null: what is written is no time'),
    commands: z.array(
      z.strictObject({
        text: text.describe('One or more shell lines, as written in the fence or code span'),
        line: z.number().describe('1-based'),
        span: spanSchema(),
      }),
    ),
    criteria: z.array(criterionSchema()),
    gates: z.array(criterionSchema()),
    tests: z.array(criterionSchema()),
    description: text.nullable(),
    doNext: text
      .nullable()
      .exactOptional()
      .describe('The author\'s next step ("do_next"), where the document has such a field'),
    owner: z
      .strictObject({
        value: text,
        text: text,
        span: spanSchema(),
      })
      .nullable(),
    humanRequired: z.boolean(),
    type: text.nullable().describe('Written type of work ("documentation", "bug", "database"), null if none'),
    prd: text.nullable().describe('Path or name of the linked PRD as written'),
    dates: z
      .record(
        z.string(),
        z.strictObject({
          value: text,
          text: text,
          span: spanSchema(),
        }),
      )
      .describe('Dates as written, by their field name: started_at, completed_at, last_updated, …'),
    progress: z
      .strictObject({
        value: text,
        text: text,
        span: spanSchema(),
      })
      .nullable()
      .describe('Progress as written ("3/8", "40%")'),
    parallel: z.boolean().describe('May run beside its siblings ([P] and the like)'),
    optional: z.boolean(),
    labels: z.array(text).describe("Author's labels, epics, stories"),
  });

export const inProgressSchema = () =>
  z.strictObject({
    limit: z.number(),
    over: z.boolean(),
    items: z.array(placeSchema()),
  });
