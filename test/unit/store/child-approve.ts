// Child process: approves fifty commands, one at a time.
import { createApprovals } from '../../../src/store/approvals';

const [root = '', folder = '', name = ''] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const approvals = createApprovals({
  root,
  folder,
  trusted: () => true,
  environment: () => ({ SHELL: '/bin/sh' }),
  now: Date.now,
  log,
});
for (let n = 0; n < 50; n += 1) approvals.approve([`${name} ${n}`], name);
