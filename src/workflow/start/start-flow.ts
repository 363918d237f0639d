// `start` as durable stages: planned and shown, documents written, run begun. Each is kept before its effect, and each
// may happen twice without harm, so that whoever continues after a kill goes on exactly there.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import type { RunOptions, RunScope } from '../../model/run';
import { normalTitle } from '../../plan/graph/ids';
import type { Call, Stage, Workspace } from '../action';
import { draftDiff, draftLines, type DraftLine } from '../generate/drafts';
import { makeAll, missing } from '../generate/make-all';
import { runOutput, type RunOutput } from '../run-output';
import type { StartPlan } from './plan-start';

const START = 'start';

/** preview: waits for a yes. documents, run: was interrupted there. started: the run goes its own way. */
export type StartStage = 'preview' | 'documents' | 'run' | 'started' | 'dropped';

export interface StartOutput {
  readonly workflow: 'start';
  readonly id: string;
  readonly stage: StartStage;
  readonly item: StartPlan['item'];
  readonly prd: { readonly path: string | null; readonly decision: 'write' | 'skip'; readonly why: string };
  readonly tasks: string;
  readonly documents: readonly DraftLine[];
  readonly diff: string;
  /** What a tool does behind the documents, as a person approves it. */
  readonly commands: readonly string[];
  readonly openQuestions: readonly string[];
  /** What was found and done, a line each. */
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  /** What nobody said yet: a person may be asked once. */
  readonly missing: StartPlan['missing'];
  readonly run: RunOutput | null;
}

const keptPlan = z.object({
  item: z.object({ id: z.string(), title: z.string(), path: z.string(), isNew: z.boolean() }),
  decision: z.object({ prd: z.enum(['write', 'skip']), why: z.string() }),
  prdPath: z.string().nullable(),
  tasksPath: z.string(),
  itemKey: z.string().nullable().default(null),
  openQuestions: z.array(z.string()),
  drafts: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  commands: z
    .array(z.object({ program: z.literal('bd'), args: z.array(z.string()), text: z.string(), creates: z.string() }))
    .default([]),
  lines: z.array(z.string()),
  notes: z.array(z.string()),
  missing: z.array(z.enum(['points', 'score'])).default([]),
});
const kept = z.object({
  plan: keptPlan,
  options: z.object({
    autoAdvance: z.boolean(),
    smartPause: z.boolean(),
    contextPreserve: z.boolean(),
    concurrency: z.number(),
  }),
  run: z.string().nullable(),
});
type Kept = z.output<typeof kept>;

/** Keeps the plan and shows it. Without a database it is only shown. */
export function preview(
  workspace: Workspace,
  plan: StartPlan,
  options: RunOptions,
  by: string,
): { readonly id: string; readonly output: StartOutput } {
  const earlier = openStages(workspace).find(
    ({ data }) => data.plan.tasksPath === plan.tasksPath && data.plan.itemKey === plan.itemKey,
  );
  const id = earlier?.stage.id ?? `start-${plan.item.id}-${Date.now().toString(36)}`;
  const data: Kept = { plan: { ...plan, ...copied(plan) }, options, run: null };
  workspace.stages?.put({ id, kind: START, status: 'preview', data, by });
  return { id, output: outputOf(id, 'preview', data, null) };
}

const copied = (plan: StartPlan) => ({
  item: { ...plan.item },
  decision: { ...plan.decision },
  openQuestions: [...plan.openQuestions],
  drafts: plan.drafts.map((draft) => ({ ...draft })),
  commands: plan.commands.map((command) => ({ creates: '', ...command, args: [...command.args] })),
  lines: [...plan.lines],
  notes: [...plan.notes],
  missing: [...plan.missing],
});

/** Goes on from wherever the workflow stands, to the run. */
export async function goOn(workspace: Workspace, id: string, call: Call): Promise<Result<StartOutput, Failure>> {
  const { stages } = workspace;
  const stage = stages?.get(id) ?? null;
  const parsed = stage === null ? null : kept.safeParse(stage.data);
  if (stages === null || stage === null || parsed?.success !== true) return err({ kind: 'unknown-run', id });
  const { data } = parsed;
  const move = (status: StartStage, changed: Kept = data): void =>
    stages.put({ id, kind: START, status, data: changed, by: call.by });

  if (stage.status === 'preview' || stage.status === 'documents') {
    move('documents');
    call.progress('documents', 0.3);
    const { drafts, commands } = data.plan;
    const made = await makeAll(workspace, drafts, commands);
    if (!made.ok) {
      // A tool that did some of its part: the rest is done by going on.
      const half = commands.length > 0 && missing(workspace, commands).length < commands.length;
      // Else nothing was written; the plan no longer fits what stands there and is made anew next time.
      if (!half) move(made.error.kind === 'document-changed' ? 'dropped' : 'preview');
      return made;
    }
    move('run');
  }
  await workspace.plan.open();
  call.progress('run', 0.8);
  const started = await workspace.engine.start({
    scope: scopeOf(data.plan),
    options: data.options,
    requestKey: requestKeyOf(id),
    by: call.by,
  });
  if (!started.ok) return started;
  // It was begun before a kill and paused by the next host: the wish to go on is this one.
  if (workspace.engine.run(started.value.id)?.run.status === 'paused')
    await workspace.engine.wish({ kind: 'resume', runId: started.value.id }, call.by);
  const done = { ...data, run: started.value.id };
  move('started', done);
  const run = runOutput(workspace, started.value.id);
  return run.ok ? ok(outputOf(id, 'started', done, run.value)) : run;
}

const scopeOf = ({ itemKey, tasksPath }: Pick<StartPlan, 'itemKey' | 'tasksPath'>): RunScope =>
  itemKey === null ? { kind: 'document', path: tasksPath } : { kind: 'item', key: itemKey };

/** The run of a start is begun once, however often it is gone on with. */
export const requestKeyOf = (id: string): string => `start:${id}`;

export interface OpenStage {
  readonly stage: Stage;
  readonly data: Kept;
}

/** Starts that wait for a yes or were interrupted, latest first. */
export function openStages(workspace: Workspace): readonly OpenStage[] {
  return (workspace.stages?.list(START, 50) ?? []).flatMap((stage) => {
    if (stage.status === 'started' || stage.status === 'dropped') return [];
    const data = kept.safeParse(stage.data);
    return data.success ? [{ stage, data: data.data }] : [];
  });
}

/** The start of this idea or item that was cut off between its documents and its run; null: there is none. */
export function interrupted(workspace: Workspace, idea: string): OpenStage | null {
  const asked = normalTitle(idea);
  return (
    openStages(workspace).find(
      ({ stage, data: { plan } }) =>
        stage.status !== 'preview' &&
        (normalTitle(plan.item.title) === asked ||
          normalTitle(plan.item.id) === asked ||
          normalTitle(`${plan.item.id} ${plan.item.title}`) === asked),
    ) ?? null
  );
}

/** The start of an item that waits for a yes: its id is known to nobody else yet. Several: the latest. */
export const waitingFor = (workspace: Workspace, id: string): OpenStage | null =>
  openStages(workspace).find(
    ({ stage, data: { plan } }) =>
      stage.status === 'preview' && plan.item.isNew && normalTitle(plan.item.id) === normalTitle(id),
  ) ?? null;

/** The run of what was planned that has not ended; null: there is none. */
export function openRunOf(workspace: Workspace, plan: Pick<StartPlan, 'itemKey' | 'tasksPath'>): string | null {
  const wanted = JSON.stringify(scopeOf(plan));
  const open = workspace.engine
    .runs(50)
    .find((view) => view.run.endedAt === null && JSON.stringify(view.run.scope) === wanted);
  return open?.run.id ?? null;
}

/** A waiting start as it was shown. */
export const shownAgain = ({ stage, data }: OpenStage): StartOutput =>
  outputOf(stage.id, stage.status as StartStage, data, null);

function outputOf(id: string, stage: StartStage, { plan }: Kept, run: RunOutput | null): StartOutput {
  return {
    workflow: 'start',
    id,
    stage,
    item: plan.item,
    prd: { path: plan.prdPath, decision: plan.decision.prd, why: plan.decision.why },
    tasks: plan.tasksPath,
    documents: draftLines(plan.drafts),
    diff: draftDiff(plan.drafts),
    commands: plan.commands.map(({ text }) => text),
    openQuestions: plan.openQuestions,
    lines: plan.lines,
    notes: plan.notes,
    missing: plan.missing,
    run,
  };
}
