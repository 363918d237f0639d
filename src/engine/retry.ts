// Retries: what kind of failure it was, and how often and when it is tried again. Data, and arithmetic without chance.
import type { Config, FailureCategory, RetryPolicy } from '../model/config';

const policy = (retries: number, delayMs: number, factor: number, maxMs = 60_000, jitter = 0): RetryPolicy => ({
  retries,
  delayMs,
  factor,
  maxMs,
  jitter,
});

/** Jitter is the part of the delay that may be taken away: 0.5 means between half and the whole of it. */
export const RETRY_POLICIES: Readonly<Record<FailureCategory, RetryPolicy>> = {
  network: policy(5, 2000, 2, 60_000, 0.5),
  file: policy(3, 1000, 1.5),
  database: policy(3, 5000, 2, 120_000),
  permission: policy(2, 1000, 1),
  timeout: policy(2, 5000, 2),
  validation: policy(1, 0, 1),
  execution: policy(3, 2000, 1.5),
  default: policy(3, 1000, 2),
};

/** The policy of a category: value by value the workspace's own, else that of "*", else the built-in one. */
export function policyOf(category: FailureCategory, { run: { retry } }: Config): RetryPolicy {
  const own = retry[category];
  const all = retry['*'];
  const built = RETRY_POLICIES[category];
  return {
    retries: own?.retries ?? all?.retries ?? built.retries,
    delayMs: own?.delayMs ?? all?.delayMs ?? built.delayMs,
    factor: own?.factor ?? all?.factor ?? built.factor,
    maxMs: own?.maxMs ?? all?.maxMs ?? built.maxMs,
    jitter: own?.jitter ?? all?.jitter ?? built.jitter,
  };
}

/** What is known of a command that failed. */
export interface FailureFacts {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** The end of what it wrote, and the error text where it could not be started. */
  readonly text: string;
}

const BY_TEXT: readonly (readonly [FailureCategory, RegExp])[] = [
  [
    'network',
    /\b(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR_\w+|ERR_SOCKET\w*)\b|could not resolve host|temporary failure in name resolution|name or service not known|network is unreachable|connection (?:refused|reset|timed out|aborted)|couldn.t connect to server|failed to connect to|unable to (?:connect to|access) .?https?:|fetch failed|TLS handshake|socket hang up|no route to host|\b(?:502 bad gateway|503 service unavailable|504 gateway time-?out|429 too many requests)\b|returned error: (?:429|50[234])\b|rate limit exceeded|(?:dial|read) tcp\b|failed to (?:fetch|download)/i,
  ],
  [
    'database',
    /\bSQLITE_(?:BUSY|LOCKED)\b|database is locked|deadlock detected|could not serialize access|too many (?:connections|clients)|the database system is (?:starting up|shutting down)|lock wait timeout|psycopg2?\.OperationalError|\b(?:ORA-\d{5}|SQLSTATE)\b|could not connect to server/i,
  ],
  [
    'permission',
    /\b(?:EACCES|EPERM)\b|permission denied|operation not permitted|access is denied|\b(?:401 unauthorized|403 forbidden)\b/i,
  ],
  ['timeout', /\b(?:timed out|timeout (?:exceeded|expired|of \d+))|deadline exceeded/i],
  [
    'validation',
    /\bAssertionError\b|\bassert(?:ion)? failed|\b[1-9]\d* (?:tests? )?fail(?:ed|ing|ures?)\b|\bFAIL\b|\bnot ok \d+|error TS\d{4}|\b(?:SyntaxError|TypeError|ReferenceError|ValidationError)\b|\blint(?:ing)? (?:error|failed)|✖ \d+ problems?|type ?check(?:ing)? failed/i,
  ],
  [
    'file',
    /\b(?:ENOENT|EEXIST|EISDIR|ENOTDIR|ENOSPC|EMFILE|EBUSY|ETXTBSY)\b|no such file or directory|file exists|is a directory|no space left on device|cannot find the (?:file|path)/i,
  ],
];

/** Category of a failure. The exit code speaks only where the shell gives it a meaning of its own. */
export function categoryOf(facts: FailureFacts): FailureCategory {
  if (facts.timedOut || facts.exitCode === 124) return 'timeout';
  if (facts.exitCode === 126) return 'permission';
  // Not found: trying again finds it no better than once more.
  if (facts.exitCode === 127) return 'validation';
  for (const [category, pattern] of BY_TEXT) if (pattern.test(facts.text)) return category;
  return facts.exitCode === null && facts.signal === null ? 'default' : 'execution';
}

/**
 * Milliseconds to wait before the next try, null when there is none left. `tries` counts the failed ones (1 after the
 * first). `seed` decides the jitter: the same attempt always waits the same time, so that replaying decides the same.
 */
export function delayBeforeRetry(policy: RetryPolicy, tries: number, seed: string): number | null {
  if (tries > policy.retries) return null;
  const full = Math.min(policy.maxMs, policy.delayMs * policy.factor ** (tries - 1));
  return Math.round(full * (1 - policy.jitter * fraction(seed)));
}

/** FNV-1a of the text as a number in [0, 1). */
function fraction(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93);
  return (hash >>> 0) / 2 ** 32;
}
