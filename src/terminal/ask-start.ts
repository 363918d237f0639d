// What `start` would like to know and only a person can say: asked once, in words; Enter leaves it open.
import type { Terminal } from './print';

type Ask = NonNullable<Terminal['ask']>;
export type Missing = 'points' | 'score';

const QUESTIONS: Readonly<Record<Missing, { readonly text: string; readonly most: number }>> = {
  points: { text: 'How big is it, in points (e.g. 3 or 3.5; Enter: not known)? ', most: 1000 },
  score: { text: 'What is its score (e.g. 4.2; Enter: not known)? ', most: 100 },
};

/** Answers by field; null: nothing was said, or nobody is there any more. */
export async function askMissing(
  missing: readonly Missing[],
  ask: Ask,
  tell: (line: string) => void,
): Promise<Readonly<Partial<Record<Missing, number>>> | null> {
  const found: Partial<Record<Missing, number>> = {};
  for (const field of missing) {
    const { text, most } = QUESTIONS[field];
    for (;;) {
      const said = await ask(text);
      if (said === null) return null;
      if (said.trim() === '') break;
      const value = numberOf(said);
      if (value !== null && value >= 0 && value <= most) {
        found[field] = value;
        break;
      }
      tell(`"${said.trim()}" is no number from 0 to ${most}.`);
    }
  }
  return Object.keys(found).length === 0 ? null : found;
}

/** "3,5" is 3.5 for half the world. */
function numberOf(said: string): number | null {
  const text = said.trim().replace(',', '.');
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : null;
}
