// The bullets under a Kiro task: "_Requirements: 1.1_", "_Depends: 1.2_", properties to test, checkpoints.
import { fieldLine } from './field-line';
import { dependenciesIn } from './dependency-text';
import type { Line } from './lines';
import { commandOfCriterion } from './reference-commands';
import { type TaskNode, written } from './task-node';

const UNDERSCORED = /^([\t ]*[-*][\t ]+_([^:：_]{1,40})[:：][\t ]*)(.*?)_?[\t ]*$/;

/** Takes one detail line; false: it is plain text. */
export function kiroDetail(line: Line, task: TaskNode | null): boolean {
  const fields = task?.reader?.fields;
  if (task === null || fields === undefined) return false;
  const text = line.text.length > 8000 ? line.text.slice(0, 8000) : line.text;
  const noted = UNDERSCORED.exec(text);
  if (noted !== null) {
    const name = (noted[2] ?? '').trim().toLowerCase();
    const value = written(noted[3] ?? '', line.start + (noted[1]?.length ?? 0));
    if (name === 'depends' || name === 'depends on' || name === 'dependencies') {
      fields.dependencies.push(...dependenciesIn(value, false));
      fields.dependencySite ??= value.span;
    } else if (name === 'boundary') fields.labels.push(`boundary:${value.text}`);
    else if (name === 'blocked' || name === 'leverage' || name === 'prompt')
      fields.description.push(`${noted[2]}: ${value.text}`);
    else if (/^[\d.,\s]+$/.test(value.text)) fields.labels.push(...requirements(value.text));
    else fields.description.push(`${noted[2]}: ${value.text}`);
    return true;
  }
  const property = /^[\t ]*[-*][\t ]+\*\*(Property \d+: .*?|Validates: .*?)\*\*(.*)$/i.exec(text);
  if (property !== null) {
    const said = property[1] ?? '';
    if (/^validates/i.test(said)) fields.labels.push(...requirements(said));
    else
      fields.tests.push({ text: said + (property[2] ?? ''), done: null, line: line.number, box: null, command: null });
    return true;
  }
  if (/\bcheckpoint\b/i.test(task.title) && /^[\t ]*[-*][\t ]/.test(text) && fieldLine(line) === null) {
    const said = text.trim().replace(/^[-*]\s+/, '');
    fields.gates.push({ text: said, done: null, line: line.number, box: null, command: checkpointCommand(said) });
    if (/\bask the user\b/i.test(said))
      fields.pauseAfter ??= { value: true, text: said, span: { start: line.end - said.length, end: line.end } };
    return true;
  }
  return false;
}

function requirements(text: string): readonly string[] {
  return [...text.matchAll(/\d+(?:\.\d+)*/g)].map((each) => `requirement:${each[0]}`);
}

/** "Run `npm test` (vitest --run) and confirm all tests pass." */
function checkpointCommand(text: string): string | null {
  return commandOfCriterion(text) ?? /^(?:run|execute)\s+`([^`\n]{1,400})`/i.exec(text)?.[1]?.trim() ?? null;
}
