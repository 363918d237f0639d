// Entry point inside the extension host: runs every bundled suite beside it with mocha and leaves the result as JSON.
import Mocha from 'mocha';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Called by VS Code. Rejects when a test failed or none ran. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, color: false, reporter: 'spec' });
  for (const name of readdirSync(__dirname).filter((file) => file.endsWith('.test.js')))
    mocha.addFile(join(__dirname, name));
  const outcome = await new Promise<{ passes: number; failures: number; pending: number; failed: string[] }>(
    (resolve) => {
      const failed: string[] = [];
      const runner = mocha.run(() => {
        const stats = runner.stats;
        resolve({ passes: stats?.passes ?? 0, failures: stats?.failures ?? 0, pending: stats?.pending ?? 0, failed });
      });
      runner.on('fail', (test, error: Error) => failed.push(`${test.fullTitle()}: ${error.message}`));
    },
  );
  const target = process.env['SOLOFLOW_TEST_RESULTS'];
  if (target !== undefined) writeFileSync(target, JSON.stringify({ stats: outcome }, null, 2));
  if (outcome.failures > 0) throw new Error(`${outcome.failures} failed:\n${outcome.failed.join('\n')}`);
  if (outcome.passes === 0) throw new Error('No test ran.');
}
