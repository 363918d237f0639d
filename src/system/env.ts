// The environment that commands run in: the person's own, without what the editor put there for itself.
import { existsSync } from 'node:fs';

const EDITOR_ONLY =
  /^(?:VSCODE_|ELECTRON_|CURSOR_TRACE|CHROME_(?:DESKTOP|CRASHPAD_PIPE_NAME)$|NODE_CHANNEL_|NODE_UNIQUE_ID$|APPLICATIONINSIGHTS)/;

/** `base` as found in the host process. Variables an editor sets for its own processes would change what commands do. */
export function commandEnvironment(base: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    if (value !== undefined && !EDITOR_ONLY.test(name)) clean[name] = value;
  }
  return clean;
}

const BASH_ONLY =
  /(?:^|[\s;&|(])(?:source|pushd|popd|shopt|declare|mapfile|readarray)\s|\[\[|<\(|>\(|<<<|&>|\|&|\bpipefail\b|\$\{[^}]*(?:\/\/|\^\^|,,|@)|(?:^|[\s;])function\s+\w|\$'|(?:^|[\s;])\w+=\(/m;

const BASH = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash', '/opt/homebrew/bin/bash'].find(existsSync) ?? null;

/** Commands are written for the shell people type in: those that need bash get it where it is installed. */
export function shellFor(command: string, bash: string | null = BASH): string {
  return bash !== null && BASH_ONLY.test(command) ? bash : '/bin/sh';
}
