// What a person should know about how the workspace's database was opened. Nothing here stops the work.
import type { Failure } from './failure';

export type StoreNotice =
  /** The file could not be used: it was set aside under another name and a new one made. */
  | {
      readonly kind: 'rebuilt';
      readonly path: string;
      readonly setAsideAs: string;
      readonly why: 'not-a-database' | 'corrupt' | 'foreign';
      /** Rows that could be carried over. */
      readonly salvaged: { readonly runs: number; readonly events: number; readonly memories: number };
    }
  /** Nothing is kept on the disk this time. */
  | { readonly kind: 'memory'; readonly why: Failure }
  /** What was recorded can be seen, nothing can be started. */
  | { readonly kind: 'read-only'; readonly why: Failure }
  /** The folder is on a network drive or synced by a cloud client: slower, safer journal. */
  | { readonly kind: 'synced-folder'; readonly what: string }
  /** The file was of an older version. */
  | { readonly kind: 'migrated'; readonly from: number; readonly to: number; readonly backup: string };
