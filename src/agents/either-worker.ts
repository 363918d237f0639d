// One worker out of several: the first that can do a task does it.
import type { Worker } from '../engine/ports';
import type { TaskSpec } from '../model/run';

export function eitherWorker(workers: readonly Worker[]): Worker {
  const whose = (spec: TaskSpec): Worker | undefined => workers.find((worker) => worker.canDo(spec));
  return {
    canDo: (spec) => whose(spec) !== undefined,
    commandFor: (spec) => whose(spec)?.commandFor?.(spec) ?? null,
    async work(spec, attempt, signal, output) {
      const worker = whose(spec);
      if (worker === undefined) throw new Error('no agent is configured');
      return worker.work(spec, attempt, signal, output);
    },
  };
}
