// Any output as lines for people: names and values, and one line for each thing that has a place.
import type { Paint } from './paint';

const MOST_ROWS = 200;

/** Output of an action without a form of its own. Nothing is left out but keys that a place already says. */
export function renderPlain(output: unknown, paint: Paint): string {
  if (output === null || typeof output !== 'object') return String(output);
  const lines = Array.isArray(output) ? rows(output, paint, '') : fields(output as Record<string, unknown>, paint, '');
  return lines.length === 0 ? 'Nothing.' : lines.join('\n');
}

function fields(record: Record<string, unknown>, paint: Paint, indent: string): readonly string[] {
  return Object.entries(record).flatMap(([name, value]): readonly string[] => {
    const label = words(name);
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) {
      if (value.length === 0) return [`${indent}${label}: none`];
      return [`${indent}${paint.bold(label)}`, ...rows(value, paint, `${indent}  `)];
    }
    if (typeof value === 'object') {
      const inner = fields(value as Record<string, unknown>, paint, `${indent}  `);
      return inner.length === 0 ? [`${indent}${label}: none`] : [`${indent}${paint.bold(label)}`, ...inner];
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.includes('\n')
      ? [`${indent}${label}:`, ...text.split('\n').map((line) => `${indent}  ${line}`)]
      : [`${indent}${label}: ${text}`];
  });
}

function rows(values: readonly unknown[], paint: Paint, indent: string): readonly string[] {
  const shown = values.slice(0, MOST_ROWS).flatMap((value) => row(value, paint, indent));
  return values.length > MOST_ROWS
    ? [...shown, `${indent}and ${values.length - MOST_ROWS} more (--json shows all)`]
    : shown;
}

function row(value: unknown, paint: Paint, indent: string): readonly string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [`${indent}${String(value)}`];
  const { key, id, title, path, line, ...rest } = value as Record<string, unknown>;
  const place = typeof path === 'string' ? paint.dim(typeof line === 'number' ? `${path}:${line}` : path) : '';
  const name = [id, title].filter((part) => typeof part === 'string').join(' ') || (typeof key === 'string' ? key : '');
  const small = Object.entries(rest).filter(
    ([, each]) => each !== null && typeof each !== 'object' && each !== undefined,
  );
  const large = Object.fromEntries(
    Object.entries(rest).filter(([, each]) => each !== null && typeof each === 'object'),
  );
  const details = small.map(([label, each]) => `${words(label)} ${String(each)}`).join(', ');
  const head = [name, details, place].filter((part) => part !== '').join('  ');
  return [`${indent}${head}`, ...fields(large, paint, `${indent}  `)];
}

/** "inProgress" → "in progress", "duplicate-id" stays. */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
