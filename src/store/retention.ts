// Lets old finished runs go, whole and only after they were handed to an archive. The event log is cut at its
// beginning: the chain goes on from the last link that was dropped.
import type { Database } from './driver';
import { writing } from './faults';
import { KEPT_BY_ITSELF } from './memory-rows';
import { isAlive } from './sessions';

export interface RetentionOptions {
  /** Runs that ended before this moment (epoch ms) may go. */
  readonly endedBefore: number;
  /** The latest runs that stay whatever their age. */
  readonly keepLatest: number;
  /** No more runs than so many at once; absent: all that may go. */
  readonly atMost?: number;
  /** Gets the runs that are about to go; if it throws, nothing goes. */
  readonly archive: (runIds: readonly string[]) => void;
}
export interface Dropped {
  readonly runs: number;
  readonly events: number;
  /** Old finished runs that must stay, and the open one that began before them; null: nothing is held back. */
  readonly held: { readonly runs: number; readonly by: string } | null;
}

interface Life {
  readonly id: string;
  readonly first: number;
  readonly last: number;
  readonly mayGo: number;
  /** Its run has not ended. */
  readonly isOpen: number;
}

const NONE: Dropped = { runs: 0, events: 0, held: null };

/**
 * One transaction. Runs that overlap with one that stays, stay too. What was kept of the dropped runs' tasks at each turn
 * goes along, what somebody wrote stays; so do requests and sessions that are as old.
 */
export function dropFinishedRuns(db: Database, options: RetentionOptions): Dropped {
  dropTraces(db, options.endedBefore);
  // Most days there is nothing to do, and the log need not be looked through to know it.
  const old = db.prepare<[number], { id: string }>('SELECT id FROM run WHERE ended_at < ? LIMIT 1');
  if (old.get(options.endedBefore) === undefined) return NONE;
  const planned = plan(db, options);
  if (planned.going.length === 0) return { ...NONE, held: planned.held };
  options.archive(planned.going.map((life) => life.id));
  return writing(() =>
    db
      .transaction(() => {
        // While the archive was written somebody may have opened one of them again.
        const { going, floor, held } = plan(db, options);
        if (going.map(lifeOf).join() !== planned.going.map(lifeOf).join()) return { ...NONE, held };
        const chain = db
          .prepare<[number], { chain: Buffer }>('SELECT chain FROM event WHERE seq = ?')
          .get(floor)?.chain;
        if (chain === undefined) return { ...NONE, held };
        const put = db.prepare(
          'INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
        );
        put.run('retention_floor', String(floor));
        put.run('retention_chain', chain.toString('hex'));
        const events = db.prepare('DELETE FROM event WHERE seq <= ?').run(floor).changes;
        const drop = db.prepare('DELETE FROM run WHERE id = ?');
        let runs = 0;
        for (const { id } of going) runs += drop.run(id).changes;
        const ids = JSON.stringify(going.map(({ id }) => id));
        db.prepare(`DELETE FROM memory WHERE ${KEPT_BY_ITSELF} AND run_id IN (SELECT value FROM json_each(?))`).run(
          ids,
        );
        return { runs, events, held };
      })
      .immediate(),
  );
}

const lifeOf = ({ id, last }: Life): string => `${id} ${last}`;

/** Requests that were carried out, and sessions that ended or whose process is gone. */
function dropTraces(db: Database, before: number): void {
  writing(() =>
    db
      .transaction(() => {
        db.prepare('DELETE FROM command WHERE applied_at < ?').run(before);
        db.prepare('DELETE FROM session WHERE ended_at < ?').run(before);
        const unended = db
          .prepare<[number], { id: string; pid: number }>(
            'SELECT id, pid FROM session WHERE started_at < ? AND ended_at IS NULL',
          )
          .all(before);
        const drop = db.prepare('DELETE FROM session WHERE id = ?');
        for (const { id, pid } of unended) if (!isAlive(pid)) drop.run(id);
      })
      .immediate(),
  );
}

/** Which runs go, up to where the log is cut, and what stands in the way of others. */
function plan(
  db: Database,
  options: RetentionOptions,
): { readonly going: readonly Life[]; readonly floor: number; readonly held: Dropped['held'] } {
  const lives = db
    .prepare<[number, number], Life>(
      `SELECT e.run_id AS id, min(e.seq) AS first, max(e.seq) AS last,
         coalesce(r.status NOT IN ('succeeded','failed','cancelled'), 0) AS isOpen,
         coalesce(r.status IN ('succeeded','failed','cancelled') AND r.ended_at < ?
           AND r.id NOT IN (SELECT id FROM run ORDER BY created_at DESC, id DESC LIMIT ?), 1) AS mayGo
       FROM event e LEFT JOIN run r ON r.id = e.run_id GROUP BY e.run_id ORDER BY first`,
    )
    .all(options.endedBefore, options.keepLatest);
  // The log can be cut where a commit ends: that is where its link is.
  const endOfCommit = db.prepare<[number], { seq: number }>(
    'SELECT seq FROM event WHERE seq >= ? AND chain IS NOT NULL ORDER BY seq LIMIT 1',
  );
  const { going, floor } = beforeFloor(
    lives,
    (seq) => endOfCommit.get(seq)?.seq ?? seq,
    options.atMost ?? Number.POSITIVE_INFINITY,
  );
  const left = lives.slice(going.length);
  const held = left.filter(({ mayGo }) => mayGo === 1).length;
  const by = left.find(({ mayGo }) => mayGo === 0);
  return { going, floor, held: held > 0 && by?.isOpen === 1 ? { runs: held, by: by.id } : null };
}

/** The longest beginning of the log in which every run may go and none reaches beyond. Lives in order of `first`. */
function beforeFloor(
  lives: readonly Life[],
  endOfCommit: (seq: number) => number,
  atMost: number,
): { readonly going: readonly Life[]; readonly floor: number } {
  let reach = 0;
  let cut = 0;
  let floor = 0;
  for (const [index, life] of lives.entries()) {
    if (life.mayGo === 0 || index >= atMost) break;
    reach = Math.max(reach, life.last);
    const next = lives[index + 1];
    if (next !== undefined && reach >= next.first) continue;
    const end = endOfCommit(reach);
    if (next !== undefined && end >= next.first) continue;
    cut = index + 1;
    floor = end;
  }
  return { going: lives.slice(0, cut), floor };
}

/**
 * Gives the space of dropped rows back to the disk when it is worth it. Needs the file for itself for a moment: throws
 * `JournalUnavailable` where it is not to be had.
 */
export function vacuum(db: Database, worthPages = 1000): boolean {
  return writing(() => {
    db.pragma('optimize');
    db.pragma('wal_checkpoint(TRUNCATE)');
    if (Number(db.pragma('freelist_count', { simple: true })) < worthPages) return false;
    db.exec('VACUUM');
    db.pragma('wal_checkpoint(TRUNCATE)');
    return true;
  });
}
