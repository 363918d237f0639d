// The smallest edits that change a sprint or goal section in the manner it is written: a field's value, more items, a block at its end.
import type { TextEdit } from '../../model/text';
import { fieldOf, type Section } from './read-sections';

/** Sets a field, under the first of its names that stands there; a new one comes after the last field or the heading. */
export function setField(text: string, section: Section, names: readonly string[], value: string): readonly TextEdit[] {
  const standing = fieldOf(section, ...names.map((name) => name.toLowerCase()));
  if (standing !== null) {
    if (standing.value === value) return [];
    const space = standing.value === '' && !/\s$/.test(standing.after) ? ' ' : '';
    return [{ span: standing.span, text: `${space}${value}` }];
  }
  const eol = lineEnd(text);
  const like = section.fields.filter((field) => field.value !== '').at(-1);
  const name = names[0] ?? '';
  if (like === undefined) {
    const at = section.heading.end;
    return [{ span: { start: at, end: at }, text: `${eol}${eol}**${name}**: ${value}` }];
  }
  const at = like.line.end;
  return [{ span: { start: at, end: at }, text: `${eol}${like.before}${name}${like.after}${value}` }];
}

/** Adds lines for items after the last linked one, with its bullet and box. */
export function addItems(text: string, section: Section, lines: readonly string[]): readonly TextEdit[] {
  if (lines.length === 0) return [];
  const eol = lineEnd(text);
  const last = section.links
    .filter(({ lineSpan }) => /^\s*(?:[-*+]|\d+[.)])\s/.test(text.slice(lineSpan.start, lineSpan.end)))
    .at(-1);
  if (last !== undefined) {
    const like = text.slice(last.lineSpan.start, last.lineSpan.end);
    const bullet = /^\s*(?:[-*+]\s+|\d+[.)]\s+)/.exec(like)?.[0].replace(/\d+[.)]/, '-') ?? '- ';
    const box = last.box === null ? '' : '[ ] ';
    const at = last.lineSpan.end;
    return [{ span: { start: at, end: at }, text: lines.map((line) => `${eol}${bullet}${box}${line}`).join('') }];
  }
  const label = section.fields.find(({ name, value }) => value === '' && /^(items|backlog items|tasks)$/.test(name));
  const after = label ?? section.fields.at(-1);
  const at = after === undefined ? section.heading.end : after.line.end;
  const head = label === undefined ? `${eol}${eol}**Items**:` : '';
  return [{ span: { start: at, end: at }, text: `${head}${eol}${eol}${lines.map((line) => `- ${line}`).join(eol)}` }];
}

/** Puts a block of lines at the end of a section, one empty line before it. */
export function appendBlock(text: string, section: Section, lines: readonly string[]): readonly TextEdit[] {
  const eol = lineEnd(text);
  let at = section.span.end;
  while (at > section.heading.end && /\s/.test(text[at - 1] ?? '')) at -= 1;
  return [{ span: { start: at, end: at }, text: `${eol}${eol}${lines.join(eol)}` }];
}

export const lineEnd = (text: string): '\r\n' | '\n' => (text.includes('\r\n') ? '\r\n' : '\n');
