// The agents' entry point: MCP over standard input and output. Everything is loaded when it starts, as in cli.ts.
import { packageVersion, runIn } from './node-runtime';

async function run(): Promise<number> {
  const { serveMcp } = await import('./mcp-serve');
  return serveMcp(process.argv.slice(2), packageVersion());
}

runIn(run, __filename);
