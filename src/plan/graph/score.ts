// A score computed from the author's figures. It stands beside the author's total and never replaces it.
import type { Item } from '../../model/plan';

export interface ComputedScore {
  readonly value: number;
  /** The formula in words, with the figures put in. */
  readonly formula: string;
}

/** (business value + time criticality + risk reduction + learning) / effort; null without these figures. */
export function computedScore(item: Item): ComputedScore | null {
  const parts = item.scoreParts;
  if (parts === null) return null;
  const { bv, tc, rr, le, effort } = parts;
  if (bv === undefined || tc === undefined || rr === undefined || le === undefined || effort === undefined) return null;
  if (!(effort > 0)) return null;
  return {
    value: Math.round(((bv + tc + rr + le) / effort) * 100) / 100,
    formula: `(bv ${bv} + tc ${tc} + rr ${rr} + le ${le}) / effort ${effort}`,
  };
}
