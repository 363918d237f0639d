// Whether an item needs a PRD: small and valuable ones do not.

/** Below so many points an item is small; from this score on it is worthwhile. */
export interface PrdLimits {
  readonly points: number;
  readonly score: number;
}
const USUAL: PrdLimits = { points: 5, score: 3 };

export interface PrdDecision {
  readonly prd: 'write' | 'skip';
  readonly why: string;
}

/** Skipped if points < 5 and score >= 3.0, or what the limits say; a value that is not known is no reason to skip. */
export function prdDecision(points: number | null, score: number | null, limits: PrdLimits = USUAL): PrdDecision {
  const said = `points ${points ?? 'unknown'}, score ${score ?? 'unknown'}`;
  if (points !== null && score !== null && points < limits.points && score >= limits.score)
    return { prd: 'skip', why: `${said}: below ${limits.points} points and at least ${limits.score.toFixed(1)}` };
  return {
    prd: 'write',
    why: `${said}: skipped only below ${limits.points} points with a score of at least ${limits.score.toFixed(1)}`,
  };
}
