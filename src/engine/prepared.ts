// The environment that commands run in: prepared when a run comes to its first command, and looked at again when that
// was long ago. Tells a run only what it has not been told yet.
import type { EnginePorts } from './engine-ports';
import type { ReadinessStep } from './ports';

type Environment = Readonly<Record<string, string>>;

/** Runs that begin together share one look. */
const SHARED_MS = 10_000;
/** A service that was there when the run began may be gone after a night's pause. */
const FRESH_MS = 10 * 60_000;

/** What fails is told and done without. */
export function createPrepared(
  { readiness, clock }: Pick<EnginePorts, 'readiness' | 'clock'>,
  tell: (runId: string, step: ReadinessStep) => void,
  signal: AbortSignal,
): (runId: string) => Promise<Environment> {
  const knows = new Map<string, Map<string, string>>();
  let steps: ReadinessStep[] = [];
  let last: { readonly environment: Promise<Environment>; endedAt: number | null } | null = null;

  const tellOnce = (runId: string, step: ReadinessStep): void => {
    const known = knows.get(runId);
    const words = `${step.status} ${step.detail}`;
    if (step.status === 'checking' || known === undefined || known.get(step.name) === words) return;
    known.set(step.name, words);
    tell(runId, step);
  };
  const look = (): Promise<Environment> => {
    const seen: ReadinessStep[] = [];
    steps = seen;
    const took = (step: ReadinessStep): void => {
      seen.push(step);
      for (const runId of knows.keys()) tellOnce(runId, step);
    };
    const mine: NonNullable<typeof last> = {
      environment: readiness
        .prepare(took, signal)
        .finally(() => (mine.endedAt = clock.monotonic()))
        .catch((error: unknown) => {
          took({ name: 'workspace', status: 'degraded', detail: String(error) });
          if (last === mine) last = null;
          return {};
        }),
      endedAt: null,
    };
    last = mine;
    return mine.environment;
  };

  return (runId) => {
    const limit = knows.has(runId) ? FRESH_MS : SHARED_MS;
    if (!knows.has(runId)) knows.set(runId, new Map());
    if (last === null || (last.endedAt !== null && clock.monotonic() - last.endedAt > limit)) return look();
    for (const step of steps) tellOnce(runId, step);
    return last.environment;
  };
}
