// The house's log in VS Code's own output channel; its level is the user's choice there.
import type { LogOutputChannel } from 'vscode';
import type { Log } from '../engine/ports';

export function editorLog(channel: LogOutputChannel): Log {
  const line = (message: string, data?: Readonly<Record<string, unknown>>): string =>
    data === undefined ? message : `${message} ${JSON.stringify(data)}`;
  return {
    info: (message, data) => channel.info(line(message, data)),
    warn: (message, data) => channel.warn(line(message, data)),
    error: (message, data) => channel.error(line(message, data)),
  };
}
