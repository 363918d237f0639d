// The rest of the workflow behind one tool: a tool for each action would take more room in every request of a model than
// its work. What only a person may say is not taken: approvals, force, a status that gates decide.
import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { err, ok, type Result } from '../model/result';
import type { Failure } from '../model/failure';
import type { AnyAction } from '../workflow/actions';
import type { At } from './at';
import { jsonOf } from './tool-schemas';
import { answer, perform, refusal } from './tools';

/** Approving, answering, skipping, ticking and care of the record stay with people. */
const OFFERED: ReadonlySet<string> = new Set([
  'start',
  'continue',
  'execute',
  'pause',
  'ship',
  'update-status',
  'start-work',
  'progress',
  'stale',
  'in-progress',
  'dependency',
  'hygiene',
  'rescore',
  'lanes',
  'queue',
  'checklist',
  'sprint',
  'goal',
  'roadmap',
  'history',
]);

/** Approving, going on over what is in the way, running without being asked: never an agent's to say. */
const PERSONS_OWN: Readonly<Record<string, unknown>> = { approve: false, force: false, smartPause: true };
/** Of an item or a task. Done is what gates find; of a PRD its status says what a person thinks of it. */
const AGENTS_STATUSES: ReadonlySet<string> = new Set(['open', 'todo', 'in-progress', 'blocked']);

const input = z.strictObject({ name: z.string().optional(), input: z.record(z.string(), z.unknown()).optional() });

export function registerWorkflow(server: McpServer, at: At, actions: readonly AnyAction[], client: () => string): void {
  const offered = new Map(actions.filter(({ name }) => OFFERED.has(name)).map((action) => [action.name, action]));
  server.registerTool(
    'workflow',
    {
      title: 'Workflow',
      description:
        'Other actions by name: start, continue, execute, ship, sprint, goal, checklist … Without a name lists them with their inputs.',
      inputSchema: input,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    async ({ name, input: given = {} }, context) => {
      if (name === undefined) return answer({ actions: [...offered.values()].map(described) });
      const action = offered.get(name);
      if (action === undefined) {
        const message = `is none of ${[...offered.keys()].join(', ')}`;
        return refusal({ kind: 'invalid-input', field: 'name', message });
      }
      const taken = takenFrom(action, given);
      return taken.ok ? perform(at, action, taken.value, client(), context) : refusal(taken.error);
    },
  );
}

/** What an agent may say to an action. */
function schemaFor({ name, input: whole }: AnyAction): z.ZodObject {
  const isPersons = (field: string): boolean => field in PERSONS_OWN || (name === 'update-status' && field === 'prd');
  return z.strictObject(Object.fromEntries(Object.entries(whole.shape).filter(([field]) => !isPersons(field))));
}

const described = (action: AnyAction): Record<string, unknown> => ({
  name: action.name,
  description: action.description,
  writes: action.effect !== 'read',
  input: jsonOf(schemaFor(action), 'input'),
});

function takenFrom(action: AnyAction, given: Record<string, unknown>): Result<Record<string, unknown>, Failure> {
  const schema = schemaFor(action);
  const checked = schema.safeParse(given);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const field = issue?.path.join('.') ?? '';
    const known = Object.keys(schema.shape).join(', ');
    const message = `${issue?.message ?? 'is not valid'}. It takes: ${known}`;
    return err({ kind: 'invalid-input', field: field === '' ? action.name : field, message });
  }
  const status = checked.data['status'];
  if (action.name === 'update-status' && (typeof status !== 'string' || !AGENTS_STATUSES.has(status))) {
    const message = `is one of ${[...AGENTS_STATUSES].join(', ')} for an agent; complete-task hands a task in, its gates decide`;
    return err({ kind: 'invalid-input', field: 'status', message });
  }
  const own = Object.entries(PERSONS_OWN).filter(([field]) => field in action.input.shape);
  return ok({ ...checked.data, ...Object.fromEntries(own) });
}
