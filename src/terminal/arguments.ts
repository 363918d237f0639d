// Command line in, action and its input out. Flags come from the action's zod input; nothing is declared twice.
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import * as z from 'zod';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import { nearest } from '../plan/graph/nearest';
import type { AnyAction } from '../workflow/actions';

export interface CommandLine {
  readonly action: AnyAction;
  readonly input: Record<string, unknown>;
  readonly json: boolean;
  readonly root: string | null;
}

/** Options that every subcommand takes. */
const COMMON = {
  json: { type: 'boolean' },
  workspace: { type: 'string', short: 'w' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A field as an argument without a flag is named: BACKLOG-ITEM. */
export const argumentName = (field: string): string => kebab(field).toUpperCase();

export interface Flag {
  /** As typed, without dashes. */
  readonly name: string;
  readonly field: string;
  readonly kind: 'boolean' | 'string' | 'list';
  readonly choices: readonly string[];
  readonly description: string;
  readonly required: boolean;
}

/** Flags of an action, from the fields of its input. Their JSON schema says the same, and takes longer to make. */
export function flagsOf(action: AnyAction): readonly Flag[] {
  return Object.entries(action.input.shape).map(([field, schema]) => {
    const value = bare(schema);
    const one = value instanceof z.ZodArray ? value.element : value;
    return {
      name: kebab(field),
      field,
      kind: value instanceof z.ZodBoolean ? 'boolean' : value instanceof z.ZodArray ? 'list' : 'string',
      choices: one instanceof z.ZodEnum ? one.options.map(String) : [],
      description: descriptionOf(schema),
      required: value === schema,
    };
  });
}

/** What may be left out as what it is when it is there. */
const bare = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? bare(schema.unwrap()) : schema;

const descriptionOf = (schema: z.core.$ZodType): string =>
  (schema instanceof z.ZodType ? schema.description : undefined) ??
  (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? descriptionOf(schema.unwrap()) : '');

/** Parses what stands behind the subcommand. */
export function parseCommand(action: AnyAction, args: readonly string[]): Result<CommandLine | 'help', Failure> {
  const flags = flagsOf(action);
  const options: ParseArgsOptionsConfig = { ...COMMON };
  for (const flag of flags) {
    options[flag.name] =
      flag.kind === 'boolean' ? { type: 'boolean' } : { type: 'string', multiple: flag.kind === 'list' };
  }
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...spreadLists(args, flags)],
      options,
      allowPositionals: true,
      allowNegative: true,
      strict: true,
    });
  } catch (error) {
    return err({ kind: 'invalid-input', field: action.name, message: wrongFlag(error, Object.keys(options)) });
  }
  const values = parsed.values as Record<string, string | boolean | string[] | undefined>;
  if (values['help'] === true) return ok('help');
  const input: Record<string, unknown> = {};
  for (const flag of flags) if (values[flag.name] !== undefined) input[flag.field] = values[flag.name];
  const positionals = [...parsed.positionals];
  for (const field of action.positional) {
    const value = positionals.shift();
    if (value === undefined) break;
    input[field] = value;
  }
  if (positionals.length > 0) {
    return err({ kind: 'invalid-input', field: action.name, message: `did not expect "${positionals.join(' ')}"` });
  }
  const checked = action.input.safeParse(input);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const field = String(issue?.path[0] ?? action.name);
    const shown = action.positional.includes(field) ? argumentName(field) : `--${kebab(field)}`;
    const missing = !(field in input) && issue?.path.length === 1;
    return err({
      kind: 'invalid-input',
      field: shown,
      message: missing ? 'is missing' : (issue?.message ?? 'is not valid'),
    });
  }
  const root = values['workspace'];
  return ok({
    action,
    input: checked.data,
    json: values['json'] === true,
    root: typeof root === 'string' ? root : null,
  });
}

/** `--systems a b` and `--systems a,b` as `--systems a --systems b`: a list with choices takes every choice behind it. */
function spreadLists(args: readonly string[], flags: readonly Flag[]): readonly string[] {
  const lists = new Map(
    flags.filter(({ kind, choices }) => kind === 'list' && choices.length > 0).map((flag) => [`--${flag.name}`, flag]),
  );
  const spread: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const list = lists.get(arg);
    const first = args[at + 1];
    // Nothing behind `--` is a flag.
    if (arg === '--') return [...spread, ...args.slice(at)];
    if (list === undefined || first === undefined) {
      spread.push(arg);
      continue;
    }
    // The first is its value whatever it says, so that a typo is seen.
    for (const value of first.split(',')) spread.push(arg, value);
    at += 1;
    for (let next = args[at + 1]; next !== undefined && list.choices.includes(next); next = args[at + 1]) {
      spread.push(arg, next);
      at += 1;
    }
  }
  return spread;
}

/** What the parser says, with the flags that are like the one it does not know. */
function wrongFlag(error: unknown, known: readonly string[]): string {
  const message = firstSentence(error);
  const unknown = /^Unknown option '--?([^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return message;
  const near = [...known.filter((each) => each.startsWith(unknown)), ...nearest(unknown, known)];
  const offered = [...new Set(near)].slice(0, 3).map((each) => `--${each}`);
  return offered.length === 0 ? message : `${message}. Did you mean ${offered.join(', ')}?`;
}

const firstSentence = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('. ')[0]?.replace(/\.$/, '') ?? 'cannot be read';
