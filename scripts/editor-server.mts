// Makes this machine able to run the editor tests: the VS Code server and a browser. Prints where they are.
import { ensureChromium } from './editor/chromium.mts';
import { ensureServer, pinnedNode } from './editor/server.mts';

try {
  console.log(`node      ${pinnedNode()}`);
  console.log(`browser   ${ensureChromium(console.log)}`);
  console.log(`editor    ${await ensureServer(console.log)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
