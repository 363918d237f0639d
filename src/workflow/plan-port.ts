// The plan as the engine sees it: tasks of a scope, statuses by key, and the few changes a run makes to documents.
import type { PlanPort } from '../engine/ports';
import type { Config } from '../model/config';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { DocumentChange } from '../model/run';
import { normalId, normalTitle } from '../plan/graph/ids';
import { codeSpan } from '../plan/write/task-text';
import type { NewTask, Plan, PlanChange } from '../plan/ports';
import { scopeItems, type KeysOf } from './scope';
import { writeChanges, type StatusWriter } from './status/write-status';
import { taskSpecs } from './task-spec';

export interface PlanPortOptions {
  readonly plan: Plan;
  readonly config: () => Config;
  readonly keysOf: KeysOf;
  /** How this project's tests are run; null: nothing tells. */
  readonly testCommand: () => string | null;
  /** Former words and commands of peer tools. Absent: only documents are written, in the document's own words. */
  readonly writer?: () => StatusWriter;
}

export function createPlanPort({ plan, config, keysOf, testCommand, writer }: PlanPortOptions): PlanPort {
  const write = async (changes: readonly PlanChange[]): Promise<Result<string, Failure>> => {
    if (writer !== undefined) {
      const written = await writeChanges(writer(), changes);
      return written.ok ? ok([...written.value.paths, ...written.value.commands].join(', ')) : written;
    }
    const written = await plan.change(changes);
    return written.ok ? ok(written.value.join(', ')) : written;
  };
  return {
    tasks(scope) {
      const snapshot = plan.snapshot();
      const found = scopeItems(snapshot, scope, keysOf, () => plan.ready());
      if (!found.ok) return found;
      return ok({
        title: found.value.title,
        tasks: taskSpecs(snapshot, found.value.items, { config: config(), testCommand }),
      });
    },
    refresh: () => plan.open(),
    ids: (path) => plan.document(path)?.items.map(({ id }) => id) ?? [],
    line: (key) => plan.snapshot().items.get(key)?.line ?? null,
    status(keys) {
      const items = plan.snapshot().items;
      return new Map(
        keys.flatMap((key) => {
          const item = items.get(key);
          return item === undefined ? [] : [[key, item.status] as const];
        }),
      );
    },
    async apply(change, path) {
      const changes = planChanges(plan, change, path);
      if (!changes.ok) return changes;
      if (changes.value.length === 0) return ok('unchanged');
      const written = await write(changes.value);
      // Not every kind of document has a mark for "in progress".
      if (written.ok || !isMark(change) || written.error.kind === 'document-changed') return written;
      return ok(`not marked: ${written.error.kind}`);
    },
    async applyAll(changes, path) {
      const all: PlanChange[] = [];
      for (const change of changes) {
        const found = planChanges(plan, change, path);
        if (!found.ok) return found;
        all.push(...found.value);
      }
      return all.length === 0 ? ok('unchanged') : write(all);
    },
    onDidChange: (listener) => plan.onDidChange(() => listener()),
  };
}

const isMark = (change: DocumentChange): boolean => change.kind === 'set-status' && change.status === 'in-progress';

function planChanges(plan: Plan, change: DocumentChange, path: string): Result<readonly PlanChange[], Failure> {
  const items = plan.snapshot().items;
  switch (change.kind) {
    case 'set-status': {
      const item = items.get(change.key);
      if (item === undefined) return err({ kind: 'unknown-item', asked: change.key, nearest: [] });
      if (item.status === change.status) return ok([]);
      if (change.from !== undefined && item.status !== change.from) return ok([]);
      return ok([{ kind: 'set-status', key: change.key, status: change.status }]);
    }
    case 'tick-criteria': {
      const item = items.get(change.key);
      if (item === undefined) return err({ kind: 'unknown-item', asked: change.key, nearest: [] });
      const wanted = new Set(change.lines);
      const done = change.done ?? true;
      return ok(
        [...item.criteria, ...item.gates, ...item.tests]
          .filter((criterion) => criterion.box !== null && criterion.done === !done && wanted.has(criterion.text))
          .map((criterion) => ({ kind: 'tick' as const, key: change.key, line: criterion.line, done })),
      );
    }
    case 'append-hotfix': {
      const document = plan.document(path);
      if (document === null) return err({ kind: 'unknown-document', path, nearest: [] });
      // Idempotent: after a kill between writing and noting it, the task already stands there.
      const stands = document.items.some(
        (item) => item.normalId === normalId(change.id) && normalTitle(item.title) === normalTitle(change.title),
      );
      return ok(
        stands
          ? []
          : [
              {
                kind: 'append-task',
                path,
                after: change.after,
                task: hotfixTask(change, items.get(change.after)?.id ?? null),
              },
            ],
      );
    }
  }
}

/** The command of the step that runs the validation again is code, whatever it looks like. */
const withCode = (step: string): string =>
  step.replace(/^(Re-run the validation: )(.+)$/s, (_, words: string, command: string) => words + codeSpan(command));

/** The failed task waits for its hot fix, not the other way round: the note names what it repairs. */
function hotfixTask(change: DocumentChange & { kind: 'append-hotfix' }, failed: string | null): NewTask {
  return {
    id: change.id,
    title: change.title,
    kind: 'hotfix',
    priority: 'Critical',
    estimate: '1-2 hours',
    dependencies: [],
    steps: change.steps.map(withCode),
    criteria: change.criteria,
    commands: [],
    gates: [],
    autoAdvance: false,
    pauseAfter: true,
    readyPrompt: 'HotFix complete - retry original task?',
    // Never at the start of its line, where it could be read as a field.
    note: `Repairs ${failed ?? 'the task it stands below'}. ${change.evidence}`,
  };
}
