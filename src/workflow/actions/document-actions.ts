// New documents: a backlog for a workspace without one.
import * as z from 'zod';
import { err, ok } from '../../model/result';
import { newBacklog } from '../../plan/compose/new-backlog';
import { defineAction } from '../action';
import { laneNames, today } from '../generate/sources';
import { createBacklogOutput } from '../outputs/document-outputs';

const DEFAULT_BACKLOG = 'docs/backlog.md';

export const createBacklog = defineAction({
  name: 'create-backlog',
  title: 'Create Backlog',
  description: 'Creates an empty backlog document with lanes and a table.',
  effect: 'write',
  input: z.strictObject({ path: z.string().optional().describe('Where, relative to the workspace') }),
  output: createBacklogOutput,
  positional: ['path'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const path = input.path ?? workspace.config().paths.backlog ?? DEFAULT_BACKLOG;
    const standing = workspace.plan.snapshot().documents.find((document) => document.kind === 'backlog');
    if (input.path === undefined && standing !== undefined) {
      return err({
        kind: 'invalid-input',
        field: 'path',
        message: `this workspace has a backlog already: ${standing.path}`,
      });
    }
    const created = await workspace.documents.create(path, newBacklog(today(), laneNames(workspace)));
    if (!created.ok) return created;
    await workspace.plan.open();
    return ok({ path });
  },
});
