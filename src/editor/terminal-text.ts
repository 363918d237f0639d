// Output of commands as a terminal wants it. Pure.

/** Every line end is CR LF, whatever the command wrote. */
export const terminalText = (text: string): string => text.replace(/\r?\n/g, '\r\n');

/** A bold heading line; control characters of a title must not reach the terminal. */
export function headingFor(title: string, first: boolean): string {
  // oxlint-disable-next-line no-control-regex
  const safe = title.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return `${first ? '' : '\r\n'}\u001b[1;36m▶ ${safe}\u001b[0m\r\n`;
}
