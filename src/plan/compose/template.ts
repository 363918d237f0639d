// Texts with {{placeholders}}: the built-in ones and those a workspace puts in their place.
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';

const PLACEHOLDER = /\{\{\s*([A-Za-z][\w-]*)\s*\}\}/g;

/**
 * Every placeholder replaced by its value. One that nobody knows is a failure with its line. A line of nothing but a
 * placeholder whose value is empty is left out.
 */
export function fillTemplate(
  path: string,
  template: string,
  values: Readonly<Record<string, string>>,
): Result<string, Failure> {
  const out: string[] = [];
  for (const [at, line] of template.split(/\r?\n/).entries()) {
    for (const match of line.matchAll(PLACEHOLDER)) {
      const name = match[1] ?? '';
      if (!Object.hasOwn(values, name)) {
        const message = `{{${name}}} is no placeholder; known are ${Object.keys(values).join(', ')}`;
        return err({ kind: 'config', path, line: at + 1, message });
      }
    }
    const filled = line.replace(PLACEHOLDER, (_, name: string) => values[name] ?? '');
    if (filled.trim() === '' && line.trim() !== '') continue;
    out.push(filled);
  }
  return ok(
    `${out
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`,
  );
}
