// Takes secrets out of text: known shapes of tokens, and the values of environment variables that are named like one.
import { hiderOf, marksOf } from './hidden-values';

export interface Redactor {
  /** The text without secrets, and how many were taken out. */
  redact(text: string): { readonly text: string; readonly count: number };
}

const HIDDEN = '[redacted]';

/** Shapes that are secrets wherever they stand. A captured group before the secret is kept. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[A-Za-z0-9_-]{40,}/g,
  /\bAIza[A-Za-z0-9_-]{35}\b/g,
  /\bhf_[A-Za-z0-9]{30,}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  /(\b(?:authorization|proxy-authorization)["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[^\s"',;]{6,}/gi,
  /(\bbearer\s+)[A-Za-z0-9._~+/-]{16,}=*/gi,
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,64}:)[^\s@/]{1,256}(?=@)/gi,
  /(\b[\w.-]{0,40}(?:password|passwd|secret|api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token)["']?\s*[:=]\s*["']?)(?!\[redacted\])[^\s"',;]{6,}/gi,
];

const SECRET_NAME = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$|PASSWORD|SECRET/i;
/** Shorter values are words like "true" or "test", and would be found everywhere. */
const SHORTEST_VALUE = 6;

let marked: { readonly values: string; readonly marks: string } | null = null;

/** The secrets of an environment as another host can find them again: see createRedactor. */
export function secretMarks(env: Readonly<Record<string, string | undefined>>): string {
  const all = secretValues(env);
  // One command after another has the same.
  const values = all.join('\0');
  if (marked?.values !== values) marked = { values, marks: marksOf(all) };
  return marked.marks;
}

/**
 * `env`: the environment commands run with; values of variables named like secrets are hidden wherever they appear.
 * `marks`: secretMarks of an environment that is not ours.
 */
export function createRedactor(env: Readonly<Record<string, string | undefined>>, marks = ''): Redactor {
  const values = secretValues(env);
  const hide = hiderOf(marks);
  return {
    redact(text) {
      let count = 0;
      let out = text;
      for (const value of values) {
        if (!out.includes(value)) continue;
        const parts = out.split(value);
        count += parts.length - 1;
        out = parts.join(HIDDEN);
      }
      const others = hide(out, HIDDEN);
      count += others.count;
      out = others.text;
      for (const shape of SHAPES) {
        out = out.replace(shape, (...found: unknown[]) => {
          count++;
          return typeof found[1] === 'string' ? found[1] + HIDDEN : HIDDEN;
        });
      }
      return { text: out, count };
    },
  };
}

function secretValues(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const values = Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || !SECRET_NAME.test(name)) return [];
    // A path is where a secret lies, not the secret.
    if (value.trim().length < SHORTEST_VALUE || /^(?:\/|~|[A-Za-z]:\\)/.test(value)) return [];
    return [value, ...value.split('\n').filter((line) => line.trim().length >= 16)];
  });
  return [...new Set(values)].sort((a, b) => b.length - a.length);
}
