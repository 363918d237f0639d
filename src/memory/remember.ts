// Writes down what somebody wants remembered, without secrets, and finds it again by the beginning of its id.
import type { Failure } from '../model/failure';
import type { MemoryRow, NewMemory, Remembering } from '../model/memory';
import { err, ok, type Result } from '../model/result';
import { showable, shortened } from './clean';
import type { MemoryStore } from './ports';

export interface RememberPorts {
  readonly store: MemoryStore;
  readonly nextId: () => string;
  readonly now: () => number;
  readonly sessionId: string;
  readonly redact: (text: string) => string;
}

const LONGEST = 16_384;
const LONGEST_TITLE = 120;
/** Rows looked through for the beginning of an id. */
const RECENT = 2000;

export function remember(ports: RememberPorts, wanted: Remembering): Result<MemoryRow, Failure> {
  const text = shortened(ports.redact(showable(wanted.text)).trim(), LONGEST);
  if (text === '') return err({ kind: 'invalid-input', field: 'text', message: 'is empty' });
  const old = wanted.supersedes === null ? null : findMemory(ports.store, wanted.supersedes);
  if (old !== null && !old.ok) return old;
  const memory: NewMemory = {
    id: ports.nextId(),
    kind: wanted.kind,
    scope: wanted.taskKey === null ? 'workspace' : 'task',
    taskKey: wanted.taskKey ?? old?.value.taskKey ?? null,
    runId: null,
    sessionId: ports.sessionId,
    title: shortened(text.split('\n')[0] ?? '', LONGEST_TITLE),
    body: text,
    source: { ...wanted.source, by: wanted.by },
    createdAt: ports.now(),
  };
  if (old === null) ports.store.add(memory);
  else ports.store.supersede(old.value.id, memory);
  return ok({ ...memory, supersededBy: null });
}

/** A memory that still stands, by id or by a part of it that only one has. */
function findMemory(store: MemoryStore, asked: string): Result<MemoryRow, Failure> {
  const whole = store.get(asked);
  const found =
    whole !== null
      ? [whole]
      : store
          .latest({ kinds: ['decision', 'note', 'lesson', 'fact'], limit: RECENT })
          .filter(({ id }) => id.startsWith(asked) || id.endsWith(asked));
  const [row] = found;
  if (row === undefined || row.kind === 'context')
    return err({ kind: 'invalid-input', field: 'supersedes', message: `no memory has the id "${asked}"` });
  if (found.length > 1)
    return err({
      kind: 'ambiguous-item',
      asked,
      candidates: found.slice(0, 5).map(({ id, title }) => `${id} ${title}`),
    });
  if (row.supersededBy !== null)
    return err({
      kind: 'invalid-input',
      field: 'supersedes',
      message: `"${asked}" was already superseded by ${row.supersededBy}`,
    });
  return ok(row);
}
