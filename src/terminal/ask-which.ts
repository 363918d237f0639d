// Which of several open things `continue` takes up: asked by number, best guess first; Enter leaves everything as it is.
import type { OpenWay } from '../workflow/start/continue-work';
import type { Terminal } from './print';

/** What the person chose; null: nothing, or nobody is there any more. */
export async function askWhich(
  ways: readonly OpenWay[],
  ask: NonNullable<Terminal['ask']>,
  tell: (line: string) => void,
): Promise<OpenWay | null> {
  tell('Several things are open:');
  for (const [n, way] of ways.entries()) {
    const name = way.kind === 'ship' ? way.id : `${way.title} (${way.id})`;
    tell(`  ${n + 1}. ${name}: ${way.why}`);
  }
  for (;;) {
    const said = (await ask(`Which one, 1 to ${ways.length} (Enter: none)? `))?.trim() ?? '';
    if (said === '') return null;
    const way = /^\d+$/.test(said) ? ways[Number(said) - 1] : ways.find(({ id }) => id === said);
    if (way !== undefined) return way;
    tell(`"${said}" is none of them.`);
  }
}
