// Output of commands as a terminal wants it. Pure.

/**
 * Every line end is CR LF, whatever the command wrote. Colours stay, and what a progress line needs (carriage return,
 * erase in line); what sets titles, writes the clipboard, moves over other lines, clears, hides or turns is taken out.
 */
export const terminalText = (text: string): string =>
  text.replace(SEQUENCES, '').replace(HIDDEN, '').replace(/\r?\n/g, '\r\n');

const SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- these are what is to go
  /\u001B(?!\[[\d;:]*m|\[[012]?K)(?:\[[\d;:<=>?]*[ -/]*[@-~]?|[\]PX^_][^\u0007\u001B\n]*(?:\u0007|\u001B\\)?|[ -/]*[0-~])?/g;
const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- these are what is to go
  /[\u0000-\u0007\u000B\u000C\u000E-\u001A\u001C-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

const safe = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are what is to go
  text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').replace(HIDDEN, '');

/** A bold heading line and the command; control characters of a document must not reach the terminal. */
export function headingFor(title: string, command: string | null, first: boolean): string {
  const lines = (command ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  const commands = lines.map((line) => `\u001b[2m$ ${safe(line)}\u001b[0m\r\n`).join('');
  return `${first ? '' : '\r\n'}\u001b[1;36m▶ ${safe(title)}\u001b[0m\r\n${commands}`;
}

/** How a command ended. */
export const closingFor = (words: string, good: boolean): string =>
  `\u001b[${good ? '32' : '31'}m${good ? '✓' : '✗'} ${safe(words)}\u001b[0m\r\n`;
