// Who does tasks that have no commands, composed: a configured command line, or the language model of the editor.
import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { eitherWorker } from './agents/either-worker';
import { createModelWorker } from './agents/model-worker';
import { toolsFor } from './agents/model-tools';
import type { Fence, ModelHands } from './agents/ports';
import type { ServerCommand } from './agents/server-command';
import { createAgentWorker } from './agents/worker';
import type { Processes, Worker } from './engine/ports';
import type { Config } from './model/config';
import type { TaskSpec } from './model/run';
import type { Plan } from './plan/ports';
import { createKeptOutput } from './system/kept-output';
import type { Redactor } from './system/redact';
import { locate } from './system/workspace-path';
import type { Workspace } from './workflow/action';
import type { AnyAction } from './workflow/actions';
import type { ToolModel } from './workflow/language-model';

/** The editor's model with its hands on files. */
export interface EditorModel {
  readonly model: ToolModel;
  readonly hands: ModelHands;
  /** What it may call beside them; the terminal, which has no editor, does not load them all. */
  readonly actions: readonly AnyAction[];
}

export interface AgentSurroundings {
  readonly root: string;
  readonly config: () => Config;
  readonly processes: Processes;
  readonly plan: Plan;
  readonly redactor: Redactor;
  readonly environment: () => Readonly<Record<string, string>>;
  /** All that is known of a task; asked when the work begins. */
  readonly context: (spec: TaskSpec) => unknown;
  /** What its actions work with; asked when one is called. */
  readonly workspace: () => Workspace;
  readonly editorModel?: EditorModel;
  readonly server: ServerCommand;
  /** An agent whose command line was approved begins. */
  readonly agentBegins: () => void;
}

export function wireAgents(around: AgentSurroundings): Worker {
  const { root, config, processes, context, environment, editorModel, redactor } = around;
  const redact = (text: string): string => redactor.redact(text).text;
  const command = createAgentWorker({
    root,
    config,
    processes,
    environment,
    context,
    redact,
    server: around.server,
    begins: around.agentBegins,
  });
  if (editorModel === undefined) return command;
  const model = createModelWorker({
    model: editorModel.model,
    config,
    context,
    redact,
    keep: (show) => createKeptOutput(redactor, show),
    monotonic: () => performance.now(),
    tools: (spec, signal) =>
      toolsFor(
        {
          hands: editorModel.hands,
          fence: fenceOf(root, around.plan),
          redact,
          workspace: around.workspace,
          actions: editorModel.actions,
        },
        spec,
        signal,
      ),
  });
  return eitherWorker([command, model]);
}

/** What runs things when a folder is opened, keeps our record or holds secrets is nothing for a model to touch. */
const NEVER = /(?:^|\/)(?:\.git|\.soloflow|node_modules|\.ssh|\.aws|\.env[^/]*|[^/]*\.pem|id_rsa[^/]*)(?:\/|$)/i;
const NO_CHANGE = /(?:^|\/)(?:\.vscode|\.cursor|\.claude|\.idea|\.husky|\.devcontainer|\.mcp\.json|\.npmrc)(?:\/|$)/i;

/** Nothing outside the folder, also not through a link; plan documents are read only: their status is written for it. */
function fenceOf(root: string, plan: Plan): Fence {
  return async (path, to) => {
    const found = await locate(root, path);
    if (found.kind === 'outside') return 'it is not inside the workspace folder';
    const real = relative(await realpath(root), found.file).replaceAll('\\', '/');
    if (NEVER.test(path) || NEVER.test(real)) return 'it is not for agents';
    if (to === 'read') return null;
    if (NO_CHANGE.test(path) || NO_CHANGE.test(real)) return 'it settles what programs do here';
    const document = plan.snapshot().documents.find((each) => each.path === path);
    return document === undefined || document.items.length === 0 ? null : 'it is a plan document';
  };
}
