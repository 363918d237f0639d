// Makes what was shown: documents together or not at all, then the issues a tool makes by commands a person approved.
import { isAgent } from '../../engine/agent-words';
import type { Failure } from '../../model/failure';
import { err, type Result } from '../../model/result';
import type { ToolCommand } from '../../plan/write/tool-command';
import type { Call, Workspace } from '../action';
import { applyDrafts, type DocumentDraft } from './drafts';

/** A person saw the commands and said yes; an agent cannot. */
export function approveCommands(workspace: Workspace, commands: readonly ToolCommand[], call: Call): void {
  if (commands.length === 0 || isAgent(call.by) || !workspace.approvals.trusted()) return;
  workspace.approvals.approve(
    commands.map(({ text }) => text),
    call.by,
  );
}

/** Commands whose issue does not stand there yet. */
export function missing(workspace: Workspace, commands: readonly ToolCommand[]): readonly ToolCommand[] {
  if (commands.length === 0) return [];
  const standing = new Set<string | null>();
  for (const item of workspace.plan.snapshot().items.values()) standing.add(item.id);
  return commands.filter(({ creates }) => creates === undefined || !standing.has(creates));
}

/**
 * Paths written. 'untrusted' and 'not-approved' before anything happens. When the tool refuses the first command the
 * documents are put back; when it refuses a later one, what it made stays, and doing this again makes the rest.
 */
export async function makeAll(
  workspace: Workspace,
  drafts: readonly DocumentDraft[],
  commands: readonly ToolCommand[],
): Promise<Result<readonly string[], Failure>> {
  const open = missing(workspace, commands);
  if (open.length > 0) {
    if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    const texts = open.map(({ text }) => text).filter((text) => !workspace.approvals.isApproved(text));
    if (texts.length > 0) return err({ kind: 'not-approved', commands: texts });
  }
  const applied = await applyDrafts(workspace.documents, drafts);
  if (!applied.ok) return applied;
  for (const [n, command] of open.entries()) {
    const ran = (await workspace.peerTool?.run(command)) ?? err<Failure>({ kind: 'untrusted' });
    if (ran.ok) continue;
    if (n === 0) await putBack(workspace, drafts, applied.value);
    await workspace.plan.open();
    return ran;
  }
  await workspace.plan.open();
  const [lost] = missing(workspace, commands);
  if (lost === undefined) return applied;
  const message = `made ${lost.creates ?? 'it'}, but its file does not show it yet; export it (bd export) and do this again`;
  return err({ kind: 'tool', command: lost.text, message });
}

async function putBack(
  workspace: Workspace,
  drafts: readonly DocumentDraft[],
  written: readonly string[],
): Promise<void> {
  const back = drafts
    .filter(({ path }) => written.includes(path))
    .map(({ path, before, after }): DocumentDraft => ({ path, before: after, after: before }));
  await applyDrafts(workspace.documents, back);
}
