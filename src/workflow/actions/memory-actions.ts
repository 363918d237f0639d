// What was learned, kept and found again: remember, recall, the context of a task, the hand-over, and all systems at once.
import * as z from 'zod';
import { answerText } from '../../memory/answer-text';
import { MEMORY_ROLES, MEMORY_SYSTEMS, type MemoryRole, type MemoryRow } from '../../model/memory';
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import { defineAction, type Call, type Workspace, type WorkspaceMemory } from '../action';
import { readMemorySource } from '../memory-source';
import { findItem } from '../resolve';
import { taskContext } from '../task-context';
import {
  contextOutput,
  handoverOutput,
  keepContextOutput,
  memoryOutput,
  primeOutput,
  recallWordsOutput,
  rememberThisOutput,
} from '../outputs/memory-outputs';

const item = z.string().min(1).describe('Task: id, key or title');
const query = z.string().min(1).max(2000).describe('What you want to know');
const role = z.enum(MEMORY_ROLES).default('implementer').describe('For whom');
const budget = z.coerce
  .number()
  .int()
  .min(200)
  .max(200_000)
  .optional()
  .describe('Most tokens, estimated as characters / 4');

export const rememberThis = defineAction({
  name: 'remember',
  title: 'Remember…',
  description: 'Keeps a decision, note, lesson or fact with its source; it may take the place of an earlier one.',
  effect: 'write',
  input: z.strictObject({
    text: z.string().min(1).max(16_000).describe('What to remember; the first line is its title'),
    kind: z.enum(['decision', 'note', 'lesson', 'fact']).default('note').describe('What it is'),
    item: item.optional(),
    source: z.string().min(1).max(500).optional().describe('path:line, commit:HASH or output:ATTEMPT'),
    supersedes: z.string().min(4).optional().describe('Id of the memory it replaces; that one is kept'),
  }),
  output: rememberThisOutput,
  positional: ['text'],
  surfaces: ['palette', 'cli', 'mcp'],
  async run(workspace, input, call) {
    const memory = memoryOf(workspace);
    if (!memory.ok) return memory;
    const about = input.item === undefined ? null : findItem(workspace, input.item);
    if (about !== null && !about.ok) return about;
    const source = input.source === undefined ? ok(null) : readMemorySource(input.source);
    if (!source.ok) return source;
    const kept = memory.value.remember({
      kind: input.kind,
      text: input.text,
      taskKey: about?.value.key ?? null,
      source: source.value,
      supersedes: input.supersedes ?? null,
      by: call.by,
    });
    return kept.ok ? ok(shown(kept.value)) : kept;
  },
});

export const recallWords = defineAction({
  name: 'recall',
  title: 'Recall…',
  description: 'Finds memories and passages of documents that fit the words best, each with its place.',
  effect: 'read',
  input: z.strictObject({
    query,
    limit: z.coerce.number().int().min(1).max(50).default(8).describe('How many'),
  }),
  output: recallWordsOutput,
  positional: ['query'],
  surfaces: ['palette', 'cli', 'mcp'],
  async run(workspace, input, call) {
    const memory = memoryOf(workspace);
    if (!memory.ok) return memory;
    call.progress('indexing', null);
    return ok({ query: input.query, found: await memory.value.recall(input.query, input.limit, call.signal) });
  },
});

export const context = defineAction({
  name: 'context',
  title: 'Show Context',
  description: 'All that is kept about a task: what happened at each turn, decisions, answers, gates, last failure.',
  effect: 'read',
  input: z.strictObject({
    item,
    limit: z.coerce.number().int().min(1).max(200).default(20).describe('How many kept moments'),
  }),
  output: contextOutput,
  positional: ['item'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const memory = memoryOf(workspace);
    if (!memory.ok) return memory;
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    const kept = memory.value.context(found.value.key, input.limit);
    return ok({
      ...taskContext(workspace, found.value),
      notes: memory.value.notes(found.value.key, 50).map(shown),
      context: kept,
    });
  },
});

export const keepContext = defineAction({
  name: 'keep-context',
  title: 'Keep Context…',
  description: 'Keeps where you are with a task, by hand: for whoever goes on with it.',
  effect: 'write',
  input: z.strictObject({ item, text: z.string().min(1).max(16_000).describe('Where you are, what comes next') }),
  output: keepContextOutput,
  positional: ['item', 'text'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    const memory = memoryOf(workspace);
    if (!memory.ok) return memory;
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    const { key } = found.value;
    const run = workspace.engine.runs(20).find((view) => view.tasks.some(({ taskKey }) => taskKey === key));
    const kept = memory.value.keep(key, run?.run.id ?? null, { text: input.text, by: call.by });
    return kept.ok ? ok({ key, kept: input.text }) : kept;
  },
});

export const handover = defineAction({
  name: 'handover',
  title: 'Show Hand-over',
  description: 'Where the work stands, from facts: done with evidence, open, waiting, decisions, next.',
  effect: 'read',
  input: z.strictObject({}),
  output: handoverOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace) {
    const memory = memoryOf(workspace);
    return memory.ok ? ok({ text: memory.value.handover() }) : memory;
  },
});

export const memory = defineAction({
  name: 'memory',
  title: 'Ask All Memory Systems…',
  description:
    'Asks the memory, the editor and its rules, anchored documents and the bundle at once; one cited answer.',
  effect: 'read',
  input: z.strictObject({
    query,
    systems: z
      .array(z.enum(MEMORY_SYSTEMS))
      .min(1)
      .default([...MEMORY_SYSTEMS])
      .describe('Which systems'),
    role,
    format: z.enum(['cursor', 'markdown', 'json']).default('markdown').describe('Form of the text'),
    budget,
  }),
  output: memoryOutput,
  positional: ['query'],
  surfaces: ['palette', 'cli', 'mcp'],
  async run(workspace, input, call) {
    const found = memoryOf(workspace);
    if (!found.ok) return found;
    const request = {
      query: input.query,
      systems: input.systems,
      role: input.role,
      budget: input.budget ?? workspace.config().memory.budget,
    };
    const answer = await found.value.orchestrate(request, call.signal, call.progress);
    if (call.signal.aborted) return err({ kind: 'cancelled' });
    return ok({
      ...answerText(answer, input.format),
      systems: answer.systems.map(({ source, status, found: count, ms, output, error }) => ({
        source,
        status,
        found: count,
        ms,
        // With --format json the passages stand in the text; once is enough.
        output: output.map(({ title, citation, tokens }) => ({ title, citation, tokens })),
        error,
      })),
    });
  },
});

export const prime = defineAction({
  name: 'prime',
  title: 'Copy Prime Bundle',
  description: 'A bundle to begin a new chat with: hand-over, decisions, rules and passages, within a budget.',
  effect: 'read',
  input: z.strictObject({ query: query.optional(), role, budget }),
  output: primeOutput,
  positional: ['query'],
  surfaces: ['palette', 'cli', 'mcp'],
  async run(workspace, input, call) {
    return primeBundle(workspace, input, call);
  },
});

/** What a new chat begins with, as text. */
export async function primeBundle(
  workspace: Workspace,
  input: { readonly query?: string | undefined; readonly role: MemoryRole; readonly budget?: number | undefined },
  call: Call,
): Promise<Result<{ readonly text: string; readonly tokens: number }, Failure>> {
  const found = memoryOf(workspace);
  if (!found.ok) return found;
  // Without a question: what the next task is about.
  const next = workspace.plan.next(1)[0]?.item;
  const about = input.query ?? (next === undefined ? 'current status' : `${next.id ?? ''} ${next.title}`.trim());
  const answer = await found.value.orchestrate(
    {
      query: about,
      systems: ['prime', 'ltst', 'go_cli', 'cursor'],
      role: input.role,
      budget: input.budget ?? workspace.config().memory.budget,
    },
    call.signal,
    call.progress,
  );
  if (call.signal.aborted) return err({ kind: 'cancelled' });
  return ok(answerText(answer, 'markdown'));
}

const shown = ({ id, kind, title, body, source, taskKey, createdAt }: MemoryRow) => ({
  id,
  kind,
  title,
  text: body,
  source,
  key: taskKey,
  at: createdAt,
});

function memoryOf(workspace: Workspace): Result<WorkspaceMemory, Failure> {
  return workspace.memory === null
    ? err({ kind: 'store-read-only', path: '.soloflow/soloflow.db' })
    : ok(workspace.memory);
}
