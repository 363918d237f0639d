// Bytes of a document ⇄ its text. Valid UTF-8 survives both ways byte by byte; anything else can be read, not written.
import { inTextOrder, type TextEdit } from '../model/text';
import { applyEdits } from './text-edits';

export interface FileText {
  /** Without byte order mark. Invalid bytes are shown as U+FFFD. */
  readonly text: string;
  readonly bom: boolean;
  /** False: the bytes were not valid UTF-8, writing the text back would change more than the edit. */
  readonly exact: boolean;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });

const hasBom = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

export function decodeFile(bytes: Uint8Array): FileText {
  const bom = hasBom(bytes);
  const body = bom ? bytes.subarray(3) : bytes;
  try {
    return { text: STRICT.decode(body), bom, exact: true };
  } catch {
    return { text: LENIENT.decode(body), bom, exact: false };
  }
}

export type EditedFile =
  | { readonly kind: 'edited'; readonly text: string; readonly bytes: Uint8Array }
  | { readonly kind: 'inexact' | 'misfit' }
  /** The file does not say `basis`; 1-based line of the first difference. */
  | { readonly kind: 'changed'; readonly line: number };

/** A file with edits made for the text `basis`. All bytes outside them are those of the file. */
export function editFile(bytes: Uint8Array, basis: string, edits: readonly TextEdit[]): EditedFile {
  const bom = hasBom(bytes);
  const body = bom ? bytes.subarray(3) : bytes;
  // Encoding what is expected is cheaper than decoding what is there: it makes no second text.
  if (!basis.isWellFormed() || !Buffer.from(basis, 'utf8').equals(body)) {
    const current = decodeFile(bytes);
    if (!current.exact) return { kind: 'inexact' };
    return { kind: 'changed', line: firstDifferentLine(basis, current.text) };
  }
  const text = applyEdits(basis, edits);
  // A text that begins with U+FEFF would be read back as a file with a byte order mark.
  if (text === null || (!bom && text.startsWith('\u{feff}'))) return { kind: 'misfit' };
  const parts: Uint8Array[] = bom ? [BOM] : [];
  let [at, offset] = [0, 0];
  for (const { span, text: replacement } of inTextOrder(edits)) {
    const end = offset + Buffer.byteLength(basis.slice(at, span.start));
    parts.push(body.subarray(offset, end), Buffer.from(replacement, 'utf8'));
    offset = end + Buffer.byteLength(basis.slice(span.start, span.end));
    at = span.end;
  }
  parts.push(body.subarray(offset));
  return { kind: 'edited', text, bytes: Buffer.concat(parts) };
}

/** 1-based line of the first difference between two texts. */
export function firstDifferentLine(a: string, b: string): number {
  let line = 1;
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end && a.charCodeAt(i) === b.charCodeAt(i); i++) if (a.charCodeAt(i) === 10) line++;
  return line;
}
