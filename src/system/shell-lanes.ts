// The lanes of one host: as many as commands run at once, each used again while what it runs in stays the same.
import { isTooLong, type Lane, type LaneJob, openLane } from './shell-lane';
import { hasNewcomers, lastPid } from './process-tree';

/** One command on a lane. */
export interface LaneRun {
  /** The lane's shell, leader of the command's process group. */
  readonly pid: number;
  readonly start: string;
  /** The command's status; null: it was forbidden to begin, or the lane died over it. */
  readonly ended: Promise<number | null>;
  /** Has the command, which has ended, left somebody in the lane's group? */
  isLeft(): boolean;
  /** The lane may take another command, if this one has ended. */
  release(): void;
}

export interface Lanes {
  /** null: not this way, begin it directly. */
  begin(job: LaneJob): LaneRun | null;
  /** Takes nothing more. What was begun goes on. */
  release(): void;
}

/** Idle lanes that are kept. */
const MOST_IDLE = 8;

export function createLanes(): Lanes {
  const idle: Lane[] = [];
  const busy = new Set<Lane>();
  // What a command leaves behind is told by the pids that Linux gives out.
  let isUsable = process.platform === 'linux';

  /** An idle lane and the line that begins the job there. */
  const take = (job: LaneJob): { readonly lane: Lane; readonly line: string } | null => {
    for (let n = idle.length - 1; n >= 0; n--) {
      const lane = idle[n];
      const line = lane === undefined || lane.isDead ? null : lane.lineFor(job);
      if (lane === undefined || (line === null && !lane.isDead)) continue;
      idle.splice(n, 1);
      if (line !== null) return { lane, line };
    }
    const before = lastPid();
    const lane = openLane(job.env);
    if (lane === null) return null;
    const after = lastPid();
    if (before === null || after === null || !isBetween(lane.pid, before, after)) isUsable = false;
    const line = isUsable ? lane.lineFor(job) : null;
    if (line === null) lane.close();
    return line === null ? null : { lane, line };
  };

  return {
    begin(job) {
      if (!isUsable || isTooLong(job)) return null;
      const taken = take(job);
      if (taken === null) return null;
      const { lane, line } = taken;
      // What cannot be read now is looked for among all.
      const since = lastPid() ?? Number.POSITIVE_INFINITY;
      busy.add(lane);
      let isOver = false;
      const ended = lane.begin(line).then((status) => {
        isOver = true;
        return status;
      });
      return {
        pid: lane.pid,
        start: lane.start,
        ended,
        isLeft: () => hasNewcomers(lane.pid, since),
        release() {
          busy.delete(lane);
          if (isOver && !lane.isDead && isUsable) idle.push(lane);
          else lane.close();
          if (idle.length > MOST_IDLE) idle.shift()?.close();
        },
      };
    },
    release() {
      isUsable = false;
      for (const lane of [...idle.splice(0), ...busy]) lane.close();
    },
  };
}

/** Did the system give out `pid` after `before`, `after` last? Where it does not seem so, these numbers are of others. */
function isBetween(pid: number, before: number, after: number): boolean {
  if (before < after) return before < pid && pid <= after;
  return after < before && (before < pid || pid <= after);
}
