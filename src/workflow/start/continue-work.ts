// What `continue` means now: an interrupted start or ship, a run that waits or was cut off, a start that waits for a yes.
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import { normalId } from '../../plan/graph/ids';
import type { Call, Stage, Workspace } from '../action';
import { approveCommands } from '../generate/make-all';
import { findRun } from '../resolve';
import { runOutput, type RunOutput } from '../run-output';
import { cutShips, finishShip } from '../ship/ship-flow';
import { goOn, openStages, requestKeyOf, shownAgain, type OpenStage, type StartOutput } from './start-flow';

type Way =
  | { readonly kind: 'ship'; readonly stage: Stage }
  | { readonly kind: 'start'; readonly stage: OpenStage }
  | { readonly kind: 'run'; readonly runId: string; readonly title: string; readonly why: RunWhy };

/** A ship whose documents stand now. */
export interface ShippedOutput {
  readonly workflow: 'shipped';
  readonly id: string;
  readonly paths: readonly string[];
}
export interface ContinueWish {
  /** Which run, item or start. */
  readonly run?: string | undefined;
  readonly yes: boolean;
  /** A person says yes to the tool's commands of a start. */
  readonly approve: boolean;
}
type Continued = RunOutput | StartOutput | ShippedOutput;

/** Several ways and none asked for: a failure that names them all, interrupted ones first. */
export async function continueWork(
  workspace: Workspace,
  wish: ContinueWish,
  call: Call,
): Promise<Result<Continued, Failure>> {
  const asked = wish.run;
  const ways = waysOf(workspace);
  if (asked !== undefined) {
    const stage = ways.find(
      (way) => (way.kind === 'start' && isAsked(way.stage, asked)) || (way.kind === 'ship' && way.stage.id === asked),
    );
    if (stage !== undefined) return goWay(workspace, stage, wish, call);
    const found = findRun(workspace, runAsked(workspace, asked) ?? asked);
    return found.ok ? resume(workspace, found.value.run.id, call) : found;
  }
  const [only] = ways;
  if (only === undefined) return err({ kind: 'nothing-to-run', what: 'the last run', why: 'nothing-open' });
  if (ways.length > 1) return err({ kind: 'ambiguous-item', asked: 'continue', candidates: ways.map(wordsOf) });
  return goWay(workspace, only, wish, call);
}

function waysOf(workspace: Workspace): readonly Way[] {
  const stages = openStages(workspace).map((stage): Way => ({ kind: 'start', stage }));
  const cut = stages.filter((way) => way.kind === 'start' && way.stage.stage.status !== 'preview');
  const waiting = stages.filter((way) => !cut.includes(way));
  // The run of a start that was cut off right behind its beginning is that start's own.
  const own = new Set(stages.flatMap((way) => (way.kind === 'start' ? [requestKeyOf(way.stage.stage.id)] : [])));
  const runs = workspace.engine
    .continuations()
    .filter(({ runId }) => !own.has(workspace.engine.run(runId)?.run.requestKey ?? ''))
    .map(({ runId, title, why }): Way => ({ kind: 'run', runId, title, why }));
  const ships = cutShips(workspace).map((stage): Way => ({ kind: 'ship', stage }));
  return [...ships, ...cut, ...runs, ...waiting];
}

/** Something that `continue` can take up, for a person to choose from; interrupted ones come first. */
export interface OpenWay {
  /** What `continue` is told. */
  readonly id: string;
  readonly kind: Way['kind'];
  /** Of a run and a start; of a ship what it is called by. */
  readonly title: string;
  readonly why: RunWhy | 'interrupted' | 'waits for --yes';
}
type RunWhy = ReturnType<Workspace['engine']['continuations']>[number]['why'];

export const openWays = (workspace: Workspace): readonly OpenWay[] => waysOf(workspace).map(openWay);

function openWay(way: Way): OpenWay {
  if (way.kind === 'run') return { id: way.runId, kind: 'run', title: way.title, why: way.why };
  if (way.kind === 'ship') return { id: way.stage.id, kind: 'ship', title: way.stage.id, why: 'interrupted' };
  const { stage, data } = way.stage;
  const why = stage.status === 'preview' ? 'waits for --yes' : 'interrupted';
  return { id: stage.id, kind: 'start', title: data.plan.item.title, why };
}

function wordsOf(way: Way): string {
  const { id, kind, title, why } = openWay(way);
  return kind === 'ship' ? `${id} (${why})` : `${id} ${title} (${why})`;
}

const isAsked = ({ stage, data }: OpenStage, asked: string): boolean =>
  stage.id === asked || normalId(data.plan.item.id) === normalId(asked);

/** "B-005": the open run of that item's tasks. */
function runAsked(workspace: Workspace, asked: string): string | null {
  const id = normalId(asked);
  const paths = new Set(
    workspace.plan
      .snapshot()
      .documents.filter((each) => each.belongsTo === id)
      .map((each) => each.path),
  );
  const open = workspace.engine
    .runs(50)
    .filter((view) => view.run.endedAt === null && view.tasks.some((task) => paths.has(task.spec.path)));
  return open.length === 1 ? (open[0]?.run.id ?? null) : null;
}

async function goWay(
  workspace: Workspace,
  way: Way,
  { yes, approve }: ContinueWish,
  call: Call,
): Promise<Result<Continued, Failure>> {
  if (way.kind === 'run') return resume(workspace, way.runId, call);
  if (way.kind === 'ship') {
    const paths = await finishShip(workspace, way.stage, call);
    return paths.ok ? ok({ workflow: 'shipped', id: way.stage.id, paths: paths.value }) : paths;
  }
  const { stage } = way.stage;
  // What was said yes to once is not asked again.
  if (approve) approveCommands(workspace, way.stage.data.plan.commands, call);
  if (stage.status === 'preview' && !yes) return ok(shownAgain(way.stage));
  return goOn(workspace, stage.id, call);
}

async function resume(workspace: Workspace, runId: string, call: Call): Promise<Result<RunOutput, Failure>> {
  const done = await workspace.engine.wish({ kind: 'resume', runId }, call.by);
  return done.ok ? runOutput(workspace, runId) : done;
}
