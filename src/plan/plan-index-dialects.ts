// The dialects as the index uses them: their readers are loaded when a document has to be read or the config names one.
// A plan that is known from its kept readings needs none of them, and begins much sooner.
import type { Dialect } from './read/dialect';
import type { Overrides } from './read/registry';

export type Dialects = () => Promise<readonly Dialect[]>;

/** These, or all there are. */
export const dialectsFrom =
  (given: readonly Dialect[] | undefined): Dialects =>
  async () =>
    given ?? (await import('./read/registry')).DIALECTS;

const NO_WISHES: Overrides = { wish: () => null, unknown: [] };

/** What the config wants for paths. */
export async function wishesFrom(wishes: Readonly<Record<string, string>>, dialects: Dialects): Promise<Overrides> {
  if (Object.keys(wishes).length === 0) return NO_WISHES;
  const { overridesOf } = await import('./read/registry');
  return overridesOf(wishes, await dialects());
}
