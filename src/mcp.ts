// The agents' entry point: MCP over standard input and output.
import { serveMcp } from './mcp-serve';
import { packageVersion, runIn } from './node-runtime';

runIn(() => serveMcp(process.argv.slice(2), packageVersion()), __filename);
