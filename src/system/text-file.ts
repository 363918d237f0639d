// Bytes of a document ⇄ its text. Valid UTF-8 survives both ways byte by byte; anything else can be read, not written.

export interface FileText {
  /** Without byte order mark. Invalid bytes are shown as U+FFFD. */
  readonly text: string;
  readonly bom: boolean;
  /** False: the bytes were not valid UTF-8, writing the text back would change more than the edit. */
  readonly exact: boolean;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export function decodeFile(bytes: Uint8Array): FileText {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = bom ? bytes.subarray(3) : bytes;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body), bom, exact: true };
  } catch {
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(body), bom, exact: false };
  }
}

export function encodeFile(text: string, bom: boolean): Uint8Array {
  const body = Buffer.from(text, 'utf8');
  return bom ? Buffer.concat([BOM, body]) : body;
}

/** 1-based line of the first difference between two texts. */
export function firstDifferentLine(a: string, b: string): number {
  let line = 1;
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end && a.charCodeAt(i) === b.charCodeAt(i); i++) if (a.charCodeAt(i) === 10) line++;
  return line;
}
