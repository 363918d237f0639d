// Benchmarks of the memory: quality of recall over real documents, speed over many rows, indexing off the hot path.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Row, printTable } from './lib.mts';
import { recallRows } from './memory-recall.mts';
import { speedRows } from './memory-speed.mts';

const corpus = path.resolve('..', 'shared', 'corpus', 'documents');
const rows: Row[] = [];
if (existsSync(corpus)) {
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  const documents = new Map(
    files.sort().map((file) => [file.split(path.sep).join('/'), readFileSync(path.join(corpus, file), 'utf8')]),
  );
  rows.push(...(await recallRows(documents, process.argv.includes('--show'))));
} else {
  console.warn('The corpus of real documents is not here: quality of recall was NOT measured.');
}
if (!process.argv.includes('--recall')) rows.push(...(await speedRows()));
printTable('Memory', rows);
if (rows.some((row) => !row.met)) process.exitCode = 1;
