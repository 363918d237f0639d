// The contract of `list --json`: its published schema, and what a snapshot becomes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { configSchema } from '../../../src/model/config';
import type { PlanDocument } from '../../../src/model/plan';
import { createPlan } from '../../../src/plan/plan-index';
import type { Dialect } from '../../../src/plan/read/dialect';
import { KeyMaker, makeItem } from '../../../src/plan/read/item';
import type { Plan } from '../../../src/plan/ports';
import { toListJson } from '../../../src/workflow/list-json';
import { listOutput } from '../../../src/workflow/outputs/list-output';
import { MemoryDocuments } from './memory-documents';

const SCHEMA_FILE = path.resolve(import.meta.dirname, '../../../docs/list.schema.json');
const current = `${JSON.stringify(z.toJSONSchema(listOutput()), null, 2)}\n`;
if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(SCHEMA_FILE, current);

const plans: Plan[] = [];
afterEach(() => {
  for (const plan of plans.splice(0)) plan.dispose();
});

async function listOf(texts: Record<string, string>, dialects?: readonly Dialect[]) {
  const plan = createPlan(new MemoryDocuments(texts), {
    config: () => configSchema.parse({}),
    ...(dialects === undefined ? {} : { dialects }),
  });
  plans.push(plan);
  return toListJson(await plan.open());
}

/** A reader that finds one backlog item at three places, one of them saying something else. */
const threePlaces: Dialect = {
  id: 'reference-backlog',
  claim: () => 1,
  read({ path }): PlanDocument {
    const span = { start: 0, end: 4 };
    const place = (line: number, form: string, statusText: string | null, title: string) => ({
      line,
      form,
      status: statusText === 'done' ? ('done' as const) : ('open' as const),
      statusText,
      title,
    });
    const item = makeItem(new KeyMaker(), {
      path,
      id: 'B\u20111060',
      title: 'Academic Citations',
      kind: 'backlog-item',
      line: 30,
      span,
      titleSpan: span,
      status: 'done',
      statusText: 'done',
      priority: { value: '🔥', text: '🔥', span },
      points: { value: 3.5, text: '3.5', span },
      score: { value: 7.5, text: '7.5', span },
      scoreParts: { bv: 5, tc: 4, rr: 5, le: 4, effort: 2 },
      criteria: [{ text: 'It cites', done: null, line: 33, box: null, command: null }],
      commands: [{ text: 'npm test', line: 34, span }],
      occurrences: [
        place(30, 'row', 'done', 'Academic Citations'),
        place(4, 'lane', null, 'Academic Citations'),
        place(12, 'heading', 'todo', 'Academic Citations (Gate)'),
      ],
    });
    return {
      path,
      dialect: 'reference-backlog',
      kind: 'backlog',
      title: 'Backlog',
      items: [item],
      claimed: { value: 2, text: '2', span },
      problems: [],
      belongsTo: null,
      appendSite: null,
      status: null,
    };
  },
};

describe('list --json', () => {
  it('has its schema published in docs (UPDATE_SCHEMA=1 writes it anew)', () => {
    expect(existsSync(SCHEMA_FILE) ? readFileSync(SCHEMA_FILE, 'utf8') : '').toBe(current);
  });

  it('holds what its schema says', async () => {
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(JSON.parse(current) as object);
    const list: unknown = JSON.parse(
      JSON.stringify(
        await listOf({
          'tasks.md':
            '# Tasks\n\n- [ ] T1: One (depends on T9)\n- [?] T2: Two (depends on T1, some decision)\n- [x] T2: Other\n',
        }),
      ),
    );
    expect(validate(list) ? null : validate.errors).toBeNull();
    expect(validate({ ...(list as object), schema: 2 })).toBe(false);
  });

  it('gives one entry per place, with the status of that place and the lines of all', async () => {
    const list = await listOf({ 'backlog.md': 'B-1060\n'.repeat(40) }, [threePlaces]);
    const items = list.documents[0]?.items ?? [];
    expect(
      items.map(({ line, form, status, statusText, title }) => ({ line, form, status, statusText, title })),
    ).toEqual([
      { line: 4, form: 'lane', status: 'open', statusText: null, title: 'Academic Citations' },
      { line: 12, form: 'heading', status: 'open', statusText: 'todo', title: 'Academic Citations (Gate)' },
      { line: 30, form: 'row', status: 'done', statusText: 'done', title: 'Academic Citations' },
    ]);
    expect(new Set(items.map((item) => item.key)).size).toBe(1);
    expect(items.map((item) => item.lines)).toEqual([
      [4, 12, 30],
      [4, 12, 30],
      [4, 12, 30],
    ]);
    expect(items[0]).toMatchObject({
      id: 'B\u20111060',
      priority: '🔥',
      points: 3.5,
      score: 7.5,
      computedScore: { value: 9, formula: '(bv 5 + tc 4 + rr 5 + le 4) / effort 2' },
      commands: ['npm test'],
      criteria: [{ text: 'It cites', done: null, line: 33 }],
    });
    expect(list.documents[0]?.claimed).toBe(2);
    expect(list.problems.map(({ code, line }) => ({ code, line }))).toEqual([
      { code: 'claimed-total', line: 1 },
      { code: 'conflicting-fields', line: 12 },
    ]);
  });

  it('names dependencies as the items they lead to write themselves', async () => {
    const list = await listOf({ 'tasks.md': '# Tasks\n\n- [ ] T01: One\n- [ ] T02: Two (depends on t-1)\n' });
    const items = list.documents[0]?.items ?? [];
    expect(items[1]?.dependencies).toEqual(['T01']);
    expect(items[1]?.waitsFor).toEqual([items[0]?.key]);
  });

  it('lists only the documents asked for, with their problems', async () => {
    const plan = createPlan(
      new MemoryDocuments({
        'a/tasks.md': '- [ ] T1: One (depends on T7)\n',
        'b/tasks.md': '- [ ] T1: One (depends on T8)\n',
      }),
      { config: () => configSchema.parse({}) },
    );
    plans.push(plan);
    const list = toListJson(await plan.open(), { documents: ['b/tasks.md'] });
    expect(list.documents.map((document) => document.path)).toEqual(['b/tasks.md']);
    expect(list.problems.map((problem) => problem.path)).toEqual(['b/tasks.md']);
  });
});
