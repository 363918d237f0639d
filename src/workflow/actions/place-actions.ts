// Puts the bundle for a new chat where it is wanted: the clipboard, a file of the workspace, or the chat input.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import { MEMORY_ROLES } from '../../model/memory';
import { err, ok, unreachable, type Result } from '../../model/result';
import { defineAction, type Workspace } from '../action';
import { primeBundle } from './memory-actions';

export const placePrime = defineAction({
  name: 'place-prime',
  title: 'Place Prime Bundle…',
  description: 'Puts the bundle for a new chat onto the clipboard, into a file, or into the chat input of the editor.',
  effect: 'write',
  input: z.strictObject({
    to: z.enum(['clipboard', 'file', 'chat']).describe('Where it goes'),
    query: z.string().min(1).max(2000).optional().describe('What the chat will be about; without: the next task'),
    file: z
      .string()
      .min(1)
      .max(1000)
      .default('prime.md')
      .describe('With file: its path; what stands there is replaced'),
    role: z.enum(MEMORY_ROLES).default('implementer').describe('For whom'),
    budget: z.coerce.number().int().min(200).max(200_000).optional().describe('Most tokens, characters / 4'),
  }),
  output: () =>
    z.strictObject({ to: z.enum(['clipboard', 'file', 'chat']), path: z.string().nullable(), tokens: z.number() }),
  positional: ['to', 'query'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    const bundle = await primeBundle(workspace, input, call);
    if (!bundle.ok) return bundle;
    const { text, tokens } = bundle.value;
    const placed = await put(workspace, input, text);
    return placed.ok ? ok({ to: input.to, path: input.to === 'file' ? input.file : null, tokens }) : placed;
  },
});

async function put(
  workspace: Workspace,
  { to, file }: { readonly to: 'clipboard' | 'file' | 'chat'; readonly file: string },
  text: string,
): Promise<Result<unknown, Failure>> {
  switch (to) {
    case 'file': {
      const before = await workspace.documents.read(file);
      return before === null
        ? workspace.documents.create(file, text)
        : workspace.documents.write(file, before, [{ span: { start: 0, end: before.length }, text }]);
    }
    case 'clipboard':
    case 'chat':
      return (
        (await workspace.place?.(to, text)) ??
        err({ kind: 'invalid-input', field: to, message: 'is not to be reached from here' })
      );
    default:
      return unreachable(to);
  }
}
