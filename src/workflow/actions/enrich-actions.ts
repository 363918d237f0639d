// Enrich: what a language model or a configured agent would add to a PRD or a task list, as a diff that waits for a yes.
import * as z from 'zod';
import { defineAction } from '../action';
import { enrichDocument } from '../enrich/enrich-flow';
import { recorded } from '../recorded';
import { enrichOutput } from '../outputs/enrich-outputs';

export const enrich = defineAction({
  name: 'enrich',
  title: 'Enrich Document…',
  description:
    'Asks the language model of the editor, or the configured agent, what it would add to a PRD or a task list; shown as a diff, written on a yes.',
  effect: 'write',
  input: z.strictObject({
    document: z.string().min(1).describe('PRD or task list: path or file name; or the id of its backlog item'),
    wish: z.string().optional().describe('What it should look at in particular'),
    approve: z.boolean().default(false).describe("Approve exactly the agent's command line; for people only"),
    yes: z.boolean().default(false).describe('Write what was shown last; without this it is asked and shown'),
  }),
  output: enrichOutput,
  positional: ['document'],
  surfaces: ['palette', 'cli'],
  run: (workspace, input, call) =>
    recorded(() =>
      enrichDocument(
        workspace,
        { target: input.document, wish: input.wish ?? null, approve: input.approve, yes: input.yes },
        call,
      ),
    ),
});
