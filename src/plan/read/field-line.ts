// One "Name: value" line under a task, with or without bullet and bold, and what its value may hold.
import type { YesNo } from '../../model/plan';
import type { Span, Written } from '../../model/text';
import type { Line } from './lines';

export type ListName = 'criteria' | 'gates' | 'tests' | 'commands' | 'steps';
type FieldName =
  | ListName
  | 'priority'
  | 'moscow'
  | 'points'
  | 'estimate'
  | 'owner'
  | 'progress'
  | 'depends'
  | 'blocks'
  | 'auto-advance'
  | 'pause-after'
  | 'smart-pause'
  | 'ready-prompt'
  | 'time-limit'
  | 'human-required'
  | 'type'
  | 'prd'
  | 'date'
  | 'labels'
  | 'description';

const NAMES: ReadonlyMap<string, FieldName> = new Map<string, FieldName>([
  ['priority', 'priority'],
  ['moscow', 'moscow'],
  ['points', 'points'],
  ['story points', 'points'],
  ['estimate', 'estimate'],
  ['estimated time', 'estimate'],
  ['time', 'estimate'],
  ['effort', 'estimate'],
  ['duration', 'estimate'],
  ['owner', 'owner'],
  ['assignee', 'owner'],
  ['assigned to', 'owner'],
  ['role', 'owner'],
  ['progress', 'progress'],
  ['depends on', 'depends'],
  ['depends', 'depends'],
  ['dependencies', 'depends'],
  ['dependency', 'depends'],
  ['blocked by', 'depends'],
  ['blocks', 'blocks'],
  ['auto-advance', 'auto-advance'],
  ['auto advance', 'auto-advance'],
  ['autoadvance', 'auto-advance'],
  ['pause after', 'pause-after'],
  ['pause-after', 'pause-after'],
  ['smart pause', 'smart-pause'],
  ['smart-pause', 'smart-pause'],
  ['when ready prompt', 'ready-prompt'],
  ['ready prompt', 'ready-prompt'],
  ['timeout', 'time-limit'],
  ['time limit', 'time-limit'],
  ['human required', 'human-required'],
  ['human_required', 'human-required'],
  ['type', 'type'],
  ['category', 'type'],
  ['prd', 'prd'],
  ['labels', 'labels'],
  ['tags', 'labels'],
  ['label', 'labels'],
  ['epic', 'labels'],
  ['description', 'description'],
  ['command', 'commands'],
  ['commands', 'commands'],
  ['one-command', 'commands'],
  ['run', 'commands'],
  ['do', 'steps'],
  ['steps', 'steps'],
  ['gate', 'gates'],
  ['gates', 'gates'],
  ['quality gate', 'gates'],
  ['quality gates', 'gates'],
  ['verify', 'gates'],
  ['acceptance', 'criteria'],
  ['acceptance criteria', 'criteria'],
  ['done when', 'criteria'],
  ['definition of done', 'criteria'],
  ['success criteria', 'criteria'],
  ['test', 'tests'],
  ['tests', 'tests'],
  ['testing', 'tests'],
  ['testing requirements', 'tests'],
  ['due', 'date'],
  ['finished', 'date'],
  ['closed', 'date'],
  ['updated at', 'date'],
  ['created at', 'date'],
  ['completed at', 'date'],
  ['started at', 'date'],
  ['start', 'date'],
  ['due at', 'date'],
  ['due date', 'date'],
  ['due_date', 'date'],
  ['start date', 'date'],
  ['started', 'date'],
  ['started_at', 'date'],
  ['completed', 'date'],
  ['completed_at', 'date'],
  ['completion date', 'date'],
  ['completion_date', 'date'],
  ['created', 'date'],
  ['created_at', 'date'],
  ['updated', 'date'],
  ['updated_at', 'date'],
  ['last updated', 'date'],
  ['last_updated', 'date'],
]);

export interface FieldLine {
  readonly field: FieldName;
  readonly name: string;
  readonly value: Written<string>;
  readonly bullet: boolean;
}

/** A "Name: value" line with or without bullet, bold and a leading sign; null if the name is not a known field. */
export function fieldLine(line: Line): FieldLine | null {
  const head = line.text.slice(0, line.text.length - line.text.trimStart().length + 120);
  const lead = /^[\t ]*([-*+][\t ]+)?[*_]{0,3}/.exec(head);
  let at = lead?.[0].length ?? 0;
  const sign = /^[^\p{L}\p{N}\s`[(]{1,4}[\t ]+/u.exec(head.slice(at));
  if (sign !== null) at += sign[0].length;
  const colon = head.slice(at).search(/[:：]/);
  if (colon === -1) return null;
  const name = head
    .slice(at, at + colon)
    .replace(/[*_]{1,3}$/, '')
    .replace(/^[*_]{1,3}/, '')
    .trim()
    .toLowerCase();
  const field = NAMES.get(name);
  if (field === undefined) return null;
  let from = at + colon + 1;
  const bold = /^[*_]{0,3}[\t ]*/.exec(line.text.slice(from, from + 40));
  from += bold?.[0].length ?? 0;
  let to = line.text.length;
  while (to > from && ' \t'.includes(line.text.charAt(to - 1))) to -= 1;
  if (lead?.[1] === undefined && /^[*_]{2,3}$/.test(line.text.slice(Math.max(from, to - 2), to)) && to - from <= 2)
    to = from;
  const text = line.text.slice(from, to);
  return {
    field,
    name,
    value: { value: text, text, span: { start: line.start + from, end: line.start + to } },
    bullet: lead?.[1] !== undefined,
  };
}

/** A leading yes or no with the author's prose; null if it starts with neither. */
export function yesNo(value: Written<string>): YesNo | null {
  const word = /^[*_"'`\s✅❌🛑]*(yes|no|true|false|on|off)\b/iu.exec(value.text.slice(0, 40))?.[1]?.toLowerCase();
  if (word === undefined) return null;
  return { value: word === 'yes' || word === 'true' || word === 'on', text: value.text, span: value.span };
}

/** Texts of the code spans in a line, with their offsets in it. */
export function codeSpans(text: string, offset: number): readonly { readonly text: string; readonly span: Span }[] {
  const found: { text: string; span: Span }[] = [];
  // Positions of runs by length: without them an unbalanced line would cost a search per run.
  const runs: { at: number; length: number }[] = [];
  for (const match of text.matchAll(/`+/g)) runs.push({ at: match.index, length: match[0].length });
  const next = new Map<number, number>();
  const partner: (number | null)[] = Array.from({ length: runs.length }, () => null);
  for (let n = runs.length - 1; n >= 0; n -= 1) {
    const run = runs[n];
    if (run === undefined) continue;
    partner[n] = next.get(run.length) ?? null;
    next.set(run.length, n);
  }
  for (let n = 0; n < runs.length; n += 1) {
    const run = runs[n];
    const mate = partner[n] ?? null;
    const end = mate === null ? undefined : runs[mate];
    if (run === undefined || mate === null || end === undefined) continue;
    let from = run.at + run.length;
    let to = end.at;
    const inside = text.slice(from, to);
    if (inside.startsWith(' ') && inside.endsWith(' ') && inside.trim() !== '') {
      from += 1;
      to -= 1;
    }
    found.push({ text: text.slice(from, to), span: { start: offset + from, end: offset + to } });
    n = mate;
  }
  return found;
}
