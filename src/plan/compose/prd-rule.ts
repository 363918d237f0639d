// Whether an item needs a PRD: small and valuable ones do not.

const SMALL_POINTS = 5;
const WORTHWHILE_SCORE = 3;

export interface PrdDecision {
  readonly prd: 'write' | 'skip';
  readonly why: string;
}

/** Skipped if points < 5 and score >= 3.0; a value that is not known is no reason to skip. */
export function prdDecision(points: number | null, score: number | null): PrdDecision {
  const said = `points ${points ?? 'unknown'}, score ${score ?? 'unknown'}`;
  if (points !== null && score !== null && points < SMALL_POINTS && score >= WORTHWHILE_SCORE)
    return { prd: 'skip', why: `${said}: below ${SMALL_POINTS} points and at least ${WORTHWHILE_SCORE.toFixed(1)}` };
  return {
    prd: 'write',
    why: `${said}: skipped only below ${SMALL_POINTS} points with a score of at least ${WORTHWHILE_SCORE.toFixed(1)}`,
  };
}
