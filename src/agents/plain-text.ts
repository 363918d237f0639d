// Text of documents, outputs and memory is data: what would steer a terminal or hide from a reader is taken out.

const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what this is about
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/** Letters of the tag plane: invisible on every screen, read by every model. */
const TAGS = /[\u{E0000}-\u{E007F}]/gu;

/** Tabs, line ends and joiners of letters and emoji stay; control, zero-width, direction and tag signs go. */
export const plainText = (text: string): string => text.replace(HIDDEN, '').replace(TAGS, '');

/** JSON whose strings hide nothing, escaped or not. */
export const plainJson = (value: unknown, indent?: number): string =>
  plainText(JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' ? plainText(each) : each), indent));
