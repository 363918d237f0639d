// A backlog with one item in progress and an empty table of completed ones: what ship begins with.
export const SHIPPABLE_BACKLOG = [
  '# Backlog',
  '',
  '## Live',
  '',
  '| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |',
  '|----|-------|-----|--------|--------|-----------------|----------------|--------------|',
  '| B-001 | Page names | 🔥 | 5 | in-progress | Addresses are ugly | JavaScript | None |',
  '',
  '## Completed',
  '',
  '| ID | Title | Completion Date | Key Outcomes | Lessons Applied |',
  '|----|-------|-----------------|--------------|-----------------|',
  '',
].join('\n');
export const SHIPPABLE_LIST = 'docs/plans/Task-List-B-001-page-names.md';
