// A wish of this host: written as a command row, whoever runs the tasks, and waited for. What nobody takes up is taken back,
// so that nothing happens later of which its sender was told that it failed.
import type { Failure } from '../model/failure';
import { err, type Result } from '../model/result';
import type { EngineCommand, EngineCommandKind } from '../model/run';
import { readResult } from './commands';
import type { EnginePorts } from './engine-ports';
import { JournalUnavailable, type Clock } from './ports';

/** How often it is looked whether a command was applied, and tried again where the record is busy. */
const LOOK_MS = 40;
/** How long a wish may wait for the runner before its sender is told that it does not answer. */
const PATIENCE_MS = 30_000;

export interface SubmitPorts extends Pick<EnginePorts, 'journal' | 'lease' | 'clock' | 'ids'> {
  isClosed(): boolean;
  /** The runner of this very process may have something to do. */
  wake(): void;
  /** Takes in what is new in the record: whoever asks next is to see what came of the wish. */
  look(): void;
  /** Called when anything has changed. */
  readonly waiters: Set<() => void>;
}

type Submit = (
  kind: EngineCommandKind,
  payload: EngineCommand['payload'],
  by: string,
) => Promise<Result<string, Failure>>;

export function createSubmit(ports: SubmitPorts): Submit {
  const { journal, lease, clock, ids } = ports;

  /** null: not yet. */
  function answerTo(id: string, isGivenUp: boolean): Result<string, Failure> | null {
    const command = journal.command(id);
    if (command !== null && command.appliedAt !== null) return readResult(command.result);
    if (!isGivenUp) return null;
    if (!journal.withdraw(id)) return readResult(journal.command(id)?.result ?? null);
    return err({ kind: 'not-runner', holder: lease.holder()?.owner ?? null });
  }

  return async (kind, payload, by) => {
    const id = ids.next();
    const began = clock.monotonic();
    const isGivenUp = (): boolean => ports.isClosed() || clock.monotonic() - began > PATIENCE_MS;
    for (;;) {
      if (ports.isClosed()) return err({ kind: 'cancelled' });
      try {
        journal.submit({ id, kind, payload, by, at: clock.now(), appliedAt: null, result: null });
        break;
      } catch (error) {
        if (!(error instanceof JournalUnavailable)) throw error;
        // A long run is being begun, or another program holds the file for a moment.
        if (error.reason !== 'busy' || isGivenUp()) return err(unavailable(error));
        await pause(clock, LOOK_MS);
      }
    }
    ports.wake();
    for (;;) {
      try {
        const answer = answerTo(id, isGivenUp());
        if (answer !== null) {
          ports.look();
          return answer;
        }
      } catch (error) {
        if (!(error instanceof JournalUnavailable)) throw error;
        // It cannot be taken back now: it is applied when the record can be written again.
        if (error.reason !== 'busy' || ports.isClosed()) return err(unavailable(error));
      }
      await news(ports, LOOK_MS);
    }
  };
}

const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

/** Resolves when something has changed, or after a while. */
function news({ clock, waiters }: SubmitPorts, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      waiters.delete(done);
      timer.dispose();
      resolve();
    };
    const timer = clock.after(ms, done);
    waiters.add(done);
  });
}

/** The record, for people. */
export const RECORD = '.soloflow/soloflow.db';

/** What a record that takes nothing is called. */
export function unavailable(error: JournalUnavailable): Failure {
  const path = RECORD;
  switch (error.reason) {
    case 'busy':
    case 'locked':
      return { kind: 'store-locked', path };
    case 'full':
      return { kind: 'store-full', path };
    case 'read-only':
      return { kind: 'store-read-only', path };
    case 'broken':
      return { kind: 'store-corrupt', path, setAsideAs: null };
  }
}
