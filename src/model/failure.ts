// Every failure a person can cause or meet. Views put them into words (workflow/words).

export type Failure =
  | { readonly kind: 'unknown-item'; readonly asked: string; readonly nearest: readonly string[] }
  | { readonly kind: 'ambiguous-item'; readonly asked: string; readonly candidates: readonly string[] }
  | { readonly kind: 'unknown-document'; readonly path: string; readonly nearest: readonly string[] }
  | { readonly kind: 'unknown-run'; readonly id: string }
  /** A task that stands in a document and in none of the runs. */
  | { readonly kind: 'not-in-a-run'; readonly what: string }
  | { readonly kind: 'unknown-pause'; readonly id: string }
  | { readonly kind: 'already-answered'; readonly id: string; readonly choice: string; readonly by: string }
  | { readonly kind: 'illegal-choice'; readonly choice: string; readonly choices: readonly string[] }
  | {
      readonly kind: 'nothing-to-run';
      readonly what: string;
      readonly why: 'no-tasks' | 'all-done' | 'blocked' | 'cycle' | 'nothing-open';
    }
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'not-approved'; readonly commands: readonly string[] }
  | { readonly kind: 'invalid-input'; readonly field: string; readonly message: string }
  | { readonly kind: 'not-writable'; readonly path: string; readonly line: number; readonly what: string }
  | { readonly kind: 'document-changed'; readonly path: string; readonly line: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly operation: 'read' | 'write' | 'create' | 'delete' | 'lock';
      readonly code: string;
    }
  | { readonly kind: 'runtime-too-old'; readonly found: string; readonly needed: string }
  | { readonly kind: 'store-locked'; readonly path: string }
  | { readonly kind: 'store-read-only'; readonly path: string }
  | { readonly kind: 'store-full'; readonly path: string }
  | { readonly kind: 'store-corrupt'; readonly path: string; readonly setAsideAs: string | null }
  /** Taken away, or replaced, while it is open. */
  | { readonly kind: 'store-gone'; readonly path: string }
  /** Of an older version, and a host of that version runs tasks from it. */
  | { readonly kind: 'store-older'; readonly path: string }
  | { readonly kind: 'store-newer'; readonly path: string; readonly found: number; readonly known: number }
  /** Who runs the tasks took a wish not up; null: nobody does. Nothing was done. */
  | { readonly kind: 'not-runner'; readonly holder: string | null }
  | { readonly kind: 'illegal-transition'; readonly from: string; readonly to: string; readonly what: string }
  | { readonly kind: 'config'; readonly path: string; readonly line: number; readonly message: string }
  | { readonly kind: 'gates-red'; readonly key: string; readonly gates: readonly string[]; readonly detail: string }
  /** Another agent has the task; `until`: epoch ms, when nothing more is heard of it. */
  | { readonly kind: 'claimed'; readonly what: string; readonly by: string; readonly until: number }
  | { readonly kind: 'git'; readonly message: string }
  /** A peer tool's own command failed; `message` is what it said. */
  | { readonly kind: 'tool'; readonly command: string; readonly message: string }
  | { readonly kind: 'duplicate-idea'; readonly title: string; readonly of: string; readonly similarity: number }
  | {
      readonly kind: 'language-model';
      readonly reason: 'none' | 'no-permission' | 'limit' | 'failed';
      /** The editor's own words, '' where it has none. */
      readonly message: string;
    }
  | { readonly kind: 'cancelled' };
