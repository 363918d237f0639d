// Documents that their tool keeps: they are changed by the tool's own command, never by writing the file.
import type { DialectId, Item, PlanStatus } from '../../model/plan';

/** A command of a peer tool. A person reads and approves `text`; `args` are the same words, for no shell. */
export interface ToolCommand {
  readonly program: 'bd';
  readonly args: readonly string[];
  readonly text: string;
  /** Id of the issue it makes; absent: it makes none. */
  readonly creates?: string;
}

/** The words of a command as a shell would be given them. */
export const shellWords = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');

/** Ids as bd makes them ("bd-a3f8.1", "proj-12"): anything else is not put into a command line. */
const BEADS_ID = /^[A-Za-z0-9][\w-]{0,60}(?:\.\d{1,6}){0,6}$/;

/** The command that sets this status in its tool's own records; null: no tool keeps it, or it has no such status. */
export function toolCommand(dialect: DialectId, item: Item, status: PlanStatus): ToolCommand | null {
  if (dialect !== 'beads' || item.id === null || !BEADS_ID.test(item.id)) return null;
  const args = beadsArguments(item.id, item.status, status);
  return args === null ? null : { program: 'bd', args, text: ['bd', ...args].join(' ') };
}

/** Closing and opening again have commands of their own; bd cannot say that something was given up. */
function beadsArguments(id: string, from: PlanStatus, to: PlanStatus): readonly string[] | null {
  switch (to) {
    case 'done':
      return ['close', id];
    case 'open':
      return from === 'done' ? ['reopen', id] : ['update', id, '--status', 'open'];
    case 'in-progress':
      return ['update', id, '--status', 'in_progress'];
    case 'blocked':
      return ['update', id, '--status', 'blocked'];
    case 'cancelled':
      return null;
  }
}
