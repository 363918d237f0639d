// From an action's zod input to the questions a person is asked in quick picks. Pure. Only what is needed is asked:
// required fields and the positional ones; the rest keeps its default.
import * as z from 'zod';

export type AskStep =
  | { readonly kind: 'text'; readonly field: string; readonly prompt: string; readonly optional: boolean }
  | { readonly kind: 'number'; readonly field: string; readonly prompt: string; readonly optional: boolean }
  | { readonly kind: 'yes-no'; readonly field: string; readonly prompt: string; readonly optional: boolean }
  | {
      readonly kind: 'pick';
      readonly field: string;
      readonly prompt: string;
      readonly optional: boolean;
      readonly choices: readonly string[];
    }
  | {
      readonly kind: 'item' | 'items' | 'document' | 'documents' | 'run' | 'pause' | 'sprint' | 'goal';
      readonly field: string;
      readonly prompt: string;
      readonly optional: boolean;
    };

const jsonField = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  description: z.string().optional(),
});
const jsonObject = z.looseObject({
  properties: z.record(z.string(), jsonField).default({}),
  required: z.array(z.string()).default([]),
});

/** What a field holds, by its name: the same words mean the same in every action. */
const REFERENCES: Readonly<Record<string, Extract<AskStep['kind'], 'item' | 'document' | 'run' | 'pause'>>> = {
  item: 'item',
  task: 'item',
  backlogItem: 'item',
  only: 'item',
  from: 'item',
  on: 'item',
  prd: 'document',
  tasks: 'document',
  document: 'document',
  run: 'run',
  pause: 'pause',
};

export function askSteps(
  input: z.ZodObject,
  positional: readonly string[],
  given: Readonly<Record<string, unknown>>,
): readonly AskStep[] {
  const schema = jsonObject.parse(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }));
  const names = [...new Set([...positional, ...schema.required])];
  return names.flatMap((field): readonly AskStep[] => {
    const shape = schema.properties[field];
    if (shape === undefined || field in given) return [];
    const base = { field, prompt: shape.description ?? field, optional: !schema.required.includes(field) };
    const reference = REFERENCES[field];
    const type = Array.isArray(shape.type) ? shape.type.find((each) => each !== 'null') : shape.type;
    if (shape.enum !== undefined)
      return [{ ...base, kind: 'pick', choices: shape.enum.filter((each) => typeof each === 'string') } as const];
    if (type === 'array' && reference === 'item') return [{ ...base, kind: 'items' } as const];
    if (type === 'array' && reference === 'document') return [{ ...base, kind: 'documents' } as const];
    if (reference !== undefined) return [{ ...base, kind: reference } as const];
    if (type === 'boolean') return [{ ...base, kind: 'yes-no' } as const];
    if (type === 'integer' || type === 'number') return [{ ...base, kind: 'number' } as const];
    return [{ ...base, kind: 'text' } as const];
  });
}
