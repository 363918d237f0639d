// The next free backlog id: one above the highest of all documents, written the way this backlog writes its ids.
import type { PlanSnapshot } from '../../model/plan';
import { plainHyphens } from '../graph/ids';

const ID = /^([A-Z]{1,5})-(\d{1,6})/;

export interface IdManner {
  /** null: as the backlog has it. */
  readonly prefix: string | null;
  readonly digits: number | null;
}
const AS_IT_IS: IdManner = { prefix: null, digits: null };

/** `path`: the backlog whose manner of writing counts; its most frequent letters are taken ("B" where it has none). */
export function nextId(snapshot: PlanSnapshot, path: string, manner: IdManner = AS_IT_IS): string {
  const here: { readonly letters: string; readonly hyphen: string; readonly digits: string }[] = [];
  const numbers = new Map<string, number>();
  const see = (letters: string, digits: string): void =>
    void numbers.set(letters, Math.max(numbers.get(letters) ?? 0, Number(digits)));
  for (const document of snapshot.documents) {
    const of = ID.exec(document.belongsTo ?? '');
    if (of?.[1] !== undefined && of[2] !== undefined) see(of[1], of[2]);
    for (const item of document.items) {
      if (item.kind !== 'backlog-item' || item.id === null) continue;
      const match = ID.exec(plainHyphens(item.id));
      if (match?.[1] === undefined || match[2] === undefined) continue;
      see(match[1], match[2]);
      if (document.path === path)
        here.push({ letters: match[1], hyphen: item.id.charAt(match[1].length), digits: match[2] });
    }
  }
  const letters = manner.prefix ?? mostFrequent(here.map((each) => each.letters)) ?? 'B';
  const own = here.filter((each) => each.letters === letters);
  const padded = own.map((each) => each.digits).filter((digits) => digits.startsWith('0'));
  const width =
    manner.digits !== null
      ? manner.digits
      : own.length === 0
        ? 3
        : padded.length > 0
          ? Math.max(...padded.map((digits) => digits.length))
          : Math.min(...own.map((each) => each.digits.length));
  const number = String((numbers.get(letters) ?? 0) + 1).padStart(width, '0');
  return `${letters}${own.at(-1)?.hyphen ?? '-'}${number}`;
}

function mostFrequent(words: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  let best: string | null = null;
  for (const [word, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = word;
  return best;
}
