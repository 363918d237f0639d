// The host under trial: runs or continues the plan of a folder and ends itself by SIGKILL at a chosen write.
import { openWorkspace } from '../src/wire';
import type { Journal } from '../src/engine/ports';
import type { Failure } from '../src/model/failure';
import { ok, type Result } from '../src/model/result';
import type { DocumentStore } from '../src/plan/ports';

export const PLAN = 'Task-List-B-001-trial.md';
const quiet = { info: () => {}, warn: () => {}, error: (message: string) => console.error(message) };

/** `point`: "before 7" and "after 7" are the seventh write of the record, "edit-before 2" the second of a document. */
export async function host(root: string, point: string): Promise<number> {
  const [moment = '', number = '0'] = point.split(' ');
  const die = (here: string, n: number): void => {
    if (here === moment && n === Number(number)) process.kill(process.pid, 'SIGKILL');
  };
  const opened = await openWorkspace({
    root,
    by: 'trial',
    trusted: () => true,
    needs: 'run',
    watch: false,
    log: quiet,
    version: '0.0.0-trial',
    journal: (journal) => dyingJournal(journal, die),
    documents: (disk) => dyingDocuments(disk, die),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const workspace = opened.value;
  const tasks = workspace.planPort.tasks({ kind: 'document', path: PLAN });
  if (!tasks.ok) throw new Error(JSON.stringify(tasks.error));
  const commands = tasks.value.tasks.flatMap(({ commands: own, gates }) => [
    ...own,
    ...gates.flatMap((gate) => (gate.kind === 'command' ? [gate.command] : [])),
  ]);
  workspace.approvals.approve(commands, 'trial');
  const going = await goOn(workspace);
  if (!going.ok) {
    // Said and not begun: a disk that takes nothing.
    console.error(JSON.stringify(going.error));
    await workspace.dispose();
    return 4;
  }
  const runId = going.value;
  const view = runId === null ? null : await workspace.engine.settled(runId);
  await workspace.dispose();
  if (view === null || view.run.status === 'succeeded') return 0;
  if (view.pauses.some((pause) => pause.answer === null)) console.error(JSON.stringify(view.pauses));
  return 3;
}

type Workspace = Extract<Awaited<ReturnType<typeof openWorkspace>>, { ok: true }>['value'];

/** The one click of a person: start, or continue what is open. null: it is all done. */
async function goOn({ engine }: Workspace): Promise<Result<string | null, Failure>> {
  const open = engine.continuations()[0];
  if (open !== undefined) {
    const resumed = await engine.wish({ kind: 'resume', runId: open.runId }, 'trial');
    return resumed.ok ? ok(open.runId) : resumed;
  }
  const last = engine.runs(1)[0];
  if (last !== undefined) return ok(last.run.id);
  const started = await engine.start({
    scope: { kind: 'document', path: PLAN },
    options: { autoAdvance: true, smartPause: true, contextPreserve: true, concurrency: 2 },
    requestKey: 'trial',
    by: 'trial',
  });
  return started.ok ? ok(started.value.id) : started;
}

function dyingJournal(journal: Journal, die: (here: string, n: number) => void): Journal {
  let n = 0;
  return {
    ...journal,
    commit(epoch, batch) {
      n += 1;
      die('before', n);
      const stored = journal.commit(epoch, batch);
      die('after', n);
      return stored;
    },
  };
}

function dyingDocuments(disk: DocumentStore, die: (here: string, n: number) => void): DocumentStore {
  let n = 0;
  return {
    list: () => disk.list(),
    read: (path) => disk.read(path),
    create: (path, text) => disk.create(path, text),
    onDidChange: (listener) => disk.onDidChange(listener),
    async write(path, basis, edits) {
      n += 1;
      die('edit-before', n);
      const written = await disk.write(path, basis, edits);
      die('edit-after', n);
      return written;
    },
  };
}
