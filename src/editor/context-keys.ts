// The only context keys there are: soloflow.active, soloflow.running, soloflow.paused, soloflow.canEnrich.
import * as vscode from 'vscode';
import { FINAL_RUN_STATES } from '../model/run';
import type { Folders } from './folder';
import { isShown } from './tree-model';

type Key = 'soloflow.active' | 'soloflow.running' | 'soloflow.paused' | 'soloflow.canEnrich';

/** The editor is asked for its models no more often than this. */
const ASK_AGAIN_MS = 10_000;

export class ContextKeys {
  readonly #known = new Map<Key, boolean | string>();
  #askedAt = Number.NEGATIVE_INFINITY;
  #model = false;
  #later: ReturnType<typeof setTimeout> | null = null;
  #disposed = false;

  /** active: 'plan' or 'none', unset until the folders were read. running: a run works. paused: a run waits, for an answer or for Continue. canEnrich: a model or an agent can be asked. */
  update(folders: Folders): void {
    const views = folders.all().flatMap((folder) => folder.workspace.engine.runs(20));
    const open = views.filter((view) => !FINAL_RUN_STATES.has(view.run.status));
    const resumable = folders
      .all()
      .some((folder) => folder.workspace.engine.continuations().some((each) => each.why !== 'running'));
    this.#set(
      'soloflow.active',
      folders.all().some((folder) => folder.workspace.plan.snapshot().documents.some(isShown)) ? 'plan' : 'none',
    );
    this.#set(
      'soloflow.running',
      open.some((view) => view.run.status !== 'paused'),
    );
    this.#set(
      'soloflow.paused',
      resumable ||
        open.some((view) => view.run.status === 'paused' || view.pauses.some((pause) => pause.answer === null)),
    );
    this.#lookForWriters(folders);
  }

  /** A configured agent counts at once; what the editor offers is asked at its pace, and never forgotten to be asked. */
  #lookForWriters(folders: Folders): void {
    const workspaces = folders.all().map((folder) => folder.workspace);
    const agent = workspaces.some(({ agentText }) => (agentText?.command() ?? null) !== null);
    this.#set('soloflow.canEnrich', agent || this.#model);
    if (this.#later !== null) return;
    const wait = Math.max(0, ASK_AGAIN_MS - (performance.now() - this.#askedAt));
    this.#later = setTimeout(() => void this.#lookForModels(folders), wait);
  }

  async #lookForModels(folders: Folders): Promise<void> {
    this.#askedAt = performance.now();
    let found = false;
    for (const { workspace } of folders.all())
      found ||= ((await workspace.languageModel?.available().catch(() => null)) ?? null) !== null;
    this.#later = null;
    if (this.#disposed || found === this.#model) return;
    this.#model = found;
    this.#lookForWriters(folders);
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#later !== null) clearTimeout(this.#later);
  }

  #set(key: Key, value: boolean | string): void {
    if (this.#known.get(key) === value) return;
    this.#known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
