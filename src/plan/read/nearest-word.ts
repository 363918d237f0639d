// An unknown status is a slip where one legal word is clearly nearest; then writing that word is the one right answer.
import type { QuickFix } from '../../model/problem';
import type { Span } from '../../model/text';

const LONGEST = 30;
const bare = (word: string): string =>
  word
    .slice(0, LONGEST + 20)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** The legal word that is meant, null: none is clearly nearest. Case, spaces and hyphens are no difference. */
export function nearestWord(said: string, legal: readonly string[]): string | null {
  const asked = bare(said);
  if (asked.length < 3 || asked.length > LONGEST) return null;
  const most = asked.length < 5 ? 1 : 2;
  let best: { readonly word: string; readonly bare: string; readonly slips: number } | null = null;
  let shared = false;
  for (const word of new Set(legal)) {
    const other = bare(word);
    if (other === '' || Math.abs(other.length - asked.length) > most) continue;
    const slips = distance(asked, other);
    if (slips > most) continue;
    if (best === null || slips < best.slips) {
      best = { word, bare: other, slips };
      shared = false;
    } else if (slips === best.slips && other !== best.bare) shared = true;
  }
  return best === null || shared ? null : best.word;
}

/** The fix for an unknown word at `span`; none where several answers, or no answer, would do. */
export function wordFix(said: string, legal: readonly string[], span: Span): readonly QuickFix[] {
  const word = nearestWord(said, legal);
  return word === null ? [] : [{ title: `Write ${word}`, edits: [{ span, text: word }], preferred: true }];
}

/** Letters to insert, take away, change or swap with their neighbour. */
function distance(a: string, b: string): number {
  let [older, old] = [[] as number[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((old[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (old[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (older[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [older, old] = [old, row];
  }
  return old[b.length] ?? 0;
}
