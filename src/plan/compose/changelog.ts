// One line in a changelog, at the top of what is not released yet.
import { insertLines } from '../write/text-edits';
import { applyEdits } from '../write/text-edits';

/** The changelog with the line; `text` null: a new one. The same line twice is one line. */
export function withChangelogLine(text: string | null, line: string): string {
  if (text === null) return `# Changelog\n\n## Unreleased\n\n- ${line}\n`;
  const bullet = /^([-*+]) /m.exec(text)?.[1] ?? '-';
  const entry = `${bullet} ${line}`;
  if (text.split(/\r?\n/).includes(entry)) return text;
  const heading = /^##\s+\[?unreleased\]?[^\r\n]*/im.exec(text);
  if (heading === null) {
    const title = /^#\s[^\r\n]*/m.exec(text);
    const end = title === null ? 0 : title.index + title[0].length;
    const lines = ['## Unreleased', '', entry];
    return applyEdits(text, [insertLines(text, end, end === 0 ? [...lines, ''] : ['', ...lines])]);
  }
  const from = heading.index + heading[0].length;
  const body = text.slice(from);
  const next = /\n##? /.exec(body)?.index ?? body.length;
  const first = /^[-*+] /m.exec(body.slice(0, next));
  if (first === null) return applyEdits(text, [insertLines(text, from, ['', entry])]);
  const at = from + first.index;
  const eol = /\r\n/.test(text) ? '\r\n' : '\n';
  return applyEdits(text, [{ span: { start: at, end: at }, text: entry + eol }]);
}
