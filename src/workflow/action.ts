// One thing a person can ask for: declared once, offered as palette command, CLI subcommand and MCP tool.
import type * as z from 'zod';
import type { Config } from '../model/config';
import type { Failure } from '../model/failure';
import type { PlanStatus } from '../model/plan';
import type { Result } from '../model/result';
import type { Engine } from '../engine/service';
import type { Approvals, Log, PlanPort } from '../engine/ports';
import type { DocumentStore, Plan } from '../plan/ports';

/** read: needs nothing. write: changes documents. run: starts processes, needs trust and approvals. */
export type Effect = 'read' | 'write' | 'run';

/** What a handler works with: one per workspace folder, built by the composition roots. */
export interface Workspace {
  /** Absolute. */
  readonly root: string;
  readonly plan: Plan;
  readonly planPort: PlanPort;
  /** The author's own words for a status, kept so that setting it again restores them. */
  readonly spellings: Spellings;
  readonly documents: DocumentStore;
  readonly engine: Engine;
  readonly approvals: Approvals;
  readonly config: () => Config;
  readonly log: Log;
}

export interface Spellings {
  get(key: string, status: PlanStatus): string | null;
  put(key: string, status: PlanStatus, text: string): void;
}

export interface Call {
  /** "editor", "cli", "mcp:<client>". */
  readonly by: string;
  readonly signal: AbortSignal;
  /** Progress in words-free form: step name and fraction 0..1 or null. */
  readonly progress: (step: string, fraction: number | null) => void;
}

export interface Action<Input extends z.ZodObject, Output> {
  /** CLI subcommand and MCP tool name, kebab-case. */
  readonly name: string;
  /** Title Case verb–noun, for the palette. */
  readonly title: string;
  /** One sentence. */
  readonly description: string;
  readonly effect: Effect;
  readonly input: Input;
  /** Names of input fields that the CLI takes without a flag, in order. */
  readonly positional: readonly string[];
  readonly surfaces: readonly ('palette' | 'cli' | 'mcp')[];
  run(workspace: Workspace, input: z.output<Input>, call: Call): Promise<Result<Output, Failure>>;
}

/** Keeps the literal types of a declaration. */
export function defineAction<Input extends z.ZodObject, Output>(action: Action<Input, Output>): Action<Input, Output> {
  return action;
}
