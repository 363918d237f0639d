// JSON schemas of the terminal: what a command takes, what it prints with --json, and what a failure looks like there.
import * as z from 'zod';
import type { AnyAction } from '../workflow/actions';
import { errorSchema } from './failing';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

const json = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

/** Of one action, or of all of them; null: there is no such action in the terminal. */
export function schemaText(actions: readonly AnyAction[], name: string | null): string | null {
  const own = actions.filter(({ surfaces }) => surfaces.includes('cli'));
  const asked = name === null ? own : own.filter((action) => action.name === name);
  if (asked.length === 0) return null;
  const commands = asked.map((action) => ({
    command: action.name,
    description: action.description,
    effect: action.effect,
    input: json(action.input, 'input'),
    output: json(action.output(), 'output'),
  }));
  const value = name === null ? { commands } : commands[0];
  return JSON.stringify({ $schema: DIALECT, ...value, error: json(errorSchema(), 'output') }, null, 2);
}
