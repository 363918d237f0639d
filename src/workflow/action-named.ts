// One action by its name without loading the others: a terminal that is asked for a list needs nothing of shipping.
// A test keeps this table the same as the list of all actions.
import type { AnyAction } from './actions';

/** Where each action is declared, and the names declared there. */
const DECLARED: readonly { readonly names: readonly string[]; readonly load: () => Promise<object> }[] = [
  { names: ['list', 'next', 'show', 'set', 'tick'], load: () => import('./actions/plan-actions') },
  { names: ['status', 'history', 'output'], load: () => import('./actions/record-actions') },
  { names: ['start'], load: () => import('./actions/start-actions') },
  {
    names: ['execute', 'continue', 'pause', 'stop', 'cancel', 'skip', 'retry', 'retry-from', 'answer', 'approve'],
    load: () => import('./actions/run-actions'),
  },
  {
    names: [
      'update-status',
      'start-work',
      'progress',
      'complete',
      'stale',
      'in-progress',
      'dependency',
      'hygiene',
      'rescore',
      'lanes',
      'queue',
    ],
    load: () => import('./actions/status-actions'),
  },
  { names: ['checklist'], load: () => import('./actions/checklist-actions') },
  { names: ['sprint'], load: () => import('./actions/sprint-actions') },
  { names: ['goal', 'roadmap'], load: () => import('./actions/goal-actions') },
  {
    names: ['task', 'start-task', 'report-progress', 'complete-task', 'fail-task', 'ask-person', 'run-gates'],
    load: () => import('./actions/agent-actions'),
  },
  {
    names: ['remember', 'recall', 'context', 'keep-context', 'handover', 'memory', 'prime'],
    load: () => import('./actions/memory-actions'),
  },
  { names: ['place-prime'], load: () => import('./actions/place-actions') },
  { names: ['create-backlog'], load: () => import('./actions/document-actions') },
  { names: ['generate-prd', 'generate-tasks'], load: () => import('./actions/generate-actions') },
  { names: ['release-task'], load: () => import('./actions/claim-actions') },
  { names: ['enrich'], load: () => import('./actions/enrich-actions') },
  { names: ['ship'], load: () => import('./actions/ship-actions') },
  { names: ['doctor', 'export', 'import', 'forget'], load: () => import('./actions/maintenance-actions') },
];

/** Names of all actions, as they are loaded by. */
export const actionNames: readonly string[] = DECLARED.flatMap(({ names }) => names);

/** null: there is no action of this name. */
export async function actionNamed(name: string): Promise<AnyAction | null> {
  const declared = DECLARED.find(({ names }) => names.includes(name));
  if (declared === undefined) return null;
  const module = Object.values(await declared.load()) as readonly (AnyAction | undefined)[];
  return module.find((each) => each?.name === name) ?? null;
}
