// How a sentence is made: the editor passes vscode.l10n.t, the terminal the plain English one.

/** `{0}`, `{1}` … in the message are replaced by the arguments. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

export const english: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = args[Number(index)];
    return value === undefined ? whole : String(value);
  });

/** "a, b and c"; more than `most` are counted. */
export function listWords(names: readonly string[], t: Translate, most = 4): string {
  if (names.length === 0) return t('nothing');
  const shown = names.slice(0, most);
  const rest = names.length - shown.length;
  if (rest > 0) return t('{0} and {1} more', shown.join(', '), rest);
  if (shown.length === 1) return shown[0] ?? '';
  return t('{0} and {1}', shown.slice(0, -1).join(', '), shown.at(-1) ?? '');
}
