// An answer as a proposal for a document: taken out of its fence, compared with what stands there, refused where it
// does more than add and sharpen. Pure.
import { err, ok, type Result } from '../../model/result';
import type { Item, PlanDocument } from '../../model/plan';
import { readDraft } from '../../plan/compose/read-draft';
import { unifiedDiff } from '../../plan/compose/unified-diff';
import { PLACEHOLDER } from '../../plan/compose/prd-text';
import { scanLines, cutSections } from '../../plan/read/sections';

export interface Standing {
  readonly path: string;
  readonly text: string;
  readonly document: PlanDocument;
}
export interface Proposal {
  /** The document with what is proposed, in its own line ends. */
  readonly text: string;
  /** What is new, for a person to look at: tasks, criteria, commands. */
  readonly notes: readonly string[];
}

const MOST = 400_000;

/** A failure says in a sentence why the answer cannot be taken. */
export function proposalFrom(answer: string, standing: Standing): Result<Proposal, string> {
  const taken = documentIn(answer, standing);
  if (taken === null) return err('it holds no document');
  if (taken.length > MOST || taken.length > standing.text.length * 8 + 20_000) return err('it is far too long');
  const eol = /\r\n/.test(standing.text) ? '\r\n' : '\n';
  const text = `${taken.trimEnd().replaceAll('\n', eol)}${eol}`;
  if (text.trimEnd() === standing.text.trimEnd()) return err('it proposes no change');
  const read = readDraft(standing.path, text);
  if (read === null || read.dialect !== standing.document.dialect || read.kind !== standing.document.kind)
    return err('it would no longer be read as the document it is');
  const wrong =
    otherDocument(standing.document, read) ??
    lostHeading(standing.text, text) ??
    changedItem(standing.document, read) ??
    changedTick(standing.text, text) ??
    lostLine(standing.text, text);
  return wrong === null ? ok({ text, notes: news(standing.document, read) }) : err(wrong);
}

/** The fenced document, or the whole answer where it begins as the document does. */
function documentIn(answer: string, standing: Standing): string | null {
  const lines = answer
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .split('\n');
  const first =
    standing.text
      .split(/\r?\n/)
      .find((line) => line.trim() !== '')
      ?.trim() ?? '';
  const begins = (from: number): boolean =>
    lines
      .slice(from)
      .find((line) => line.trim() !== '')
      ?.trim() === first;
  for (const [at, line] of lines.entries()) {
    const fence = /^(`{3,}|~{3,})\s*(?:markdown|md)?\s*$/.exec(line)?.[1];
    if (fence === undefined || !begins(at + 1)) continue;
    // The last closing fence: the document may hold fences of its own.
    const end = lines.findLastIndex((each, n) => n > at && each.trim() === fence);
    return lines.slice(at + 1, end === -1 ? undefined : end).join('\n');
  }
  const start = lines.findIndex((line) => line.trim() === first);
  return start === -1 || first === '' ? null : lines.slice(start).join('\n');
}

function otherDocument(before: PlanDocument, after: PlanDocument): string | null {
  if (before.belongsTo !== after.belongsTo) return 'it would belong to another item';
  if ((before.status?.text ?? null) !== (after.status?.text ?? null)) return 'it changes the status of the document';
  return null;
}

const headings = (text: string): readonly string[] => {
  const lines = scanLines(text);
  return cutSections(lines).flatMap((section) =>
    section.line === 0 ? [] : [lines.index.text.slice(section.title.start, section.title.end).trim()],
  );
};

/** Headings may come between the author's; none of those may go or move. */
function lostHeading(before: string, after: string): string | null {
  const found = headings(after);
  let at = 0;
  for (const heading of headings(before)) {
    const next = found.indexOf(heading, at);
    if (next === -1) return `the heading "${heading}" is gone or stands elsewhere`;
    at = next + 1;
  }
  return null;
}

const nameOf = (item: Item): string => (item.id === null ? item.title : `${item.id} ${item.title}`);
const boxesOf = (item: Item) => [...item.criteria, ...item.gates, ...item.tests];

function changedItem(before: PlanDocument, after: PlanDocument): string | null {
  const found = new Map(after.items.map((item) => [item.key, item]));
  for (const item of before.items) {
    const same = found.get(item.key);
    if (same === undefined) return `"${nameOf(item)}" is gone or renamed`;
    if (same.status !== item.status || same.statusText !== item.statusText)
      return `the status of "${nameOf(item)}" changes`;
    const boxes = new Map(boxesOf(same).map((box) => [box.text, box]));
    for (const box of boxesOf(item)) {
      const other = boxes.get(box.text);
      if (other === undefined && box.done === true) return `"${box.text}" is ticked and would go`;
      if (other !== undefined && other.done !== box.done) return `the tick of "${box.text}" changes`;
    }
  }
  const standing = new Set(before.items.map((item) => item.key));
  for (const item of after.items) {
    const old = before.items.find((each) => each.key === item.key);
    const known = new Set((old === undefined ? [] : boxesOf(old)).map((box) => box.text));
    if (!standing.has(item.key) && item.status !== 'open') return `"${nameOf(item)}" is new and not open`;
    const ticked = boxesOf(item).find((box) => box.done === true && !known.has(box.text));
    if (ticked !== undefined) return `"${ticked.text}" is new and ticked already`;
  }
  return null;
}

/** Boxes that stand for something done are the author's, wherever they stand. */
function changedTick(before: string, after: string): string | null {
  const ticked = (text: string): readonly string[] =>
    text.split(/\r?\n/).flatMap((line) => (/^\s*[-*+]\s+\[[xX]\]/.test(line) ? [line.trim()] : []));
  const [old, now] = [ticked(before), ticked(after)];
  const gone = old.find((line) => !now.includes(line));
  if (gone !== undefined) return `"${gone}" was ticked and is not any more`;
  const made = now.find((line) => !old.includes(line));
  return made === undefined ? null : `"${made}" is new and ticked already`;
}

/** A line of the author may become another in its place, never nothing. Placeholders and answered questions may go. */
function lostLine(before: string, after: string): string | null {
  const asked = openQuestions(before);
  let removed: string[] = [];
  let added = 0;
  const settle = (): string | null => {
    const lost =
      added > 0 ? undefined : removed.find((line) => line.trim() !== '' && !PLACEHOLDER.test(line) && !asked.has(line));
    removed = [];
    added = 0;
    return lost === undefined ? null : `the line "${lost.trim().slice(0, 80)}" is gone`;
  };
  for (const line of unifiedDiff('', before, after).split('\n').slice(2)) {
    if (line.startsWith('-')) removed.push(line.slice(1));
    else if (line.startsWith('+')) added += 1;
    else {
      const lost = settle();
      if (lost !== null) return lost;
    }
  }
  return settle();
}

/** Lines of the sections that ask. */
function openQuestions(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  let asks = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^#{1,6}\s/.test(line)) asks = /\bopen questions?\b/i.test(line);
    else if (asks) found.add(line);
  }
  return found;
}

function news(before: PlanDocument, after: PlanDocument): readonly string[] {
  const old = new Map(before.items.map((item) => [item.key, item]));
  const isNew = after.items.filter((item) => !old.has(item.key) && item.kind !== 'phase' && item.kind !== 'lane');
  const known = new Set(before.items.flatMap((item) => [...commandsOf(item)]));
  const commands = [...new Set(after.items.flatMap((item) => [...commandsOf(item)]))].filter(
    (each) => !known.has(each),
  );
  const criteria = after.items.flatMap((item) => {
    const texts = new Set(
      (old.get(item.key) === undefined ? [] : boxesOf(old.get(item.key) ?? item)).map((box) => box.text),
    );
    return old.has(item.key) ? boxesOf(item).filter((box) => !texts.has(box.text)) : [];
  });
  return [
    ...(isNew.length === 0 ? [] : [`New: ${isNew.map(nameOf).join('; ')}`]),
    ...(criteria.length === 0 ? [] : [`New criteria: ${criteria.map((box) => box.text).join('; ')}`]),
    ...(commands.length === 0 ? [] : [`New commands, each to be approved before it runs: ${commands.join(' ; ')}`]),
  ];
}

const commandsOf = (item: Item): readonly string[] => [
  ...item.commands.map((command) => command.text),
  ...boxesOf(item).flatMap((box) => box.command ?? []),
];
