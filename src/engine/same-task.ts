// Is this the task that was there before? By id, else by title and place.
import type { TaskSpec } from '../model/run';

const ALIKE = 0.8;
const ALIKE_IN_PLACE = 0.5;

/** The task that this one has become: by id in the same document, else by title and place. */
export function bestMatch(
  old: TaskSpec,
  candidates: ReadonlyMap<string, TaskSpec>,
  isSamePlace: (one: TaskSpec, other: TaskSpec) => boolean = (one, other) => one.rank === other.rank,
): TaskSpec | null {
  let best: TaskSpec | null = null;
  let bestScore = 0;
  for (const spec of candidates.values()) {
    if (spec.path !== old.path) continue;
    if (old.id !== null && spec.id === old.id) return spec;
    // Another id is another task, however alike the titles.
    if (old.id !== null && spec.id !== null) continue;
    const alike = similarity(old.title, spec.title);
    const samePlace = isSamePlace(spec, old);
    const score = alike + (samePlace ? 0.1 : 0);
    if ((alike >= ALIKE || (samePlace && alike >= ALIKE_IN_PLACE)) && score > bestScore) {
      best = spec;
      bestScore = score;
    }
  }
  return best;
}

/** Dice coefficient of the words' letter pairs, 0..1. */
function similarity(a: string, b: string): number {
  const left = pairs(a);
  const right = pairs(b);
  if (left.length === 0 || right.length === 0) return a === b ? 1 : 0;
  const rest = [...right];
  let shared = 0;
  for (const pair of left) {
    const at = rest.indexOf(pair);
    if (at === -1) continue;
    rest.splice(at, 1);
    shared += 1;
  }
  return (2 * shared) / (left.length + right.length);
}
const pairs = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((word) => Array.from({ length: Math.max(0, word.length - 1) }, (_, i) => word.slice(i, i + 2)));
