// Checks that decide whether work is done, and what they found.

export type Gate = GateCheck & {
  /** Words of the document's boxes that this check decides about: ticked when the task is done and it was green. */
  readonly boxes?: readonly string[];
};

type GateCheck =
  | { readonly kind: 'command'; readonly name: string; readonly command: string }
  | {
      readonly kind: 'files';
      readonly name: string;
      readonly paths: readonly string[];
      readonly expect: 'exist' | 'created' | 'changed';
    }
  | { readonly kind: 'criteria'; readonly name: string }
  | { readonly kind: 'tests'; readonly name: string; readonly command: string | null }
  | { readonly kind: 'references'; readonly name: string; readonly paths: readonly string[] }
  | { readonly kind: 'navigation'; readonly name: string; readonly paths: readonly string[] }
  | { readonly kind: 'problems'; readonly name: string }
  | { readonly kind: 'tree'; readonly name: string; readonly expect: 'clean' | 'committed' }
  | { readonly kind: 'person'; readonly name: string; readonly question: string };

export type GateStatus = 'pass' | 'fail' | 'error' | 'waived';

/** What a gate found. `detail` is one line for people; the rest is what backs it. */
export interface GateResult {
  readonly gate: string;
  readonly kind: Gate['kind'];
  readonly status: GateStatus;
  readonly detail: string;
  readonly evidence: Evidence;
  /** Epoch ms. */
  readonly at: number;
}

export interface Evidence {
  readonly command?: string;
  readonly exitCode?: number | null;
  readonly outputTail?: string;
  readonly files?: readonly string[];
  readonly durationMs?: number;
  /** Findings with place, e.g. broken links "docs/a.md:12 #gone". */
  readonly findings?: readonly string[];
  readonly tests?: { readonly total: number; readonly failed: number; readonly skipped: number };
}

/** verified: every gate green. unverified: there was no gate. waived: a person let it pass. */
export type Verification = 'verified' | 'unverified' | 'waived';

/** The command a gate would run, null where it runs none. It needs approval like any other. */
export function gateCommand(gate: Gate): string | null {
  return gate.kind === 'command' || gate.kind === 'tests' ? gate.command : null;
}
