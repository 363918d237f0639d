// Durable stages of the longer workflows (start, ship): where one stands and what it has found out, across restarts.
import type { Database } from './driver';
import { writing } from './faults';
import type { Row } from './table';

export interface Stage {
  readonly id: string;
  /** Name of the workflow, e.g. "start", "ship". */
  readonly kind: string;
  /** The workflow's own word for where it stands. */
  readonly status: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly by: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}
export interface Stages {
  /** Creates or moves on; `createdAt` and `by` of the first writing stay. */
  put(stage: {
    readonly id: string;
    readonly kind: string;
    readonly status: string;
    readonly data: Stage['data'];
    readonly by: string;
  }): void;
  get(id: string): Stage | null;
  /** Latest moved first. */
  list(kind: string, limit: number): readonly Stage[];
}

export function createStages(db: Database, now: () => number): Stages {
  const put = db.prepare(
    `INSERT INTO workflow_stage(id, kind, status, data, by, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(id) DO UPDATE SET status = excluded.status, data = excluded.data, updated_at = excluded.updated_at`,
  );
  const get = db.prepare<[string], Row>('SELECT * FROM workflow_stage WHERE id = ?');
  const list = db.prepare<[string, number], Row>(
    'SELECT * FROM workflow_stage WHERE kind = ? ORDER BY updated_at DESC, id DESC LIMIT ?',
  );
  return {
    put: (stage) => {
      const at = now();
      writing(() => put.run(stage.id, stage.kind, stage.status, JSON.stringify(stage.data), stage.by, at, at));
    },
    get: (id) => {
      const row = get.get(id);
      return row === undefined ? null : toStage(row);
    },
    list: (kind, limit) => list.all(kind, limit).map(toStage),
  };
}

/** A row as a value. */
export const toStage = (row: Row): Stage => ({
  id: row['id'] as string,
  kind: row['kind'] as string,
  status: row['status'] as string,
  data: JSON.parse(row['data'] as string) as Stage['data'],
  by: row['by'] as string,
  createdAt: row['created_at'] as number,
  updatedAt: row['updated_at'] as number,
});
