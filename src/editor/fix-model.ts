// Which quick fixes are offered where: each fix of a problem that stands there, the preferred one first. Pure.
import type { Problem, QuickFix } from '../model/problem';
import type { Span } from '../model/text';

export interface OfferedFix {
  readonly problem: Problem;
  readonly fix: QuickFix;
}

export function fixesFor(problems: readonly Problem[], touches: (span: Span) => boolean): readonly OfferedFix[] {
  return problems
    .filter((problem) => problem.fixes.length > 0 && touches(problem.span))
    .flatMap((problem) => problem.fixes.map((fix) => ({ problem, fix })))
    .sort((a, b) => Number(b.fix.preferred) - Number(a.fix.preferred));
}
