// What a single gate hands back; gates.ts makes the stored result of it.
import type { Evidence, GateStatus } from '../../model/gate';

export interface Finding {
  readonly status: Exclude<GateStatus, 'waived'>;
  /** One line for people. */
  readonly detail: string;
  readonly evidence: Evidence;
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** The first few of many, for one line. */
export function some(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return names.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
