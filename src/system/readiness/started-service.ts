// A service that was started from here: its process, which outlives the host on purpose, and its log. It is not supervised;
// others may be using it. The file beside its log tells a later look that it is there already.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { limitFile, readAt } from '../attempt-files';
import { shellFor } from '../env';
import { plainText } from '../output';
import { isRunning, processStart } from '../process-tree';
import { createRedactor } from '../redact';

interface StartedService {
  /** Its process, while that lives; null: none was started, or it has ended. */
  running(): Promise<number | null>;
  start(command: string): Promise<void>;
  /** How the start command failed; null: it has not. */
  failed(): string | null;
  /** Of its log, for people: without secrets. */
  lastLine(): string;
  /** Gives the middle of a long log back to the disk. */
  limitLog(): Promise<void>;
}

interface Around {
  readonly root: string;
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string>>;
}

const LOG_LIMIT = 16 * 1024 * 1024;
const LAST_BYTES = 4096;

export function createStartedService(name: string, { root, stateDir, env }: Around): StartedService {
  const folder = path.join(stateDir, 'services');
  const file = path.join(folder, fileName(name));
  const log = `${file}.log`;
  const pidFile = `${file}.pid`;
  let failure: string | null = null;
  return {
    async running() {
      const [, pid, start] = /^(\d+) (.*)\n$/.exec(textOf(pidFile)) ?? [];
      if (pid === undefined || start === undefined) return null;
      // A pid alone may be someone else's by now.
      const now = await processStart(Number(pid));
      return (now ?? '') === start && isRunning(Number(pid), start) ? Number(pid) : null;
    },
    async start(command) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // Emptied, then appended to: what cuts a log short relies on that.
      closeSync(openSync(log, 'w', 0o600));
      const fd = openSync(log, 'a');
      const child = spawn(command, {
        shell: process.platform === 'win32' ? true : shellFor(command),
        cwd: root,
        env: { ...env },
        detached: true,
        stdio: ['ignore', fd, fd],
      });
      closeSync(fd);
      child.on('error', (error) => (failure = error.message));
      child.on('exit', (code, signal) => {
        if (code !== 0) failure = signal ?? `exit code ${code}`;
      });
      child.unref();
      if (child.pid === undefined) return;
      const start = await processStart(child.pid);
      writeFileSync(pidFile, `${child.pid} ${start ?? ''}\n`, { mode: 0o600 });
    },
    failed: () => failure,
    lastLine() {
      const lines = plainText(endOf(log)).trimEnd().split('\n');
      return createRedactor(env)
        .redact(lines.at(-1) ?? '')
        .text.slice(0, 300);
    },
    async limitLog() {
      // Nothing was ever started from here, or the file has gone.
      await limitFile(log, LOG_LIMIT).catch(() => undefined);
    },
  };
}

/** Names that a file cannot have stay apart by their hash. */
function fileName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60);
  return plain === name ? plain : `${plain}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function endOf(log: string): string {
  let fd: number | null = null;
  try {
    const { size } = statSync(log);
    fd = openSync(log, 'r');
    return Buffer.from(readAt(fd, Math.max(0, size - LAST_BYTES), LAST_BYTES)).toString('utf8');
  } catch {
    return '';
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
