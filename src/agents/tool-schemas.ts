// Schemas of tools as they are sent: the actions' own, without what every client assumes anyway. Models read the inputs
// with every request; outputs are for programs, and the largest are not sent at all.
import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { AnyAction } from '../workflow/actions';

type ObjectSchema = StandardSchemaWithJSON<unknown, Record<string, unknown>>;

/**
 * Characters of the longest output schema that is sent. Those of status, list, task and start-task are three times as
 * long as all others together, and some clients hand them to the model.
 */
const LONGEST = 1000;

/** What only a person may say: no tool takes it, and the action hears that it was not said. */
const PERSONS_OWN = { approve: false } as const;
const takesPersonsOwn = (action: AnyAction): boolean => 'approve' in action.input.shape;

export const inputSchemaOf = (action: AnyAction): ObjectSchema =>
  plain(takesPersonsOwn(action) ? action.input.omit({ approve: true }) : action.input);

/** The input as the action wants it. */
export const inputFor = (action: AnyAction, input: Record<string, unknown>): Record<string, unknown> =>
  takesPersonsOwn(action) ? { ...input, ...PERSONS_OWN } : input;

/** What structured content of the tool looks like; undefined where saying it takes too much room. */
export function outputSchemaOf(action: AnyAction): ObjectSchema | undefined {
  const output = action.output();
  // A tool's content is an object; so is what each action gives.
  if (!(output instanceof z.ZodObject)) return undefined;
  return JSON.stringify(jsonOf(output, 'output')).length > LONGEST ? undefined : plain(output, 'output');
}

function plain(schema: z.ZodObject, io: 'input' | 'output' = 'input'): ObjectSchema {
  const json = () => jsonOf(schema, io);
  return { '~standard': { ...schema['~standard'], jsonSchema: { input: json, output: json } } };
}

/** Without its dialect: 2020-12 is what the protocol assumes. */
export function jsonOf(schema: z.ZodObject, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _schema, ...json } = z.toJSONSchema(schema, { io }) as Record<string, unknown>;
  return io === 'input' ? json : (open(json) as Record<string, unknown>);
}

/** An output of a later version may say more. */
function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => name !== 'additionalProperties' || inner !== false)
      .map(([name, inner]) => [name, open(inner)]),
  );
}
