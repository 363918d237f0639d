// Where this person's own data lives, outside every workspace: a cloned repository cannot bring anything here.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Absolute path; not made yet. SOLOFLOW_USER_DIR wins over the platform's own place. */
export function userFolder(
  { platform, env, home }: Surroundings = { platform: process.platform, env: process.env, home: homedir() },
): string {
  const asked = env['SOLOFLOW_USER_DIR'];
  if (asked !== undefined && isAbsolute(asked)) return asked;
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'soloflow');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'soloflow');
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'soloflow');
}
