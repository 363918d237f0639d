// What is printed: documents, outputs and agents may say anything, a terminal must not act on it. Our own bold and dim
// stay; a line of JSON keeps every sign, escaped.

/** Escape sequences but bold, dim and their end. */
const SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- these are what is to go
  /\u001B(?!\[(?:1|2|22)m)(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001B\n]*(?:\u0007|\u001B\\)?|[@-Z\\^_])?/g;
/** Controls but tab and line end; what turns the direction of text or hides in it. Joiners of letters and emoji stay. */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- these are what is to go
  /(?:[\u0000-\u0008\u000B-\u001A\u001C-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]|[\u{E0000}-\u{E007F}])/gu;
// oxlint-disable-next-line no-control-regex -- a quick look
const SUSPECT = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uDB40]/;

/** Text for a terminal. */
export const shown = (text: string): string => (SUSPECT.test(text) ? text.split('\n').map(shownLine).join('\n') : text);

function shownLine(line: string): string {
  if (!SUSPECT.test(line)) return line;
  if (/^\s*[[{"]/.test(line) && isJson(line)) return line.replace(HIDDEN, escaped);
  return line.replace(SEQUENCES, '').replace(HIDDEN, '');
}

/** The same value, in signs that do nothing. */
const escaped = (sign: string): string =>
  [...Array(sign.length).keys()].map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
