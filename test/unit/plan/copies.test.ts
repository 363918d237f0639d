// A task that stands in the list to plan by and in the list to execute by is offered once.
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { createPlan } from '../../../src/plan/plan-index';
import { MemoryDocuments } from './memory-documents';

const list = (first: string, second: string): string =>
  `# Task List: Thing\n\n### Task 1.1: Make it\n**Status**: ${first}\n**Priority**: High\n\n### Task 1.2: Ship it\n**Status**: ${second}\n**Dependencies**: Task 1.1\n`;
const LIST = 'active/Task-List-B-7-Thing.md';
const EXECUTION = 'active/execution/Execution-B-7-Thing.md';

async function open(texts: Readonly<Record<string, string>>) {
  const documents = new MemoryDocuments(texts);
  const plan = createPlan(documents, { config: () => configSchema.parse({}), debounceMs: 1 });
  await plan.open();
  return { documents, plan, ready: () => plan.ready().map((item) => `${item.path} ${item.id}`) };
}

describe('two lists of one backlog item', () => {
  it('offer each task once, from the list to execute by, and follow it', async () => {
    const { documents, plan, ready } = await open({
      [LIST]: list('Pending', 'Pending'),
      [EXECUTION]: list('Pending', 'Pending'),
    });
    expect(ready()).toEqual([`${EXECUTION} Task 1.1`]);
    expect(plan.next(5)).toHaveLength(1);
    expect(plan.snapshot().problems).toEqual([]);
    documents.put(EXECUTION, list('Completed', 'Pending'));
    await plan.open();
    expect(ready()).toEqual([`${EXECUTION} Task 1.2`]);
    // The other list was not told: that is said, and its tasks are still not handed out.
    expect(plan.snapshot().problems.map(({ code, path, line }) => [code, path, line])).toEqual([
      ['conflicting-fields', LIST, 3],
    ]);
    documents.put(EXECUTION, null);
    await plan.open();
    expect(ready()).toEqual([`${LIST} Task 1.1`]);
    expect(plan.snapshot().problems).toEqual([]);
  });

  it('tasks of another title or another backlog item are others', async () => {
    const other = await open({
      [LIST]: list('Pending', 'Pending'),
      [EXECUTION]: list('Pending', 'Pending').replace('Make it', 'Prepare the ground'),
    });
    expect(other.ready()).toEqual([`${LIST} Task 1.1`, `${EXECUTION} Task 1.1`]);
    const apart = await open({
      [LIST]: list('Pending', 'Pending'),
      'Execution-B-8-Other.md': list('Pending', 'Pending'),
    });
    expect(apart.ready()).toHaveLength(2);
  });
});
