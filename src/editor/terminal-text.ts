// Output of commands as a terminal wants it. Pure.

/** Every line end is CR LF, whatever the command wrote. */
export const terminalText = (text: string): string => text.replace(/\r?\n/g, '\r\n');

// oxlint-disable-next-line no-control-regex
const safe = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');

/** A bold heading line and the command; control characters of a document must not reach the terminal. */
export function headingFor(title: string, command: string | null, first: boolean): string {
  const lines = (command ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  const commands = lines.map((line) => `\u001b[2m$ ${safe(line)}\u001b[0m\r\n`).join('');
  return `${first ? '' : '\r\n'}\u001b[1;36m▶ ${safe(title)}\u001b[0m\r\n${commands}`;
}

/** How a command ended. */
export const closingFor = (words: string, good: boolean): string =>
  `\u001b[${good ? '32' : '31'}m${good ? '✓' : '✗'} ${safe(words)}\u001b[0m\r\n`;
