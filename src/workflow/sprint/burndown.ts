// How the points of a sprint went down, day by day, beside the straight line to its end. Pure.
const DAY = 86_400_000;
/** Longer sprints are shown to this length. */
const MOST_DAYS = 120;

export interface Worked {
  readonly points: number;
  /** Epoch ms it was done at; null: open, or done on an unknown day. */
  readonly doneAt: number | null;
  readonly done: boolean;
}
export interface BurndownDay {
  /** YYYY-MM-DD */
  readonly day: string;
  /** null: still to come. */
  readonly remaining: number | null;
  readonly ideal: number;
}
export interface Burndown {
  readonly total: number;
  readonly remaining: number;
  readonly days: readonly BurndownDay[];
  /** Points of work that is done on a day nobody wrote down; counted as of today. */
  readonly undated: number;
}

/** `start` and `end`: epoch ms, both days belong to the sprint. */
export function burndown(work: readonly Worked[], start: number, end: number, now: number): Burndown {
  const sum = (of: readonly Worked[]): number => of.reduce((total, { points }) => total + points, 0);
  const total = sum(work);
  const undated = work.filter(({ done, doneAt }) => done && doneAt === null);
  const length = Math.min(Math.max(Math.round((end - start) / DAY), 0) + 1, MOST_DAYS);
  const today = Math.floor(now / DAY) * DAY;
  const days = Array.from({ length }, (_, n): BurndownDay => {
    const at = start + n * DAY;
    const gone = work.filter(({ done, doneAt }) => done && doneAt !== null && doneAt < at + DAY);
    const unsure = at >= today ? undated : [];
    return {
      day: new Date(at).toISOString().slice(0, 10),
      remaining: at > today ? null : total - sum(gone) - sum(unsure),
      ideal: length === 1 ? 0 : Math.round((total * (length - 1 - n) * 10) / (length - 1)) / 10,
    };
  });
  return { total, remaining: sum(work.filter(({ done }) => !done)), days, undated: sum(undated) };
}
