// The agents' entry point: MCP over standard input and output. A launcher as cli.ts is.
import { keepCompiled, packageVersion, runIn } from './node-runtime';

async function run(): Promise<number> {
  keepCompiled();
  const { serveMcp } = await import('./mcp-serve');
  return serveMcp(process.argv.slice(2), packageVersion());
}

runIn(run, __filename);
