// The one way a status gets into a document: in the words that stood there before, or, where a tool keeps the document,
// by the tool's command that a person approved.
import { isAgent } from '../../engine/agent-words';
import type { Approvals } from '../../engine/ports';
import type { Failure } from '../../model/failure';
import type { Item, PlanStatus } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import type { Plan, PlanChange } from '../../plan/ports';
import { toolCommand, type ToolCommand } from '../../plan/write/tool-command';
import type { Call, PeerTool, Spellings } from '../action';
import { withFormerWords } from './former-words';

export interface StatusWriter {
  readonly plan: Plan;
  readonly spellings: Spellings;
  readonly approvals: Approvals;
  readonly peerTool?: PeerTool;
}

/** The command that would set this status; null: it is written into the document. */
export function commandFor(plan: Plan, item: Item, status: PlanStatus): ToolCommand | null {
  const document = plan.document(item.path);
  return document === null || item.statusSite !== null ? null : toolCommand(document.dialect, item, status);
}

/** A person saw the command and said yes; an agent cannot. Without trust in the folder nothing is approved. */
export function approveCommand(writer: StatusWriter, item: Item, status: PlanStatus, call: Call): void {
  const command = commandFor(writer.plan, item, status);
  if (command === null || isAgent(call.by) || !writer.approvals.trusted()) return;
  writer.approvals.approve([command.text], call.by);
}

/**
 * Writes the changes of one or more documents. Statuses that a tool keeps are set by its command: 'untrusted' or
 * 'not-approved' with the exact command until a person approved it. The paths written, and the commands run.
 */
export async function writeChanges(
  writer: StatusWriter,
  changes: readonly PlanChange[],
): Promise<Result<{ readonly paths: readonly string[]; readonly commands: readonly string[] }, Failure>> {
  const { plan } = writer;
  const commands = changes.flatMap((change) => {
    const item = change.kind === 'set-status' ? plan.snapshot().items.get(change.key) : undefined;
    if (change.kind !== 'set-status' || item === undefined || item.status === change.status) return [];
    const command = commandFor(plan, item, change.status);
    return command === null ? [] : [{ key: change.key, command }];
  });
  const texts = commands.map(({ command }) => command.text);
  if (commands.length > 0) {
    if (!writer.approvals.trusted()) return err({ kind: 'untrusted' });
    const open = texts.filter((text) => !writer.approvals.isApproved(text));
    if (open.length > 0) return err({ kind: 'not-approved', commands: open });
  }
  const kept = new Set(commands.map(({ key }) => key));
  // Dates and the like of what a tool keeps are the tool's business.
  const written = changes.filter((change) => !('key' in change) || !kept.has(change.key));
  const words = withFormerWords(plan, writer.spellings, written);
  const paths = words.changes.length === 0 ? ok([]) : await plan.change(words.changes);
  if (!paths.ok) return paths;
  words.remember();
  for (const { command } of commands) {
    const ran = (await writer.peerTool?.run(command)) ?? err<Failure>({ kind: 'untrusted' });
    if (!ran.ok) return ran;
  }
  // The tool wrote its own file meanwhile.
  if (commands.length > 0) await plan.open();
  return ok({ paths: paths.value, commands: texts });
}
