// What the rows of an exported run must look like. The compiler holds each shape against its type, and each list of words
// against its union: a word that is new there is missing here. Fields that are not known are let through.
import * as z from 'zod';
import type { Gate, GateResult, GateStatus, Verification } from '../model/gate';
import type { MemoryKind, MemoryRow } from '../model/memory';
import type { Answer, ChoiceId, Pause, PauseReason, Suggestion } from '../model/pause';
import type {
  Attempt,
  AttemptKind,
  AttemptOutcome,
  AttemptOutput,
  Claim,
  DocumentChange,
  DocumentEdit,
  Run,
  RunOptions,
  RunScope,
  RunStatus,
  TaskRun,
  TaskSpec,
  TaskState,
} from '../model/run';
import { RUN_TRANSITIONS, TASK_TRANSITIONS } from '../model/transitions';

/** A closed list of words, all of them. */
export const words = <W extends string>(all: Readonly<Record<W, unknown>>) => z.enum(Object.keys(all) as [W, ...W[]]);
/** A shape that says something of each field, also of those that may be missing. */
export type Whole<T> = z.ZodType<T> & { readonly shape: { readonly [K in keyof T]-?: unknown } };
/** A shape for each kind of a union. */
type Kinds<T extends { readonly kind: string }> = { readonly [K in T['kind']]: Whole<Extract<T, { kind: K }>> };
const union = <T extends { readonly kind: string }>(kinds: Kinds<T>): z.ZodType<T> => byWord('kind', kinds);

/** The shape that a thing's own word names. */
export function byWord<T>(name: string, shapes: Readonly<Record<string, z.ZodType>>): z.ZodType<T> {
  return z.custom<T>().superRefine((value, context) => {
    const word = z.looseObject({ [name]: z.string() }).safeParse(value).data?.[name];
    const shape = typeof word === 'string' && Object.hasOwn(shapes, word) ? shapes[word] : undefined;
    if (shape === undefined) {
      context.addIssue({ code: 'custom', path: [name], message: `"${String(word)}" is not known here` });
      return;
    }
    for (const { path, message } of shape.safeParse(value).error?.issues ?? []) {
      context.addIssue({ code: 'custom', path, message });
    }
  });
}

/** Made when something is read back: every start of the program loads this file, and few import anything. */
export function rowShapes() {
  const text = z.string();
  const orNull = text.nullable();
  const stamp = z.int();
  const stampOrNull = stamp.nullable();
  const texts = z.array(text);
  const kind = <K extends string>(word: K) => z.literal(word);
  const verification = words<Verification>({ verified: 0, unverified: 0, waived: 0 });
  const attemptKind = words<AttemptKind>({ shell: 0, agent: 0, person: 0, gate: 0 });
  const outcome = words<AttemptOutcome>({ ok: 0, error: 0, timeout: 0, cancelled: 0, 'gate-failed': 0, lost: 0 });
  const choice = words<ChoiceId>({
    continue: 0,
    done: 0,
    run: 0,
    skip: 0,
    retry: 0,
    hotfix: 0,
    waive: 0,
    fail: 0,
    stop: 0,
    approve: 0,
    'approve-all': 0,
    answer: 0,
  });

  const named = { name: text, boxes: texts.exactOptional() };
  const gate = union<Gate>({
    command: z.looseObject({ kind: kind('command'), ...named, command: text }),
    files: z.looseObject({
      kind: kind('files'),
      ...named,
      paths: texts,
      expect: z.enum(['exist', 'created', 'changed']),
    }),
    criteria: z.looseObject({ kind: kind('criteria'), ...named }),
    tests: z.looseObject({ kind: kind('tests'), ...named, command: orNull }),
    references: z.looseObject({ kind: kind('references'), ...named, paths: texts }),
    navigation: z.looseObject({ kind: kind('navigation'), ...named, paths: texts }),
    problems: z.looseObject({ kind: kind('problems'), ...named }),
    tree: z.looseObject({ kind: kind('tree'), ...named, expect: z.enum(['clean', 'committed']) }),
    person: z.looseObject({ kind: kind('person'), ...named, question: text }),
  });
  const gateKind = words<Gate['kind']>({
    command: 0,
    files: 0,
    criteria: 0,
    tests: 0,
    references: 0,
    navigation: 0,
    problems: 0,
    tree: 0,
    person: 0,
  });
  const gateResult: Whole<GateResult> = z.looseObject({
    gate: text,
    kind: gateKind,
    status: words<GateStatus>({ pass: 0, fail: 0, error: 0, waived: 0 }),
    detail: text,
    evidence: z.looseObject({
      command: text.exactOptional(),
      exitCode: z.number().nullable().exactOptional(),
      outputTail: text.exactOptional(),
      files: texts.exactOptional(),
      durationMs: z.number().exactOptional(),
      findings: texts.exactOptional(),
      tests: z.looseObject({ total: z.number(), failed: z.number(), skipped: z.number() }).exactOptional(),
    }),
    at: stamp,
  });

  const spec: Whole<TaskSpec> = z.looseObject({
    key: text,
    path: text,
    line: z.number(),
    id: orNull,
    title: text,
    kind: z.enum(['task', 'hotfix']),
    type: orNull,
    priority: orNull,
    autoAdvance: z.boolean().nullable(),
    pauseAfter: z.boolean().nullable(),
    readyPrompt: orNull,
    humanRequired: z.boolean(),
    personFor: text.exactOptional(),
    smartPause: z.looseObject({ value: z.boolean(), note: orNull }).exactOptional(),
    commands: texts,
    toolCommands: texts.exactOptional(),
    criteria: z.array(z.looseObject({ text, done: z.boolean().nullable() })),
    gates: z.array(gate),
    needs: texts,
    unresolved: texts,
    timeoutMs: z.number().nullable(),
    repairs: orNull,
    rank: z.number(),
    steps: texts.exactOptional(),
    evidence: text.exactOptional(),
    pending: z.literal(true).exactOptional(),
  });
  const options: Whole<RunOptions> = z.looseObject({
    autoAdvance: z.boolean(),
    smartPause: z.boolean(),
    contextPreserve: z.boolean(),
    concurrency: z.int().min(1),
    worker: z.boolean().exactOptional(),
  });
  const scope = union<RunScope>({
    document: z.looseObject({ kind: kind('document'), path: text }),
    item: z.looseObject({ kind: kind('item'), key: text }),
    only: z.looseObject({ kind: kind('only'), key: text }),
    from: z.looseObject({ kind: kind('from'), key: text }),
    selection: z.looseObject({ kind: kind('selection'), keys: texts }),
    ready: z.looseObject({ kind: kind('ready') }),
    sprint: z.looseObject({ kind: kind('sprint'), id: text }),
    goal: z.looseObject({ kind: kind('goal'), id: text }),
  });
  const run: Whole<Run> = z.looseObject({
    id: text.min(1),
    requestKey: text.min(1),
    title: text,
    scope,
    status: words<RunStatus>(RUN_TRANSITIONS),
    options,
    priority: z.number(),
    after: texts,
    createdAt: stamp,
    startedAt: stampOrNull,
    endedAt: stampOrNull,
    reason: orNull,
    failuresInARow: z.int(),
    revision: z.int(),
  });
  const claim: Whole<Claim> = z.looseObject({ by: text, session: text, at: stamp, until: z.number() });
  const task: Whole<TaskRun> = z.looseObject({
    runId: text,
    taskKey: text,
    spec,
    state: words<TaskState>(TASK_TRANSITIONS),
    attempt: z.int(),
    nextAt: z.number().nullable(),
    verification: verification.nullable(),
    reason: orNull,
    revision: z.int(),
    updatedAt: stamp,
    claim: claim.exactOptional(),
  });
  const attempt: Whole<Attempt> = z.looseObject({
    id: text.min(1),
    runId: text,
    taskKey: text,
    n: z.int(),
    kind: attemptKind,
    idempotencyKey: text,
    epoch: z.int(),
    command: orNull,
    cwd: orNull,
    dir: orNull,
    pid: z.int().nullable(),
    processStart: orNull,
    bootId: orNull,
    startedAt: stamp,
    deadlineAt: z.number().nullable(),
    endedAt: stampOrNull,
    outcome: outcome.nullable(),
    exitCode: z.int().nullable(),
    signal: orNull,
    error: orNull,
  });
  const output: Whole<AttemptOutput> = z.looseObject({
    attemptId: text,
    stream: z.enum(['out', 'err']),
    bytes: z.int(),
    truncated: z.boolean(),
    redactions: z.int(),
    head: text,
    tail: text,
  });

  const reason = union<PauseReason>({
    'your-turn': z.looseObject({ kind: kind('your-turn') }),
    'pause-after': z.looseObject({ kind: kind('pause-after'), prompt: orNull }),
    'no-auto-advance': z.looseObject({
      kind: kind('no-auto-advance'),
      why: z.enum(['explicit', 'priority', 'deployment', 'database']),
    }),
    'human-required': z.looseObject({ kind: kind('human-required') }),
    approval: z.looseObject({ kind: kind('approval'), commands: texts }),
    destructive: z.looseObject({ kind: kind('destructive'), command: text, rule: text }),
    credentials: z.looseObject({ kind: kind('credentials'), names: texts }),
    rule: z.looseObject({ kind: kind('rule'), rule: text, message: text }),
    'gate-failed': z.looseObject({ kind: kind('gate-failed'), gates: texts, detail: text }),
    'gate-person': z.looseObject({ kind: kind('gate-person'), gate: text, question: text }),
    unverified: z.looseObject({ kind: kind('unverified') }),
    'task-failed': z.looseObject({ kind: kind('task-failed'), detail: text, attempts: z.number() }),
    'failures-in-a-row': z.looseObject({
      kind: kind('failures-in-a-row'),
      tasks: texts,
      summary: texts.exactOptional(),
    }),
    'unresolved-dependency': z.looseObject({ kind: kind('unresolved-dependency'), names: texts }),
    recovery: z.looseObject({ kind: kind('recovery'), detail: text }),
    question: z.looseObject({ kind: kind('question'), question: text, by: text }),
  });
  const suggestion = union<Suggestion>({
    review: z.looseObject({ kind: kind('review'), path: text, line: z.number(), what: text }),
    do: z.looseObject({ kind: kind('do'), what: text }),
    fix: z.looseObject({ kind: kind('fix'), what: text, command: orNull }),
  });
  const answer: Whole<Answer> = z.looseObject({ choice, text: orNull, by: text, at: stamp });
  const pause: Whole<Pause> = z.looseObject({
    id: text.min(1),
    runId: text,
    taskKey: orNull,
    dedupeKey: text,
    reason,
    suggestion: suggestion.nullable(),
    choices: z.array(z.looseObject({ id: choice, takesText: z.boolean() })),
    default: choice,
    askedAt: stamp,
    answer: answer.nullable(),
    appliedAt: stampOrNull,
  });

  const change = union<DocumentChange>({
    'set-status': z.looseObject({
      kind: kind('set-status'),
      key: text,
      status: z.enum(['in-progress', 'done', 'blocked', 'cancelled', 'open']),
      from: z.enum(['in-progress', 'open']).exactOptional(),
    }),
    'tick-criteria': z.looseObject({
      kind: kind('tick-criteria'),
      key: text,
      lines: texts,
      done: z.literal(false).exactOptional(),
    }),
    'append-hotfix': z.looseObject({
      kind: kind('append-hotfix'),
      after: text,
      id: text,
      title: text,
      steps: texts,
      criteria: texts,
      evidence: text,
    }),
  });
  const edit: Whole<DocumentEdit> = z.looseObject({
    id: text.min(1),
    runId: text,
    taskKey: text,
    path: text,
    change,
    at: stamp,
    appliedAt: stampOrNull,
    result: orNull,
  });
  const memory: Whole<MemoryRow> = z.looseObject({
    id: text.min(1),
    kind: words<MemoryKind>({ decision: 0, note: 0, lesson: 0, fact: 0, context: 0 }),
    scope: text,
    taskKey: orNull,
    runId: orNull,
    sessionId: orNull,
    title: text,
    body: text,
    source: z.record(text, z.unknown()).nullable(),
    supersededBy: orNull,
    createdAt: stamp,
  });

  return {
    answer,
    attempt,
    attemptKind,
    change,
    claim,
    edit,
    gate,
    gateResult,
    memory,
    options,
    outcome,
    output,
    pause,
    run,
    spec,
    task,
    verification,
  };
}
export type RowShapes = ReturnType<typeof rowShapes>;
