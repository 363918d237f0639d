// Everything that is decided about: what people ask for, and what came of effects.
import type { GateResult } from '../model/gate';
import type { Answer } from '../model/pause';
import type { PlanReading } from './plan-edits';
import type { ReadinessStep } from './ports';
import type { RunWish } from './service';
import type { AttemptReport } from './turn';

export type Input =
  | { readonly kind: 'wish'; readonly wish: RunWish; readonly by: string }
  | { readonly kind: 'answer'; readonly pauseId: string; readonly answer: Answer }
  | { readonly kind: 'apply-answers' }
  | {
      readonly kind: 'process-started';
      readonly attemptId: string;
      readonly pid: number;
      readonly processStart: string;
      readonly bootId: string;
      readonly dir: string;
    }
  | { readonly kind: 'adopted'; readonly attemptId: string }
  | { readonly kind: 'attempt-finished'; readonly attemptId: string; readonly report: AttemptReport }
  | { readonly kind: 'deadline'; readonly attemptId: string }
  /** It is at work for a while by now. */
  | { readonly kind: 'long-at-work'; readonly attemptId: string }
  | {
      readonly kind: 'gate-checked';
      readonly attemptId: string;
      readonly gate: string;
      readonly found: GateResult | { readonly ask: string };
    }
  | { readonly kind: 'readiness'; readonly step: ReadinessStep }
  | { readonly kind: 'edit-applied'; readonly editId: string; readonly result: string }
  | { readonly kind: 'plan'; readonly reading: PlanReading }
  | { readonly kind: 'recover' }
  /** This host is about to go and ends what it runs. */
  | { readonly kind: 'shut' }
  /** `slots`: processes that may be started in the whole house. Gives how many were. */
  | { readonly kind: 'schedule'; readonly slots: number };
