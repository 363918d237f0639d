#!/usr/bin/env node
// The terminal's launcher: answers --version by itself, and loads what else is asked for with its compiled code kept.
import { join } from 'node:path';
import type * as Main from './cli-main';
import { loadKept } from './kept-code';
import { codeFolder, keepCompiled, packageVersion, runIn } from './node-runtime';

const WRONG_USE = 2;

async function run(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  keepCompiled();
  if (args[0] === 'mcp' && !args.includes('--help') && !args.includes('-h')) {
    const { serveMcp } = await import('./mcp-serve');
    return serveMcp(args.slice(1), packageVersion());
  }
  const folder = codeFolder();
  const kind = /^[a-z][a-z-]{1,30}$/.test(args[0] ?? '') ? String(args[0]) : 'any';
  const main = loadKept(join(__dirname, 'cli-main.js'), folder === null ? null : join(folder, 'code'), kind);
  const code = await (main.exports as typeof Main).runTerminal(args);
  // A name that is no command's is not worth a file.
  if (code !== WRONG_USE) main.keep();
  return code;
}

runIn(run, __filename);
