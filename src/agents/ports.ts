// What a model of the editor needs to do a task: files of the workspace, read and edited so that the person can undo it.
import type { Failure } from '../model/failure';
import type { Result } from '../model/result';
import type { AttemptOutput } from '../model/run';

/** Paths are relative to the workspace with `/`; whoever calls has looked whether they may be touched. */
export interface ModelHands {
  /** Files that fit a glob, at most `limit`. */
  list(glob: string, limit: number): Promise<readonly string[]>;
  read(path: string): Promise<Result<string, Failure>>;
  /** Replaces the one place where `old` stands. A file with unsaved changes is the person's: refused. */
  edit(path: string, old: string, text: string): Promise<Result<null, Failure>>;
  /** A new file; one that is there already is refused. */
  create(path: string, text: string): Promise<Result<null, Failure>>;
}

/** May a model read or change this path? A sentence says why not; null: it may. */
export type Fence = (path: string, to: 'read' | 'change') => Promise<string | null>;

/** Output of a worker without a process: shown live, kept in part, secrets taken out. system/ implements it. */
export type KeepOutput = (show: (stream: 'out' | 'err', text: string) => void) => {
  write(stream: 'out' | 'err', text: string): void;
  end(): readonly Omit<AttemptOutput, 'attemptId'>[];
};
