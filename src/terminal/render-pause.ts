// A pause as a person in a terminal meets it: why, what it is about, what to look at, and what to type.
import { visible } from '../model/visible';
import type { RunOutput } from '../workflow/run-output';

type Pause = RunOutput['pauses'][number];

/** All lines of it. */
export function pauseLines(pause: Pause): readonly string[] {
  return [
    `⏸️  Paused: ${pause.message}${pause.task === null ? '' : ` (${pause.task})`}`,
    ...commandLines(pause.reason),
    ...(pause.suggestionText === null ? [] : [`💡 Suggestion: ${pause.suggestionText}`]),
    ...answerLines(pause),
  ];
}

/** What to type: how to answer, and where texts are to be approved, how all of a plan are. */
export function answerLines(pause: Pause): readonly string[] {
  const choices = pause.choices.map(({ id }) => id).join('|');
  const path = pause.suggestion?.kind === 'review' ? pause.suggestion.path : null;
  return [
    `   soloflow answer ${pause.id} ${choices}   default: ${pause.default}`,
    ...(pause.reason.kind === 'approval' && path !== null
      ? [`   or, for the whole plan: soloflow approve --tasks ${quoted(path)} --all`]
      : []),
  ];
}

/** Of a run that has not begun: what it waits for. */
export const waitLines = ({ waitsFor }: Pick<RunOutput, 'waitsFor'>): readonly string[] =>
  waitsFor.map(({ id, title, status }) => `  waits for ${title} (${status ?? 'no longer in the record'}) ${id}`);

/** The texts that are asked about, where the sentence has not said them all. */
export function commandLines(reason: Pause['reason']): readonly string[] {
  if (reason.kind !== 'approval') return [];
  return reason.commands.flatMap((command) => command.split('\n').map((line) => `   $ ${visible(line)}`));
}

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : JSON.stringify(path));
