// What stands between text written by others and whoever reads it: no control characters, and a fence that it cannot close.

// Escape sequences and control characters but tab and newline; and marks that turn the direction of text or hide in it.
const SEQUENCES =
  // eslint-disable-next-line no-control-regex
  /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g;
const CONTROLS =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/** Letters of the tag plane: invisible on every screen, read by every model. */
const TAGS = /[\u{e0000}-\u{e007f}]/gu;

/** Text that can be shown: newlines are `\n`, nothing moves the cursor, hides, or turns direction. */
export const showable = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(SEQUENCES, '').replace(CONTROLS, '').replace(TAGS, '');

/** `text` as a fenced block longer than any fence inside it, so that nothing in it can end the block. */
export function fenced(text: string, language = 'text'): string {
  const clean = showable(text).trimEnd();
  const longest = Math.max(2, ...[...clean.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean}\n${fence}`;
}

/** Characters / 4, rounded up: an estimate, as good as any without the model's own tokenizer. */
export const estimateTokens = (text: string): number => Math.ceil(text.length / 4);

/** At most `limit` characters, cut at a word where one ends near; says that it was cut. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, Math.max(0, limit - 1));
  const space = cut.search(/\s\S*$/);
  return `${(space > limit * 0.6 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
