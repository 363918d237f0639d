// Checks whether a task's work is done: one gate in, one result with its evidence out.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Approvals, GateContext, GateRunner, Processes } from '../../engine/ports';
import type { Config } from '../../model/config';
import type { Gate, GateResult } from '../../model/gate';
import type { Problem } from '../../model/problem';
import { unreachable } from '../../model/result';
import type { DocumentStore } from '../../plan/ports';
import { createClock } from '../clock';
import { type CommandRunner, createCommandRunner, untilSeen } from '../command-runner';
import { walkDocuments } from '../document-list';
import { createIds } from '../ids';
import { createProcesses } from '../processes';
import { runGateCommand } from './command-gate';
import { checkCriteria, criteriaInText, type CriteriaReader } from './criteria-gate';
import { checkFiles } from './files-gate';
import { type Finding, plural, some } from './finding';
import { checkNavigation, checkReferences, isMarkdown, type LinkGateOptions } from './link-gates';
import { checkTests } from './tests-gate';
import { checkTree } from './tree-gate';

export interface GatesOptions {
  /** Absolute workspace folder. */
  readonly root: string;
  readonly documents: DocumentStore;
  readonly config: () => Config;
  readonly approvals: Approvals;
  /** Default: processes of their own under `.soloflow`. */
  readonly processes?: Processes;
  /** What readiness found out for commands; default: the config's own variables. */
  readonly env?: () => Readonly<Record<string, string>>;
  /**
   * Problems the editor shows that were not there when work on the task began; null: nobody can tell any more. Absent: no
   * editor is looking.
   */
  readonly newProblems?: (context: GateContext) => Promise<readonly string[] | null>;
  /** What the plan finds wrong now. */
  readonly planProblems?: () => readonly Problem[];
  /** The task's criteria as the plan reads them now; default: they are looked up by their words. */
  readonly criteria?: CriteriaReader;
  readonly now?: () => number;
}

const DEFAULT_TIMEOUT_MS = 30 * 60_000;

export function createGates(options: GatesOptions): GateRunner {
  const now = options.now ?? Date.now;
  let ownRunner: CommandRunner | null = null;
  const run: CommandRunner = (request) => {
    ownRunner ??= untilSeen(createCommandRunner(options.processes ?? ownProcesses(options), createIds({ now })));
    return ownRunner(request);
  };
  const commandOptions = () => {
    const { timeoutMinutes, env } = options.config().run;
    return {
      root: options.root,
      approvals: options.approvals,
      run,
      env: options.env ?? (() => env),
      timeoutMs: timeoutMinutes === null ? DEFAULT_TIMEOUT_MS : timeoutMinutes * 60_000,
    };
  };
  const linkOptions: LinkGateOptions = {
    root: options.root,
    documents: options.documents,
    planProblems: options.planProblems ?? (() => []),
  };

  const find = async (gate: Gate, context: GateContext): Promise<Finding | { readonly ask: string }> => {
    switch (gate.kind) {
      case 'command':
        return (await runGateCommand(gate.command, context, commandOptions())).finding;
      case 'files':
        return checkFiles(options.root, gate, context.since);
      case 'criteria':
        return checkCriteria(context.spec, options.criteria ?? criteriaInText(options.documents));
      case 'tests':
        return checkTests(gate, context, commandOptions());
      case 'references':
        return overDocuments(gate.paths, await scopeOf(gate.paths, context, options), (files) =>
          checkReferences(files, linkOptions),
        );
      case 'navigation':
        return overDocuments(gate.paths, await withoutOwn(gate.paths, context, options), (files) =>
          checkNavigation(files, linkOptions),
        );
      case 'problems':
        return newProblems(context, options);
      case 'tree':
        return checkTree(options.root, gate, context.since, context.documents());
      case 'person':
        return { ask: gate.question };
      default:
        return unreachable(gate);
    }
  };

  return {
    async check(gate, context) {
      const found = await find(gate, context).catch((error: unknown): Finding => {
        // A gate that breaks is not green; the reason belongs where people look.
        return { status: 'error', detail: error instanceof Error ? error.message : String(error), evidence: {} };
      });
      if ('ask' in found) return found;
      const { status, detail, evidence } = found;
      return {
        gate: gate.name,
        kind: gate.kind,
        status,
        detail: oneLine(detail),
        evidence,
        at: now(),
      } satisfies GateResult;
    },
  };
}

function ownProcesses(options: GatesOptions): Processes {
  return createProcesses({
    stateDir: path.join(options.root, '.soloflow'),
    graceSeconds: options.config().run.graceSeconds,
    clock: createClock(),
  });
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 1000);

/** Where no document is meant nothing is checked, and that is said: a glob without a match is a slip. */
async function overDocuments(
  globs: readonly string[],
  files: readonly string[],
  check: (files: readonly string[]) => Promise<Finding>,
): Promise<Finding> {
  if (files.length > 0) return check(files);
  return globs.length > 0
    ? { status: 'error', detail: `No document matches ${globs.join(', ')}.`, evidence: {} }
    : { status: 'pass', detail: 'no document was changed since the task began', evidence: {} };
}

/** Plans are found by the tool, not by links: without globs those of the run need not be reachable. */
async function withoutOwn(
  globs: readonly string[],
  context: GateContext,
  options: GatesOptions,
): Promise<readonly string[]> {
  const files = await scopeOf(globs, context, options);
  const own = globs.length > 0 ? new Set<string>() : context.documents();
  return files.filter((file) => !own.has(file));
}

/** Globs of the gate, or else the task's own document and those changed since work on the task began. */
async function scopeOf(
  globs: readonly string[],
  context: GateContext,
  options: GatesOptions,
): Promise<readonly string[]> {
  if (globs.length > 0) {
    const { files } = await walkDocuments(options.root, globs, options.config().documents.exclude);
    return files.filter(isMarkdown);
  }
  const files = new Set<string>(isMarkdown(context.spec.path) ? [context.spec.path] : []);
  for (const file of await options.documents.list()) {
    if (!isMarkdown(file) || files.has(file)) continue;
    const { mtimeMs } = await stat(path.join(options.root, file)).catch(() => ({ mtimeMs: 0 }));
    if (mtimeMs >= context.since - 20) files.add(file);
  }
  return [...files].sort();
}

async function newProblems(context: GateContext, options: GatesOptions): Promise<Finding> {
  if (options.newProblems === undefined) {
    const detail = 'Only the editor knows its problems, and this run is not carried by it: continue it there.';
    return { status: 'error', detail, evidence: {} };
  }
  const findings = await options.newProblems(context);
  if (findings === null) {
    const detail = 'The editor was opened after work on the task began: which of its problems are new cannot be told.';
    return { status: 'error', detail, evidence: {} };
  }
  if (findings.length === 0) return { status: 'pass', detail: 'No new problems', evidence: {} };
  return {
    status: 'fail',
    detail: `${plural(findings.length, 'new problem')}: ${some(findings, 3)}`,
    evidence: { findings },
  };
}
