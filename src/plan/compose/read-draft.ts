// Reads a text that is not in the workspace yet the way it will be read there.
import type { PlanDocument } from '../../model/plan';
import { claimant } from '../read/registry';

const NO_SIDE_FILES = { sideFiles: new Map<string, string>() };

/** null: no reader takes it for a plan. */
export function readDraft(path: string, text: string): PlanDocument | null {
  const dialect = claimant({ path, text });
  return dialect === null ? null : dialect.read({ path, text }, NO_SIDE_FILES);
}
