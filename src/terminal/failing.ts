// How a command line fails: one clear sentence, in JSON too, and the exit code that says what kind of failure it was.
import * as z from 'zod';
import type { Failure } from '../model/failure';
import { describeFailure } from '../workflow/words/failure-words';
import { english } from '../workflow/words/translate';
import type { Print } from './print';

export const WRONG_USE = 2;
export const NEEDS_A_PERSON = 3;

/** What stands on standard output instead of a value when `--json` was asked for and it failed. */
export const errorSchema = (): z.ZodObject =>
  z.strictObject({
    error: z
      .looseObject({
        kind: z.string().describe('What kind of failure; a fixed word'),
        text: z.string().describe('The same as a sentence for people'),
        field: z.string().optional().describe('invalid-input: which argument, flag or command'),
        asked: z.string().optional().describe('unknown-item: what was asked for'),
        nearest: z.array(z.string()).optional().describe('Names that are like the unknown one'),
      })
      .describe('Further fields by kind'),
  });

/** Says it and gives the exit code. */
export function fail(failure: Failure, json: boolean, terminal: Print): number {
  const message = describeFailure(failure, english);
  if (json) terminal.out(JSON.stringify({ error: { ...failure, text: message } }));
  terminal.err(`soloflow: ${message}`);
  return exitCodeOfFailure(failure);
}

/** Wrong use and unknown names are 2, a refusal because a person is needed 3, the rest 1. */
function exitCodeOfFailure(failure: Failure): number {
  switch (failure.kind) {
    case 'invalid-input':
    case 'unknown-item':
    case 'ambiguous-item':
    case 'unknown-document':
    case 'unknown-run':
    case 'not-in-a-run':
    case 'unknown-pause':
    case 'illegal-choice':
    case 'already-answered':
    case 'nothing-to-run':
    case 'runtime-too-old':
      return WRONG_USE;
    case 'untrusted':
    case 'not-approved':
    case 'duplicate-idea':
      return NEEDS_A_PERSON;
    default:
      return 1;
  }
}
