// The engine of a workspace where nothing may or can run: it shows nothing and answers every wish with the reason.
import type { Engine } from '../engine/service';
import type { Failure } from '../model/failure';
import { err } from '../model/result';

const nothing = { dispose: (): void => {} };

export function idleEngine(why: Failure): Engine {
  const refuse = async () => err(why);
  return {
    open: async () => {},
    isRunner: () => false,
    start: refuse,
    wish: refuse,
    answer: refuse,
    continuations: () => [],
    runs: () => [],
    run: () => null,
    pauses: () => [],
    events: () => [],
    gateResults: () => [],
    outputs: () => [],
    onDidChange: () => nothing,
    onEvent: () => nothing,
    onOutput: () => nothing,
    onTrouble: () => nothing,
    settled: async (runId) => {
      throw new Error(`no run ${runId} here`);
    },
    close: async () => {},
  };
}
