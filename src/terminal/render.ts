// Outputs of actions as text for a terminal. JSON is printed as it is; this is for people.
import { visible } from '../model/visible';
import type { ListJson } from '../workflow/outputs/list-output';
import type { Forgotten, ImportCounts } from '../workflow/action';
import type { RunOutput } from '../workflow/run-output';
import type { ShipOutput } from '../workflow/ship/ship-flow';
import type { PlanStatus } from '../model/plan';
import type { Paint } from './paint';
import { renderForgotten, renderImported } from './render-care';
import { type EvidenceOutput, renderEvidence } from './render-evidence';
import { renderHistory } from './render-history';
import { renderMemory } from './render-memory';
import { pauseLines, waitLines } from './render-pause';
import { renderPlain } from './render-plain';
import { renderPlanning } from './render-planning';
import { renderShip } from './render-ship';
import { renderWritten } from './render-written';

const BOX: Readonly<Record<PlanStatus, string>> = {
  open: '[ ]',
  'in-progress': '[~]',
  blocked: '[!]',
  done: '[x]',
  cancelled: '[-]',
};

/** Text of an action's output. Actions without a form of their own are shown as indented JSON. */
export function renderOutput(action: string, output: unknown, paint: Paint): string {
  switch (action) {
    case 'list':
      return renderList(output as ListJson, paint);
    case 'next':
      return renderNext(output as NextOutput, paint);
    case 'status':
      return renderStatus(output as StatusOutput, paint);
    case 'approve':
      return renderApprove(output as ApproveOutput, paint);
    case 'set': {
      const set = output as {
        key: string;
        status: string;
        changed: boolean;
        command: string | null;
        path: string;
        line: number;
      };
      if (set.command !== null) return `${set.path}:${set.line}: ran ${set.command}`;
      return set.changed
        ? `${set.path}:${set.line} is now ${set.status}`
        : `${set.path}:${set.line} already was ${set.status}`;
    }
    case 'history':
      return renderHistoryOf(output as HistoryOutput, paint);
    case 'output':
      return renderEvidence(output as EvidenceOutput, paint);
    case 'ship':
      return renderShip(output as ShipOutput, paint);
    case 'generate-prd':
    case 'enrich':
    case 'generate-tasks':
      return renderWritten(output as Parameters<typeof renderWritten>[0], paint);
    case 'doctor':
      return renderDoctor(output as DoctorOutput);
    case 'forget':
      return renderForgotten(output as Forgotten);
    case 'import':
      return renderImported(output as ImportCounts);
    case 'export': {
      const exported = output as { file: string | null; text: string | null };
      return exported.text?.replace(/\n$/, '') ?? `Written to ${exported.file ?? ''}`;
    }
    case 'execute':
    case 'continue':
    case 'pause':
    case 'stop':
    case 'cancel':
    case 'skip':
    case 'retry':
    case 'retry-from':
    case 'answer':
      return [renderRun(output as RunOutput, paint), ...whatNow(output as RunOutput)].join('\n');
    default:
      return renderMemory(action, output, paint) ?? renderPlanning(action, output, paint) ?? renderPlain(output, paint);
  }
}

interface HistoryOutput {
  readonly events: Parameters<typeof renderHistory>[0];
  readonly tasks: NonNullable<Parameters<typeof renderHistory>[2]>;
}
const renderHistoryOf = ({ events, tasks }: HistoryOutput, paint: Paint): string => renderHistory(events, paint, tasks);

interface NextOutput {
  readonly next: readonly {
    id: string | null;
    title: string;
    path: string;
    line: number;
    because: readonly string[];
  }[];
}
interface StatusOutput {
  readonly runs: readonly RunOutput[];
  readonly pauses: readonly { readonly task: string | null; readonly remembered: readonly string[] }[];
  readonly continuations: readonly { runId: string; title: string; why: string }[];
}
interface DoctorOutput {
  readonly findings: readonly {
    check: string;
    status: string;
    detail: string;
    repair: string | null;
    repaired: string | null;
  }[];
}
interface ApproveOutput {
  readonly commands: readonly { command: string; approved: boolean }[];
  readonly trustedForAgents: boolean;
  readonly answered: readonly string[];
}

function renderList(list: ListJson, paint: Paint): string {
  const lines: string[] = [];
  for (const document of list.documents) {
    const seen = new Set<string>();
    // An item that stands in several places says its status in one of them.
    const said = new Map(document.items.flatMap((item) => (item.statusText === null ? [] : [[item.key, item.status]])));
    const items = document.items
      .filter((item) => !seen.has(item.key) && seen.add(item.key))
      .map((item) => ({ ...item, status: said.get(item.key) ?? item.status }));
    const work = items.filter((item) => item.kind !== 'phase' && item.kind !== 'lane');
    const done = work.filter((item) => item.status === 'done').length;
    lines.push(`${paint.bold(document.path)} ${paint.dim(`${document.dialect}, ${done}/${work.length} done`)}`);
    const depth = new Map<string, number>();
    for (const item of items) {
      const level = item.parent === null ? 0 : (depth.get(item.parent) ?? -1) + 1;
      depth.set(item.key, level);
      const group = item.kind === 'phase' || item.kind === 'lane';
      const name = item.id === null || item.title.startsWith(item.id) ? item.title : `${item.id} ${item.title}`;
      lines.push(
        `  ${'  '.repeat(level)}${group ? paint.bold(name) : `${BOX[item.status]} ${name}`} ${paint.dim(`:${item.line}`)}`,
      );
    }
  }
  for (const problem of list.problems)
    lines.push(`${problem.severity} ${problem.path}:${problem.line}:${problem.column} ${problem.message}`);
  return lines.length === 0 ? 'No plan documents here. soloflow start "an idea" makes the first.' : lines.join('\n');
}

function renderNext(output: NextOutput, paint: Paint): string {
  if (output.next.length === 0) return 'Nothing is ready.';
  return output.next
    .map((each) =>
      [
        `${paint.bold(each.id === null ? each.title : `${each.id} ${each.title}`)} ${paint.dim(`${each.path}:${each.line}`)}`,
        ...each.because.map((reason) => `  ${reason}`),
      ].join('\n'),
    )
    .join('\n');
}

function renderStatus(output: StatusOutput, paint: Paint): string {
  if (output.runs.length === 0) return 'No runs yet. soloflow execute starts one.';
  const hints = output.continuations.map((each) => `💡 soloflow continue ${each.runId}: ${each.title} (${each.why})`);
  const notes = output.pauses.flatMap(({ task, remembered }) => remembered.map((note) => `📝 ${task ?? ''}: ${note}`));
  return [...output.runs.map((run) => renderRun(run, paint)), ...notes, ...hints].join('\n');
}

/** An answer or a wish is kept; what follows from it begins where somebody runs the tasks. */
const whatNow = ({ id, status, pauses }: RunOutput): readonly string[] =>
  (status === 'running' || status === 'paused') && pauses.length === 0 ? [`💡 soloflow continue ${id}`] : [];

function howDone({ verification, reason }: RunOutput['tasks'][number]): string {
  if (verification === 'unverified') return ' (unverified)';
  if (verification === 'waived') return ' (accepted by hand)';
  return verification === null && reason === 'by hand' ? ' (by hand)' : '';
}

/** Head line of a run, its tasks that are not waiting, and what waits for a person. */
function renderRun(run: RunOutput, paint: Paint): string {
  const lines = [`${paint.bold(run.title)} ${run.status} ${run.counts.done}/${run.counts.total} ${paint.dim(run.id)}`];
  if (run.reason !== null) lines.push(`  ${run.reason}`);
  lines.push(...waitLines(run));
  for (const task of run.tasks) {
    const name = task.id === null ? task.title : `${task.id} ${task.title}`;
    const why = task.reason === null ? '' : ` - ${task.reason}`;
    // A task that no gate looked at is told apart wherever it is told.
    const how = task.state === 'succeeded' ? howDone(task) : '';
    const taken = task.takenBy === null ? '' : ` (taken by ${task.takenBy.replace(/^mcp:/, '')})`;
    lines.push(
      `  ${task.state.padEnd(10)} ${name}${task.state === 'failed' || task.state === 'paused' || task.state === 'retrying' ? why : ''}${how}${taken}`,
    );
  }
  lines.push(...run.pauses.flatMap(pauseLines));
  return lines.join('\n');
}

function renderDoctor(output: DoctorOutput): string {
  const signs: Readonly<Record<string, string>> = { ok: '✅', warning: '⚠️ ', error: '❌' };
  return output.findings
    .map(({ check, status, detail, repair, repaired }) => {
      const after =
        repaired === null
          ? repair === null
            ? []
            : [`   💡 ${repair} (soloflow doctor --repair)`]
          : [`   🔧 ${repaired}`];
      return [`${signs[status] ?? ''} ${check}: ${detail}`, ...after].join('\n');
    })
    .join('\n');
}

function renderApprove(output: ApproveOutput, paint: Paint): string {
  const none = output.commands.length === 0 ? ['This plan runs no commands.'] : [];
  const lines = output.commands.map(
    ({ command, approved }) => `${approved ? '✅ approved' : '⏸️  not approved'}\n${indent(visible(command), paint)}`,
  );
  const open = output.commands.some((each) => !each.approved);
  return [
    ...none,
    ...lines,
    ...(open ? ['Read them, then run the same command with --all to approve exactly these texts here.'] : []),
    ...(output.trustedForAgents
      ? ['Agents may work in this folder now; what they run is only what was approved.']
      : []),
    ...(output.answered.length > 0 ? ['What waited for this can go on: soloflow continue'] : []),
  ].join('\n');
}

const indent = (command: string, paint: Paint): string =>
  command
    .split('\n')
    .map((line) => `    ${paint.dim('$')} ${line}`)
    .join('\n');
