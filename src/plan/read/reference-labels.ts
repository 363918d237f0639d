// The field names of the reference project's documents in all their spellings, and where their values stand in a line.
import type { Span } from '../../model/text';

/** The fields that an item keeps; other labels of the documents are prose. */
export type Field =
  | 'priority'
  | 'moscow'
  | 'points'
  | 'score'
  | 'estimate'
  | 'dependencies'
  | 'blocks'
  | 'status'
  | 'autoAdvance'
  | 'pauseAfter'
  | 'smartPause'
  | 'readyPrompt'
  | 'timeLimit'
  | 'commands'
  | 'criteria'
  | 'gates'
  | 'tests'
  | 'description'
  | 'owner'
  | 'type'
  | 'prd'
  | 'progress'
  | 'humanRequired'
  | 'date'
  | 'labels'
  | 'solo'
  | 'tasks'
  | 'total';

const NAMES: Readonly<Record<string, Field>> = Object.fromEntries(
  (
    [
      ['priority', 'priority', 'prio', 'priority level'],
      ['moscow', 'moscow', 'moscow priority', 'moscow prioritization'],
      ['points', 'points', 'story points', 'point estimate'],
      ['score', 'score', 'score total'],
      [
        'estimate',
        'estimated time',
        'estimate',
        'time',
        'duration',
        'effort',
        'estimated effort',
        'est',
        'time estimate',
        'estimated duration',
        'estimated hours',
        'estimated total time',
        'total estimated time',
      ],
      [
        'dependencies',
        'dependencies',
        'depends on',
        'dependency',
        'requires',
        'prerequisites',
        'prerequisite',
        'blocked by',
        'deps',
        'depends',
      ],
      ['blocks', 'blocks'],
      ['status', 'status', 'execution status', 'state', 'task status', 'current status'],
      ['autoAdvance', 'auto advance', 'autoadvance'],
      ['pauseAfter', 'pause after', 'pause'],
      ['smartPause', 'smart pause', 'smart pausing'],
      ['readyPrompt', 'when ready prompt', 'ready prompt'],
      ['timeLimit', 'timeout', 'time limit', 'time out', 'maximum time', 'max time'],
      ['commands', 'command', 'commands', 'run', 'execute'],
      [
        'criteria',
        'acceptance criteria',
        'done when',
        'success criteria',
        'definition of done',
        'acceptance',
        'completion criteria',
        'exit criteria',
      ],
      ['gates', 'quality gates', 'quality gate', 'gates', 'gate'],
      ['tests', 'testing requirements', 'test requirements', 'tests', 'testing', 'test plan', 'testing strategy'],
      ['description', 'description', 'goal', 'objective', 'summary', 'problem outcome'],
      ['owner', 'owner', 'assignee', 'assigned to', 'responsible', 'role', 'lead'],
      ['type', 'type', 'task type', 'category', 'work type'],
      ['prd', 'prd', 'prd source', 'prd link'],
      ['progress', 'progress'],
      ['humanRequired', 'human required', 'requires human'],
      [
        'date',
        'created',
        'created at',
        'started',
        'started at',
        'completed',
        'completed at',
        'completion date',
        'due',
        'due date',
        'deadline',
        'updated',
        'last updated',
        'start date',
        'end date',
        'date completed',
        'target date',
        'review on',
        'generated',
      ],
      ['labels', 'labels', 'tags', 'label'],
      ['solo', 'solo optimization', 'solo workflow', 'solo workflow integration', 'solo developer optimization'],
      ['tasks', 'tasks'],
      ['total', 'total tasks', 'task count', 'number of tasks', 'total number of tasks'],
    ] as const
  ).flatMap(([field, ...names]) => names.map((name) => [name, field] as const)),
);

/** A label with its value in one line. `field` null: a label that no field of the house is known by. */
export interface Labelled {
  readonly field: Field | null;
  /** Lower case words of the label. */
  readonly name: string;
  /** From the start of the label. */
  readonly at: number;
  /** The value without the space around it; empty span when nothing follows. */
  readonly value: Span;
}

const BOLD = /\*\*([^*\n]{1,70}?)(?::\s*\*\*|\*\*\s*:)/g;
const PLAIN = /^[^\p{L}*`[]{0,6}([\p{L}][\p{L} /-]{1,40}?)\s*:(?=\s|$)/u;
const LONGEST_LINE = 20_000;

export function labelName(raw: string): string {
  return raw
    .toLowerCase()
    .replace(/\([^()]*\)/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

export function fieldNamed(name: string): Field | null {
  return Object.hasOwn(NAMES, name) ? (NAMES[name] ?? null) : null;
}

/**
 * The labels of a line: bold ones ("**Priority**: High", "**Priority:** High", several one after the other), and plain
 * known ones at its start ("Command: x") or behind " | " and " • ".
 */
export function labelsIn(text: string, span: Span): readonly Labelled[] {
  const source = text.slice(span.start, Math.min(span.end, span.start + LONGEST_LINE));
  const marks: { name: string; from: number; to: number }[] = [];
  for (const match of source.matchAll(BOLD)) {
    // Bold words in the middle of a sentence are no label, unless a label stands before them.
    const before = source.slice(marks.at(-1)?.to ?? 0, match.index);
    if (marks.length === 0 && !/^[^\p{L}\p{N}`]{0,12}$/u.test(before)) break;
    const name = labelName(match[1] ?? '');
    if (marks.length > 0 && fieldNamed(name) === null) continue;
    marks.push({ name, from: match.index, to: match.index + match[0].length });
  }
  if (marks.length === 0) {
    const plain = PLAIN.exec(source);
    const name = labelName(plain?.[1] ?? '');
    if (plain === null || fieldNamed(name) === null) return [];
    marks.push({ name, from: 0, to: plain[0].length });
  }
  return marks.flatMap((mark, at) => {
    const end = marks[at + 1]?.from ?? source.length;
    return split(source, mark, end).map((each) => ({
      field: fieldNamed(each.name),
      name: each.name,
      at: span.start + each.from,
      value: trimmed(source, each.to, each.end, span.start),
    }));
  });
}

interface Mark {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** "High • MoSCoW: Must • Time: 2h" holds three fields. */
function split(source: string, mark: Mark, end: number): readonly (Mark & { readonly end: number })[] {
  const value = source.slice(mark.to, end);
  if (!/[•|]/.test(value)) return [{ ...mark, end }];
  const found: (Mark & { end: number })[] = [{ ...mark, end }];
  for (const match of value.matchAll(/\s[•|]\s+([\p{L}][\p{L} -]{1,30}?)\s*:(?=\s|$)/gu)) {
    const name = labelName(match[1] ?? '');
    const last = found.at(-1);
    if (fieldNamed(name) === null || last === undefined) continue;
    last.end = mark.to + match.index;
    found.push({ name, from: mark.to + match.index + 1, to: mark.to + match.index + match[0].length, end });
  }
  return found;
}

function trimmed(source: string, from: number, to: number, base: number): Span {
  let start = from;
  let end = to;
  while (start < end && /\s/.test(source[start] ?? '')) start += 1;
  while (end > start && /[\s|•]/.test(source[end - 1] ?? '')) end -= 1;
  return { start: base + start, end: base + end };
}
