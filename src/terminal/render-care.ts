// What looking after the record has done, as sentences.
import type { Forgotten, ImportCounts } from '../workflow/action';

const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

export function renderForgotten({ runs, events, archive, held }: Forgotten): string {
  const lines = [
    archive === null
      ? 'Nothing to forget.'
      : `${counted(runs, 'finished run')} with ${counted(events, 'event')} moved into ${archive}`,
  ];
  if (held !== null) {
    lines.push(
      `${counted(held.runs, 'old run')} must stay, because run ${held.by}, which began before, is still open.`,
      `   soloflow continue ${held.by}, or soloflow cancel ${held.by}`,
    );
  }
  return lines.join('\n');
}

export function renderImported({ runs, events, memories, skipped }: ImportCounts): string {
  const taken = [
    counted(runs, 'run'),
    ...(events > 0 ? [counted(events, 'event')] : []),
    ...(memories > 0 ? [counted(memories, 'memory', 'memories')] : []),
  ];
  const lines = [runs + memories === 0 ? 'Nothing new in it.' : `Imported ${taken.join(', ')}.`];
  if (skipped > 0) lines.push(`${counted(skipped, 'run')} ${skipped === 1 ? 'was' : 'were'} here already.`);
  return lines.join('\n');
}
