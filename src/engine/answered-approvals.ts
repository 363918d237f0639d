// What a person approved by answering a pause.
import { commandsOf } from './before';
import type { EnginePorts } from './engine-ports';
import type { RunState } from './state';

/** An approval is kept before the answer counts as applied: a kill in between applies it again, never loses it. */
export function approveAnswered(approvals: EnginePorts['approvals'], { openPauses, pauses, tasks }: RunState): void {
  for (const id of openPauses) {
    const pause = pauses.get(id);
    if (pause?.answer === null || pause?.answer === undefined || pause.reason.kind !== 'approval') continue;
    const { choice, by } = pause.answer;
    if (choice === 'approve') approvals.approve(pause.reason.commands, by);
    if (choice === 'approve-all') {
      const all = [...tasks.values()].flatMap(({ row }) => commandsOf(row.spec));
      approvals.approve([...new Set([...pause.reason.commands, ...all])], by);
    }
  }
}
