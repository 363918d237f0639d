// Fails until NOTES.md says something about the version in package.json.
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const section = readFileSync('NOTES.md', 'utf8').split(/^## /m).find((part) => part.startsWith(version));
const words = section?.slice(version.length).trim() ?? '';
if (words === '') {
  console.error(`NOTES.md says nothing about version ${version}.`);
  process.exitCode = 1;
} else {
  console.log(`notes of ${version}: ${words.split('\n')[0]}`);
}
