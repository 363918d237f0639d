// Every action there is. Surfaces read this list: palette commands, CLI subcommands, MCP tools.
import type * as z from 'zod';
import type { Action } from './action';
import { releaseTask } from './actions/claim-actions';
import { placePrime } from './actions/place-actions';
import { askPerson, claimTask, completeTask, failTask, reportProgress, runGates, task } from './actions/agent-actions';
import { checklist } from './actions/checklist-actions';
import { createBacklog } from './actions/document-actions';
import { enrich } from './actions/enrich-actions';
import { generatePrd, generateTasks } from './actions/generate-actions';
import { goal, roadmap } from './actions/goal-actions';
import { doctor, exportRecord, forget, importRecord } from './actions/maintenance-actions';
import { context, handover, keepContext, memory, prime, recallWords, rememberThis } from './actions/memory-actions';
import { list, next, set, show, tick } from './actions/plan-actions';
import { history, output, status } from './actions/record-actions';
import {
  answer,
  approve,
  cancel,
  continueRun,
  execute,
  pause,
  retry,
  retryFrom,
  skip,
  stop,
} from './actions/run-actions';
import { ship } from './actions/ship-actions';
import { sprint } from './actions/sprint-actions';
import { start } from './actions/start-actions';
import {
  complete,
  dependency,
  hygiene,
  inProgress,
  lanes,
  progress,
  queue,
  rescore,
  stale,
  startWork,
  updateStatus,
} from './actions/status-actions';

/** An action whose input and output types are known only to itself. */
export type AnyAction = Action<z.ZodObject, unknown>;

export const actions: readonly AnyAction[] = [
  list,
  next,
  show,
  set,
  tick,
  start,
  execute,
  continueRun,
  pause,
  stop,
  cancel,
  skip,
  retry,
  retryFrom,
  answer,
  approve,
  status,
  history,
  output,
  updateStatus,
  startWork,
  progress,
  complete,
  stale,
  inProgress,
  dependency,
  hygiene,
  rescore,
  lanes,
  queue,
  checklist,
  sprint,
  goal,
  roadmap,
  task,
  claimTask,
  releaseTask,
  reportProgress,
  completeTask,
  failTask,
  askPerson,
  runGates,
  rememberThis,
  recallWords,
  context,
  keepContext,
  handover,
  memory,
  prime,
  placePrime,
  createBacklog,
  generatePrd,
  generateTasks,
  enrich,
  ship,
  doctor,
  exportRecord,
  importRecord,
  forget,
];
