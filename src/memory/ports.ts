// What memory needs from the world: rows that are added and superseded, never changed. store/ implements it.
import type { MemoryFilter, MemoryHit, MemoryRow, NewMemory } from '../model/memory';

export interface MemoryStore {
  /** The same id twice is one row. */
  add(memory: NewMemory): void;
  /** The old row stays and points to the new one. */
  supersede(id: string, by: NewMemory): void;
  get(id: string): MemoryRow | null;
  /** Newest first. */
  latest(filter: MemoryFilter): readonly MemoryRow[];
  /** `query` is plain words: any may match, rarer ones weigh more. */
  search(query: string, filter: MemoryFilter): readonly MemoryHit[];
}
