// The helper that stands between a host and a command on Windows, as text for `node -e`. It keeps the same files as
// the POSIX leader and keeper together (see supervisor.ts). Its standard input is the host's lifeline.

/**
 * Arguments: DIR TOKEN GRACE_MS KILLER COMMAND; KILLER is a JSON array, the pid is appended to it.
 * After the host's death it waits for an `owner.*` file with another name, whose first line is the pid of the new
 * host, and follows that one.
 */
export const WINDOWS_HELPER = `
const { spawn, execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const [dir, token, grace, killer, command] = process.argv.slice(1);
// It was for us only.
delete process.env.ELECTRON_RUN_AS_NODE;
const at = (name) => path.join(dir, name);
try { fs.writeFileSync(at('begun'), process.pid + '\\n', { flag: 'wx' }); } catch { process.exit(125); }
const streams = [fs.openSync(at('out'), 'a'), fs.openSync(at('err'), 'a')];
const child = spawn(command, { shell: true, windowsHide: true, stdio: ['ignore', ...streams] });
const end = (code) => { fs.writeFileSync(at('exit'), code + '\\n'); process.exit(code); };
child.on('error', () => end(127));
child.on('exit', (code, signal) => { if (!reaping) end(code === null ? 128 : code & 255); });
let reaping = false;
const owner = () => { try { return fs.readdirSync(dir).find((name) => name.startsWith('owner.')); } catch { return undefined; } };
const lives = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };
const reap = () => {
  const name = owner();
  if (name === undefined) return false;
  try { fs.renameSync(at(name), at('killed')); } catch { return false; }
  reaping = true;
  const [program, ...args] = JSON.parse(killer);
  try { execFileSync(program, [...args, String(child.pid)], { windowsHide: true, stdio: 'ignore' }); } catch {}
  process.exit(137);
};
let alone = false;
const orphaned = () => {
  if (alone) return;
  alone = true;
  let since = Date.now();
  setInterval(() => {
    const name = owner();
    if (name !== undefined && name !== 'owner.' + token) {
      const pid = parseInt(fs.readFileSync(at(name), 'utf8'), 10);
      if (lives(pid)) { since = Date.now(); return; }
    }
    if (fs.existsSync(at('ending')) || Date.now() - since >= Number(grace)) reap();
  }, 200);
};
process.stdin.on('end', orphaned).on('close', orphaned).on('error', orphaned).resume();
`;
