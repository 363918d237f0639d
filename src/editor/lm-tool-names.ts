// Which actions are language model tools, and what they are called there. A test keeps package.json true to it.

export const LM_TOOLS: ReadonlySet<string> = new Set([
  'next',
  'task',
  'start-task',
  'run-gates',
  'complete-task',
  'ask-person',
  'remember',
  'recall',
]);

/** `start-task` → `soloflow_start_task`. */
export const lmToolName = (name: string): string => `soloflow_${name.replaceAll('-', '_')}`;
