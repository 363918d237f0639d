#!/usr/bin/env node
// The terminal's launcher: answers --version by itself, and loads what else is asked for with its compiled code kept.
import { keepCompiled, packageVersion, runIn } from './node-runtime';

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
  const { runTerminal } = await import('./cli-main');
  return runTerminal(args);
}

runIn(run, __filename);
