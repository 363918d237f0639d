// Composition of one workspace folder: the adapters of all ports, built and wired once for the editor, the terminal and MCP alike.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerCommand } from './agents/server-command';
import { foldRun } from './engine/loading';
import type { Journal, Log, Worker } from './engine/ports';
import type { Config } from './model/config';
import type { Failure } from './model/failure';
import type { Problem } from './model/problem';
import { err, ok, type Result } from './model/result';
import type { StoreNotice } from './model/store-notice';
import type { Keeper } from './memory/keeper';
import type { EditorContext } from './memory/ports';
import { createPlan } from './plan/plan-index';
import type { DocumentStore, PlanCache } from './plan/ports';
import { createApprovals } from './store/approvals';
import { openKeptReadings } from './store/kept-readings';
import { openStore, type Store } from './store/open';
import { untilWritable } from './store/until-writable';
import { createConfigFile } from './system/config-file';
import { createDiskDocuments } from './system/document-files';
import { detectTestCommand } from './system/gates/test-command';
import { createIds } from './system/ids';
import { peerLockFor } from './system/peer-lock';
import type { Spellings, Workspace } from './workflow/action';
import { wireAgents, type EditorModel } from './wire-agents';
import { lookedCache, planCache } from './wire-plan-cache';
import { tendRecord } from './wire-care';
import { recordCare } from './wire-record';
import { wirePeerTool } from './wire-peer-tool';
import { wireRepository } from './wire-repository';
import { idleEngine } from './workflow/idle-engine';
import { createPlanPort } from './workflow/plan-port';
import { followPlanning } from './workflow/sprint/planning';

export interface OpenOptions {
  /** Absolute. */
  readonly root: string;
  /** "editor", "cli", "mcp". */
  readonly by: string;
  /** May anything run here at all? Asked each time. */
  readonly trusted: () => boolean;
  /**
   * plan: documents only, no database is touched. watch: the record is read, nothing is applied or run.
   * answer: answers and wishes are applied, nothing is begun. run: everything.
   */
  readonly needs: 'plan' | 'watch' | 'answer' | 'run';
  /** The terminal has no Workspace Trust of its own: what trusts the folder for agents. */
  readonly trustFolder?: (by: string) => void;
  /** false: a folder without a record gets none. */
  readonly create?: boolean;
  /** With needs "plan": readings that a record kept here may be used, where there is one. Only where a person asks. */
  readonly keptReadings?: boolean;
  /** Follow changes that others make to files. */
  readonly watch: boolean;
  readonly log: Log;
  readonly version: string;
  /** The editor puts its open buffers in front of the disk. */
  readonly documents?: (disk: DocumentStore) => DocumentStore;
  /** Problems the editor shows now, one line each; for the gate that allows no new ones. */
  readonly editorProblems?: () => readonly string[];
  /** What the editor shows now, for the memory. */
  readonly editorContext?: () => EditorContext | null;
  readonly worker?: Worker;
  /** The editor's language model. */
  readonly editorModel?: EditorModel;
  /** How programs start our MCP server for this folder. Absent: by its name. */
  readonly mcpServer?: ServerCommand;
  /** The host's clipboard and chat input. */
  readonly place?: NonNullable<Workspace['place']>;
  /** An agent that the person configured and approved begins: it may work here through our server. */
  readonly agentBegins?: () => void;
  /** Stands in front of the record: fault trials end the process at a chosen write. */
  readonly journal?: (journal: Journal) => Journal;
}

export interface OpenWorkspace extends Workspace {
  readonly notices: readonly StoreNotice[];
  /** Findings in .soloflow/config.json; the last good config stays in force. */
  readonly configProblems: () => readonly Problem[];
  readonly store: Store | null;
  readonly keeper: Keeper | null;
  dispose(options?: { readonly endProcesses: boolean }): Promise<void>;
}

/** How long a host that begins a long run is waited for. */
const PATIENCE_MS = 10_000;

export async function openWorkspace(options: OpenOptions): Promise<Result<OpenWorkspace, Failure>> {
  const { root, log, create = true } = options;
  const configFile = createConfigFile({ root, keep: options.needs !== 'plan' });
  const config = (): Config => configFile.config();
  const disk = createDiskDocuments({ root, config, watch: options.watch, lockFor: peerLockFor });
  const documents = options.documents?.(disk) ?? disk;

  if (options.needs === 'answer' || options.needs === 'run') await untilWritable(root, PATIENCE_MS);
  const store =
    options.needs !== 'plan'
      ? openStore({
          root,
          now: Date.now,
          log,
          appVersion: options.version,
          memoryFallback: true,
          look: options.needs !== 'run',
          create,
          fold: foldRun,
        })
      : null;
  if (store !== null && !store.ok && store.error.kind !== 'runtime-too-old') return err(store.error);
  const opened = store?.ok === true ? store.value : null;

  const kept = opened === null ? keptReadings(options) : { cache: planCache(opened), close: () => opened.close() };
  const plan = createPlan(documents, { config, ...(kept === null ? {} : { cache: kept.cache }) });
  await plan.open();
  // A mere look at the plan starts nothing: no sprint has to be found.
  const planning = options.needs === 'plan' ? null : await followPlanning({ plan, documents });
  const planPort = createPlanPort({
    plan,
    config,
    keysOf: planning?.keysOf ?? ((scope) => err({ kind: 'unknown-item', asked: scope.id, nearest: [] })),
    testCommand: () => detectTestCommand(root)?.command ?? null,
    writer: () => ({ plan, approvals, peerTool, spellings: opened?.spellings ?? forgetful }),
  });
  const approvals = createApprovals({
    root,
    trusted: options.trusted,
    environment: () => config().run.env,
    now: Date.now,
    log,
  });

  const peerTool = wirePeerTool(root, approvals);

  let whole: OpenWorkspace | null = null;
  const wired =
    opened === null
      ? null
      : await (
          await import('./wire-engine')
        ).wireEngine({
          ...options,
          store: opened,
          plan,
          planPort,
          documents,
          approvals,
          config,
          mayRun: () => options.needs !== 'watch' && options.trusted(),
          hold: options.needs === 'answer',
          agents: wireAgents,
          workspace: () => {
            if (whole === null) throw new Error('The workspace is not open yet.');
            return whole;
          },
        });
  const engine = wired?.engine ?? idleEngine(store !== null && !store.ok ? store.error : { kind: 'untrusted' });

  const record =
    opened === null
      ? null
      : recordCare(opened, {
          root,
          plan,
          planPort,
          configProblems: () => configFile.problems(),
          version: options.version,
          nextId: () => createIds({ now: Date.now }).next(),
        });
  const tending =
    opened === null || record === null || options.needs !== 'run'
      ? null
      : tendRecord({
          store: opened,
          engine,
          keepDays: () => config().record.keepDays,
          forget: (days, limits) => record.forget(days, limits),
          log,
        });

  whole = {
    root,
    plan,
    planPort,
    documents,
    engine,
    approvals,
    config,
    log,
    spellings: opened?.spellings ?? forgetful,
    notices: opened?.notices ?? [],
    configProblems: () => configFile.problems(),
    store: opened,
    keeper: wired?.keeper ?? null,
    memory: wired?.memory ?? null,
    ...(wired === null ? {} : { session: wired.session, workerCommand: wired.workerCommand }),
    ...(options.place === undefined ? {} : { place: options.place }),
    ...(wired === null
      ? {}
      : { checkGates: wired.checkGates, checkGate: wired.checkGate, agentText: wired.agentText, redact: wired.redact }),
    ...(options.trustFolder === undefined ? {} : { trustFolder: options.trustFolder }),
    ...(options.editorModel === undefined ? {} : { languageModel: options.editorModel.model }),
    stages: opened?.stages ?? null,
    repository: wireRepository(root, approvals),
    peerTool,
    record,
    async dispose(close = { endProcesses: false }) {
      if (!close.endProcesses) tending?.look();
      tending?.dispose();
      // Engine first, database last: nothing may write into a closed file.
      await wired?.dispose(close);
      planning?.dispose();
      await plan.kept().catch((error: unknown) => log.warn('Readings could not be kept.', { error: String(error) }));
      plan.dispose();
      disk.dispose();
      configFile.dispose();
      kept?.close();
    },
  };
  return ok(whole);
}

/** The readings that a record keeps; null where there is none, or it cannot be used. */
function keptReadings(options: OpenOptions): { readonly cache: PlanCache; close(): void } | null {
  const { root, needs, keptReadings: wanted, log, version } = options;
  const path = join(root, '.soloflow', 'soloflow.db');
  if (needs !== 'plan' || wanted !== true || !existsSync(path)) return null;
  const looked = openKeptReadings(path, Date.now);
  if (looked === null) return null;
  let whole: Store | null = null;
  const cache = lookedCache(looked, () => {
    const opened = openStore({ root, now: Date.now, log, appVersion: version, memoryFallback: false, fold: foldRun });
    whole = opened.ok ? opened.value : null;
    return whole;
  });
  return {
    cache,
    close() {
      whole?.close();
      looked.close();
    },
  };
}

const forgetful: Spellings = { get: () => null, put: () => {} };
