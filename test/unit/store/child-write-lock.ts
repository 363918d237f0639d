// Child process: holds the database's write lock until it is killed.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../../src/store/driver';

const db = openDatabase(join(process.argv[2] ?? '', '.soloflow', 'soloflow.db'));
db.exec('BEGIN IMMEDIATE');
writeSync(1, 'held\n');
setInterval(() => undefined, 1000);
