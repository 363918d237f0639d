// Waiting until something is true of the record, without asking more often than it changes.
import type { Workspace } from './action';

/** True once `there` holds; false when the signal ends the waiting first. */
export function waitFor(workspace: Workspace, signal: AbortSignal, there: () => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (held: boolean): void => {
      listening.dispose();
      signal.removeEventListener('abort', look);
      resolve(held);
    };
    const look = (): void => {
      if (there()) finish(true);
      else if (signal.aborted) finish(false);
    };
    const listening = workspace.engine.onDidChange(look);
    signal.addEventListener('abort', look);
    look();
  });
}
