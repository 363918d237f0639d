// What every edit maker gives back.
import type { Failure } from '../../model/failure';
import type { Item } from '../../model/plan';
import { err, type Result } from '../../model/result';
import type { TextEdit } from '../../model/text';

export type Edits = Result<readonly TextEdit[], Failure>;

/** This document or this place cannot say `what`. */
export function notWritable(item: Pick<Item, 'path' | 'line'>, what: string, line = item.line): Edits {
  return err({ kind: 'not-writable', path: item.path, line, what });
}

/** A value that would break the line it is written on. */
export function invalid(field: string, message: string): Edits {
  return err({ kind: 'invalid-input', field, message });
}
