#!/usr/bin/env node
// The terminal's launcher: answers --version by itself, and loads everything else with its compiled code kept by Node.
import * as nodeModule from 'node:module';
import { packageVersion, runIn } from './node-runtime';

async function run(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  // Compiling the bundle costs more than most commands do; without a cache (older Node) it is only slower.
  if ('enableCompileCache' in nodeModule) nodeModule.enableCompileCache();
  const { runTerminal } = await import('./cli-main');
  return runTerminal(args);
}

runIn(run, __filename);
