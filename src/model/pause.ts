// A moment where a person must decide: a row that is answered now or in a month, from any surface, exactly once.

export type PauseReason =
  | { readonly kind: 'your-turn' }
  | { readonly kind: 'pause-after'; readonly prompt: string | null }
  | { readonly kind: 'no-auto-advance'; readonly why: 'explicit' | 'priority' | 'deployment' | 'database' }
  | { readonly kind: 'human-required' }
  | { readonly kind: 'approval'; readonly commands: readonly string[] }
  | { readonly kind: 'destructive'; readonly command: string; readonly rule: string }
  | { readonly kind: 'credentials'; readonly names: readonly string[] }
  | { readonly kind: 'rule'; readonly rule: string; readonly message: string }
  | { readonly kind: 'gate-failed'; readonly gates: readonly string[]; readonly detail: string }
  | { readonly kind: 'gate-person'; readonly gate: string; readonly question: string }
  | { readonly kind: 'unverified' }
  | { readonly kind: 'task-failed'; readonly detail: string; readonly attempts: number }
  | {
      readonly kind: 'failures-in-a-row';
      readonly tasks: readonly string[];
      /** What failed and how, a line each: "1.2: Build: exit code 1". */
      readonly summary?: readonly string[];
    }
  | { readonly kind: 'unresolved-dependency'; readonly names: readonly string[] }
  | { readonly kind: 'recovery'; readonly detail: string }
  | { readonly kind: 'question'; readonly question: string; readonly by: string };

export type ChoiceId =
  | 'continue'
  | 'done'
  | 'run'
  | 'skip'
  | 'retry'
  | 'hotfix'
  | 'waive'
  | 'fail'
  | 'stop'
  | 'approve'
  | 'approve-all'
  | 'answer';

/** What the task does with an answer is the engine's; a choice that takes text keeps it as context. */
export interface Choice {
  readonly id: ChoiceId;
  readonly takesText: boolean;
}

export interface Answer {
  readonly choice: ChoiceId;
  readonly text: string | null;
  /** "editor", "cli", "mcp:<client>", with the user name where known. */
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface Pause {
  readonly id: string;
  readonly runId: string;
  /** null: the run as a whole is asked about. */
  readonly taskKey: string | null;
  /** One open pause per key: asking again is the same pause. */
  readonly dedupeKey: string;
  readonly reason: PauseReason;
  /** What the tool would look at or do next: data for a sentence, e.g. a path and line. */
  readonly suggestion: Suggestion | null;
  readonly choices: readonly Choice[];
  readonly default: ChoiceId;
  readonly askedAt: number;
  readonly answer: Answer | null;
  /** Epoch ms at which the answer took effect; null: not yet. */
  readonly appliedAt: number | null;
}

export type Suggestion =
  | { readonly kind: 'review'; readonly path: string; readonly line: number; readonly what: string }
  | { readonly kind: 'do'; readonly what: string }
  | { readonly kind: 'fix'; readonly what: string; readonly command: string | null };
