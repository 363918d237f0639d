// Writes docs/names.md: every name that other code may import from the built library.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const library = await import(pathToFileURL('dist/index.mjs').href);
const names = Object.keys(library).toSorted();
writeFileSync('docs/names.md', `# Public names\n\n${names.map((name) => `- \`${name}\``).join('\n')}\n`);
console.log(`listed ${names.length} names: ${names.join(', ')}`);
