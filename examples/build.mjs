// Puts the library into dist/: its modules, one entry point, and a list of what is in it.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
const modules = readdirSync('src').filter((name) => name.endsWith('.mjs'));
for (const name of modules) cpSync(`src/${name}`, `dist/${name}`);
writeFileSync('dist/index.mjs', modules.map((name) => `export * from './${name}';\n`).join(''));
const bytes = modules.reduce((sum, name) => sum + statSync(`dist/${name}`).size, 0);
writeFileSync('dist/contents.json', `${JSON.stringify({ version, modules, bytes }, null, 2)}\n`);
console.log(`built ${modules.length} modules, ${bytes} bytes, version ${version}`);
