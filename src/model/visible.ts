// Commands as a person approves them: signs that a screen hides, or that turn the direction of what follows, are written
// out, so that what is read is what would run.

const UNSEEN =
  // oxlint-disable-next-line no-control-regex -- these are what is to be seen
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

export const visible = (text: string): string =>
  text.replace(UNSEEN, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`);
