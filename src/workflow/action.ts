// One thing a person can ask for: declared once, offered as palette command, CLI subcommand and MCP tool.
import type * as z from 'zod';
import type { Config } from '../model/config';
import type { Failure } from '../model/failure';
import type { Gate, GateStatus } from '../model/gate';
import type { KeptMoment, MemoryAnswer, MemoryRequest, MemoryRow, Recalled, Remembering } from '../model/memory';
import type { PlanStatus } from '../model/plan';
import type { Problem } from '../model/problem';
import type { Result } from '../model/result';
import type { TaskSpec } from '../model/run';
import type { Engine } from '../engine/service';
import type { Approvals, Log, PlanPort } from '../engine/ports';
import type { DocumentStore, Plan } from '../plan/ports';
import type { ToolCommand } from '../plan/write/tool-command';
import type { ToolModel } from './language-model';

/** read: needs nothing. write: changes documents. run: starts processes, needs trust and approvals. */
type Effect = 'read' | 'write' | 'run';

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
  /** What is wrong in the config file; the last good config stays in force. Absent: nobody looks. */
  readonly configProblems?: () => readonly Problem[];
  readonly log: Log;
  /** Care of the record; null where the database is not open. */
  readonly record: RecordCare | null;
  /** What was learned, and what documents say; null where the database is not open. */
  readonly memory: WorkspaceMemory | null;
  /** Where the longer workflows (start, ship) stand; null where the database is not open. */
  readonly stages: Stages | null;
  readonly repository: Repository;
  /** Tools that keep documents of their own (bd). Absent where nothing can run. */
  readonly peerTool?: PeerTool;
  /** Runs the gates of a task of a run now and keeps nothing: a look, not a verdict. Absent where nothing can run. */
  readonly checkGates?: (
    runId: string,
    taskKey: string,
    signal: AbortSignal,
    checked: (look: GateLook, fraction: number) => void,
  ) => Promise<Result<readonly GateLook[], Failure>>;
  /** Runs one gate of a task now and keeps nothing. `runId`: of the run that did the task, null where nobody ran it. */
  readonly checkGate?: (gate: Gate, spec: TaskSpec, runId: string | null, signal: AbortSignal) => Promise<GateLook>;
  /** The editor's language model; absent where the host has none. */
  readonly languageModel?: ToolModel;
  /** The configured agent's command line as one that answers a prompt with text. Absent where nothing can run. */
  readonly agentText?: AgentText;
  /** Takes secrets out of a text that goes out. */
  readonly redact?: (text: string) => string;
  /** What speaks here: agents' claims are kept by it. Absent where there is no record. */
  readonly session?: { readonly id: string; readonly isOpen: (id: string) => boolean };
  /** Puts text where a person takes it up. Absent: there is no such place. */
  readonly place?: (where: 'clipboard' | 'chat', text: string) => Promise<Result<null, Failure>>;
  /** What the configured agent would run for a task without commands; null: it is the person's turn. */
  readonly workerCommand?: (spec: TaskSpec) => string | null;
  /** Lets agents work here; said by the person who approves in the terminal. Absent: the surface has its own trust. */
  readonly trustFolder?: (by: string) => void;
}

export interface AgentText {
  /** Its command line, to be approved before it runs; null: no agent is configured. */
  command(): string | null;
  /** What it printed. A `file`, `cancelled` or `language-model` failure where it did not end well. */
  complete(prompt: string, signal: AbortSignal): Promise<Result<string, Failure>>;
}

/** What a gate would say. ask: a person decides. */
export interface GateLook {
  readonly gate: string;
  readonly status: GateStatus | 'ask';
  readonly detail: string;
}

/** A longer workflow, kept across restarts: written before each of its effects. */
export interface Stage {
  readonly id: string;
  readonly kind: string;
  /** The workflow's own word for where it stands. */
  readonly status: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly by: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}
export interface Stages {
  /** Creates or moves on. Throws `JournalUnavailable` when nothing could be written. */
  put(stage: Pick<Stage, 'id' | 'kind' | 'status' | 'data' | 'by'>): void;
  get(id: string): Stage | null;
  /** Latest moved first. */
  list(kind: string, limit: number): readonly Stage[];
}

/** The git repository around the workspace. */
export interface Repository {
  /** null: no git, or no repository. */
  state(): Promise<RepositoryState | null>;
  /** Runs one git command that a person approved as `text`; its output. */
  run(command: GitCommand): Promise<Result<string, Failure>>;
}
export interface RepositoryState {
  readonly branch: string | null;
  readonly detached: boolean;
  readonly head: string | null;
  /** Changed and untracked files, relative to the root. */
  readonly dirty: readonly string[];
}
export interface GitCommand {
  /** As a person reads and approves it. */
  readonly text: string;
  readonly args: readonly string[];
}

/** A tool that keeps documents of its own. */
export interface PeerTool {
  /** Runs one of its commands that a person approved as `text`; what it said. */
  run(command: ToolCommand): Promise<Result<string, Failure>>;
}

/** Remembering and recalling, for one workspace folder. */
export interface WorkspaceMemory {
  /** Kept moments of a task, newest first. */
  context(key: string, limit: number): readonly KeptMoment[];
  /** Decisions, notes, lessons and facts about a task, newest first; without a key: of the whole workspace. */
  notes(key: string | null, limit: number): readonly MemoryRow[];
  /** Stores it without secrets; an unknown `supersedes` is a failure. */
  remember(memory: Remembering): Result<MemoryRow, Failure>;
  /** Keeps where somebody is with a task, by hand. */
  keep(key: string, runId: string | null, context: Readonly<Record<string, unknown>>): Result<null, Failure>;
  /** Memories and document sections that fit the words best, best first. Brings the index of documents up to date. */
  recall(query: string, limit: number, signal?: AbortSignal): Promise<readonly Recalled[]>;
  /** Markdown from facts: done with evidence, open, waiting, decisions, next. */
  handover(): string;
  /** Asks several systems at once; one that fails or is slow is reported and the rest continue. */
  orchestrate(
    request: MemoryRequest,
    signal: AbortSignal,
    progress: (step: string, fraction: number | null) => void,
  ): Promise<MemoryAnswer>;
}

/** What one check of the workspace's state found. `repaired` tells what was done about it. */
interface CareFinding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'error';
  readonly detail: string;
  readonly repair: string | null;
  readonly repaired: string | null;
}

/** Looking after the database: check and repair, carry out and in, forget what is old. */
export interface RecordCare {
  doctor(repair: boolean): Promise<readonly CareFinding[]>;
  /**
   * An export, handed to `write` in pieces as it stands in one moment: every line of the record, or one run in the words
   * of the seed's workflow state. What `write` throws comes back out.
   */
  exportInto(format: ExportFormat, runId: string | null, write: (text: string) => void): Result<null, Failure>;
  /** The same for a reader that takes its time. */
  exportSlowly(format: ExportFormat, runId: string | null): Result<AsyncIterable<string>, Failure>;
  /** Reads either format; runs that were open come back paused. */
  importText(text: string, by: string): Result<ImportCounts, Failure>;
  /** Reads the lines of an export of everything; whole or, at the first that does not fit, not at all. */
  importLines(lines: Iterable<string>, by: string): Result<ImportCounts, Failure>;
  /**
   * Drops finished runs that ended more than `days` ago, then gives the space back. `atMost` runs at once; without
   * `rewrite` the file keeps its size and uses the space again.
   */
  forget(days: number, limits?: { readonly atMost?: number; readonly rewrite?: boolean }): Result<Forgotten, Failure>;
}
export interface Forgotten {
  readonly runs: number;
  readonly events: number;
  /** Where they are now, relative to the root; null: nothing went. */
  readonly archive: string | null;
  /** Old finished runs that must stay, and the open one that began before them; null: nothing is held back. */
  readonly held: { readonly runs: number; readonly by: string } | null;
}
export type ExportFormat = 'soloflow' | 'workflow-state';
export interface ImportCounts {
  readonly runs: number;
  readonly events: number;
  readonly memories: number;
  readonly skipped: number;
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
  /** Takes text that is too long for an answer, in pieces; resolves when there is room for more. Absent: nobody takes it. */
  readonly write?: (text: string) => Promise<void>;
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
  /** What `--json` and MCP give when it succeeds; made only when somebody asks. Its type and that of `run` are one. */
  readonly output: () => z.ZodType<NoInfer<Output>>;
  /** Names of input fields that the CLI takes without a flag, in order. */
  readonly positional: readonly string[];
  readonly surfaces: readonly ('palette' | 'cli' | 'mcp')[];
  run(workspace: Workspace, input: z.output<Input>, call: Call): Promise<Result<Output, Failure>>;
}

/** Keeps the literal types of a declaration. */
export function defineAction<Input extends z.ZodObject, Output>(action: Action<Input, Output>): Action<Input, Output> {
  return action;
}
