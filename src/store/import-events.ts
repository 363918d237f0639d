// What each event of an exported log must look like; a type or a field that is new in the union is missing here and does
// not compile.
import * as z from 'zod';
import type { RunEvent } from '../model/run-event';
import { byWord, type RowShapes, type Whole } from './import-rows';

type EventShapes = { readonly [T in RunEvent['type']]: Whole<Extract<RunEvent, { type: T }>> };

export function eventShape(rows: RowShapes): z.ZodType<RunEvent> {
  const text = z.string();
  const orNull = text.nullable();
  const about = { runId: text.min(1), at: z.int(), actor: text };
  const ofTask = { ...about, taskKey: text };
  const ofAttempt = { ...ofTask, attemptId: text.min(1) };
  const yes = z.literal(true).exactOptional();
  const { claim, spec, options, gate } = rows;
  const type = <T extends RunEvent['type']>(word: T) => ({ type: z.literal(word) });

  const shapes: EventShapes = {
    'run-created': z.looseObject({ ...type('run-created'), ...about, run: rows.run }),
    'run-started': z.looseObject({ ...type('run-started'), ...about, options: options.exactOptional() }),
    'run-paused': z.looseObject({ ...type('run-paused'), ...about, reason: text, ended: yes }),
    'run-resumed': z.looseObject({
      ...type('run-resumed'),
      ...about,
      options: options.exactOptional(),
      waits: yes,
      afresh: yes,
    }),
    'run-cancelling': z.looseObject({ ...type('run-cancelling'), ...about, reason: text.exactOptional() }),
    'run-ended': z.looseObject({
      ...type('run-ended'),
      ...about,
      status: z.enum(['succeeded', 'failed', 'cancelled']),
      reason: orNull,
    }),
    readiness: z.looseObject({
      ...type('readiness'),
      ...about,
      name: text,
      status: z.enum(['checking', 'starting', 'ready', 'skipped', 'degraded']),
      detail: text,
    }),
    'task-added': z.looseObject({ ...type('task-added'), ...ofTask, spec }),
    'task-changed': z.looseObject({ ...type('task-changed'), ...ofTask, spec }),
    'task-removed': z.looseObject({ ...type('task-removed'), ...ofTask }),
    'task-renamed': z.looseObject({ ...type('task-renamed'), ...ofTask, newKey: text, spec }),
    'task-done-by-hand': z.looseObject({ ...type('task-done-by-hand'), ...ofTask }),
    'task-marked-by-hand': z.looseObject({
      ...type('task-marked-by-hand'),
      ...ofTask,
      status: z.enum(['done', 'cancelled']).nullable(),
    }),
    'task-ready': z.looseObject({ ...type('task-ready'), ...ofTask, again: z.literal(true).exactOptional() }),
    'task-waiting': z.looseObject({
      ...type('task-waiting'),
      ...ofTask,
      reason: text,
      again: z.literal(true).exactOptional(),
    }),
    'attempt-started': z.looseObject({
      ...type('attempt-started'),
      ...ofAttempt,
      n: z.int(),
      kind: rows.attemptKind,
      idempotencyKey: text,
      epoch: z.int(),
      command: orNull,
      cwd: orNull,
      dir: orNull,
      deadlineAt: z.number().nullable(),
      host: text.exactOptional(),
    }),
    'attempt-process': z.looseObject({
      ...type('attempt-process'),
      ...ofAttempt,
      pid: z.int(),
      processStart: text,
      bootId: text,
      dir: text,
    }),
    'attempt-adopted': z.looseObject({ ...type('attempt-adopted'), ...ofAttempt, epoch: z.int() }),
    'attempt-ended': z.looseObject({
      ...type('attempt-ended'),
      ...ofAttempt,
      outcome: rows.outcome,
      exitCode: z.int().nullable(),
      signal: orNull,
      error: orNull,
    }),
    'gates-started': z.looseObject({
      ...type('gates-started'),
      ...ofAttempt,
      gates: z.array(gate),
      goesOn: z.literal(true).exactOptional(),
    }),
    'gate-result': z.looseObject({ ...type('gate-result'), ...ofAttempt, result: rows.gateResult }),
    'task-succeeded': z.looseObject({
      ...type('task-succeeded'),
      ...ofTask,
      verification: rows.verification,
      unchecked: z.array(text).exactOptional(),
    }),
    'task-failed': z.looseObject({ ...type('task-failed'), ...ofTask, reason: text }),
    'retry-scheduled': z.looseObject({
      ...type('retry-scheduled'),
      ...ofTask,
      nextAt: z.number(),
      category: text,
      retry: z.int().exactOptional(),
      retries: z.int().exactOptional(),
    }),
    'task-skipped': z.looseObject({ ...type('task-skipped'), ...ofTask, reason: text }),
    'task-cancelled': z.looseObject({ ...type('task-cancelled'), ...ofTask }),
    'task-cancelling': z.looseObject({
      ...type('task-cancelling'),
      ...ofTask,
      next: z.enum(['cancelled', 'skipped', 'ready']),
      reason: text,
    }),
    'hotfix-created': z.looseObject({ ...type('hotfix-created'), ...ofTask, spec }),
    'pause-opened': z.looseObject({ ...type('pause-opened'), ...about, pause: rows.pause }),
    'pause-answered': z.looseObject({ ...type('pause-answered'), ...about, pauseId: text, answer: rows.answer }),
    'pause-applied': z.looseObject({ ...type('pause-applied'), ...about, pauseId: text }),
    'edit-queued': z.looseObject({
      ...type('edit-queued'),
      ...ofTask,
      editId: text,
      path: text,
      change: rows.change,
    }),
    'edit-applied': z.looseObject({ ...type('edit-applied'), ...ofTask, editId: text, result: text }),
    'claim-changed': z.looseObject({ ...type('claim-changed'), ...ofTask, claim: claim.nullable(), reason: text }),
    note: z.looseObject({ ...type('note'), ...ofTask, text }),
  };
  return byWord('type', shapes);
}
