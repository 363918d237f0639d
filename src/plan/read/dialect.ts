// What every dialect reader is. Readers are pure: text in, plan out, no file access, never a throw.
import type { DialectId, PlanDocument } from '../../model/plan';
import type { SourceText } from '../../model/text';
import type { Steps } from './steps';

/** A way of writing plans. One file each in this folder. */
export interface Dialect {
  readonly id: DialectId;
  /** 0: not this dialect; 1: certain (path and content agree). The highest claim wins, then the order of the registry. */
  claim(source: SourceText): number;
  /** The same in steps, where it takes longer than a few milliseconds to tell. */
  claimInSteps?(source: SourceText): Steps<number>;
  /** Config files of the peer tool that `read` would like in its context, best first; absent ones are fine. */
  sideFiles?(path: string): readonly string[];
  /** Linear in the text's length. What cannot be placed is a problem with its line. */
  read(source: SourceText, context: ReadContext): PlanDocument;
  /** The same in steps of a few milliseconds, where reading a long document takes longer. */
  readInSteps?(source: SourceText, context: ReadContext): Steps<PlanDocument>;
}

/** What a reader may know besides its own text. */
export interface ReadContext {
  /** Parsed config files of the peer tool, by relative path (e.g. backlog/config.yml → text), where the dialect names them. */
  readonly sideFiles: ReadonlyMap<string, string>;
  /** What the same reader made of an earlier text of this document: it may help it, and must not change what it reads. */
  readonly before?: PlanDocument | null;
}
