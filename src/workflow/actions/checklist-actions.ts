// checklist: the guide's three checklists, checked by looking instead of by hand.
import * as z from 'zod';
import { ok } from '../../model/result';
import { defineAction } from '../action';
import { judgeChecklists } from '../checklist/checklists';
import { gatherFacts } from '../checklist/facts';
import { checklistOutput } from '../outputs/checklist-outputs';

const LISTS = { task: 'Task Execution', workflow: 'Workflow Management', solo: 'Solo Development' } as const;

export const checklist = defineAction({
  name: 'checklist',
  title: 'Show Checklists',
  description:
    'The checklists for task execution, workflow management and solo development, each point with what shows it.',
  effect: 'read',
  input: z.strictObject({
    list: z.enum(['task', 'workflow', 'solo']).optional().describe('Only this one of the three'),
  }),
  output: checklistOutput,
  positional: ['list'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const judged = judgeChecklists(await gatherFacts(workspace, Date.now()));
    const checklists = judged.filter(({ name }) => input.list === undefined || name === LISTS[input.list]);
    const points = checklists.flatMap((each) => each.points);
    const count = (status: string): number => points.filter((point) => point.status === status).length;
    return ok({ ok: count('ok'), missing: count('missing'), unknown: count('unknown'), checklists });
  },
});
