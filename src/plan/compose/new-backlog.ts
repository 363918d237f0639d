// A first backlog for a workspace that has none, in the reference workflow's own form so that it is read like any other.

/** `today` as YYYY-MM-DD. The backlog has its lanes and an empty table; items are added by `start`. */
export function newBacklog(today: string, lanes: readonly string[] = ['P0', 'P1', 'P2']): string {
  return `# Backlog

<!-- last_updated: ${today} -->

Ideas and work, one row each. Status: \`todo\`, \`in-progress\`, \`blocked\`, \`done\`. Points are a guess of the effort.

${lanes.map((lane) => `## ${/\blane\b/i.test(lane) ? lane : `${lane} Lane`}`).join('\n\n')}

## Live Backlog

| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
|----|-------|-----|--------|--------|-----------------|----------------|--------------|

## Completed

| ID | Title | Completion Date | Key Outcomes | Lessons Applied |
|----|-------|-----------------|--------------|-----------------|
`;
}
