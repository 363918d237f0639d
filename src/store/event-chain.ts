// The hash chain over the event log. SQLite does not notice a flipped bit inside a text; the chain does.
import { hash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from './driver';

/** What the first event of a file is chained to. */
export const GENESIS: Buffer = Buffer.alloc(32);

/**
 * The link of one commit, kept with its last event: SHA-256 over the link before it, the number of its first event and
 * the texts of its events exactly as they are stored.
 */
export const link = (previous: Buffer, firstSeq: number, texts: readonly string[]): Buffer =>
  hash('sha256', `${previous.toString('base64')} ${firstSeq} ${texts.join('\n')}`, 'buffer');

export interface ChainReport {
  readonly checked: number;
  /** Where the first commit begins that does not follow from the one before it; null: all do. */
  readonly brokenAt: number | null;
}

interface EventRow {
  readonly seq: number;
  readonly run_id: string;
  readonly task_key: string | null;
  readonly type: string;
  readonly at: number;
  readonly data: string;
  /** null: its commit goes on. */
  readonly chain: Buffer | null;
}

/** Walks the log from its floor: a million events in some seconds. */
export function verifyChain(db: Database): ChainReport {
  const walk = walkChain(db);
  for (;;) {
    const step = walk.next();
    if (step.done === true) return step.value;
  }
}

/** The same in slices of a few milliseconds, so that an editor stays awake. */
export async function verifyChainGently(db: Database): Promise<ChainReport> {
  const walk = walkChain(db);
  for (;;) {
    const step = walk.next();
    if (step.done === true) return step.value;
    await breathe();
  }
}

const PAGE = 1000;

function* walkChain(db: Database): Generator<void, ChainReport> {
  const meta = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?');
  const floor = meta.get('retention_chain');
  let previous = floor === undefined ? GENESIS : Buffer.from(floor.value, 'hex');
  let seq = Number(meta.get('retention_floor')?.value ?? '0');
  let checked = 0;
  let texts: string[] = [];
  const page = db.prepare<[number, number], EventRow>(
    'SELECT seq, run_id, task_key, type, at, data, chain FROM event WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  for (let after = -1; ; after = seq) {
    const rows = page.all(after, PAGE);
    for (const row of rows) {
      if (row.seq !== seq + 1 || !columnsAgree(row)) return { checked, brokenAt: row.seq };
      seq = row.seq;
      texts.push(row.data);
      if (row.chain === null) continue;
      const first = seq - texts.length + 1;
      if (!row.chain.equals(link(previous, first, texts))) return { checked, brokenAt: first };
      previous = row.chain;
      checked += texts.length;
      texts = [];
    }
    if (rows.length < PAGE) return { checked, brokenAt: texts.length === 0 ? null : seq - texts.length + 1 };
    yield;
  }
}

function columnsAgree(row: EventRow): boolean {
  const event = JSON.parse(row.data) as Readonly<Record<string, unknown>>;
  return (
    event['runId'] === row.run_id &&
    (event['taskKey'] ?? taskOfPause(event)) === row.task_key &&
    event['type'] === row.type &&
    event['at'] === row.at
  );
}

/** Which task an event is about. Opening a pause names it inside the pause. */
export function taskOfPause(event: Readonly<Record<string, unknown>>): string | null {
  const pause = event['pause'] as { readonly taskKey?: string | null } | undefined;
  return pause?.taskKey ?? null;
}
