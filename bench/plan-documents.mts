// Generated plans of a given size, in the shapes people write. Deterministic.

const WORDS =
  'index memory gate server cache review schema token pipeline metric query vector audit release prompt agent lesson context'.split(
    ' ',
  );

/** A small repeatable source of numbers. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function sentence(next: () => number, words: number): string {
  const text = Array.from({ length: words }, () => WORDS[Math.floor(next() * WORDS.length)] ?? 'plan').join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A backlog as one grows over a year: lanes, rows with comments behind each, headings with fields. About `bytes` long. */
export function backlog(bytes: number): string {
  const next = numbers(7);
  const parts = ['# Backlog\n\n## P0 Lane\n\n'];
  for (let id = 1; id <= 8; id += 1)
    parts.push(`- B-${1000 + id} — ${sentence(next, 6)} (score ${(next() * 8).toFixed(1)})\n`);
  parts.push('\n## P1 Lane\n\n');
  for (let id = 9; id <= 48; id += 1)
    parts.push(`- B-${1000 + id} — ${sentence(next, 6)} (score ${(next() * 8).toFixed(1)})\n`);
  parts.push(
    '\n## Live Backlog\n\n| ID | Title | 🔥P | 🎯Points | Status | Problem/Outcome | Tech Footprint | Dependencies |\n',
  );
  parts.push('|---|---|---|---|---|---|---|---|\n');
  let size = parts.join('').length;
  for (let id = 1; size < bytes; id += 1) {
    const status =
      ['todo', 'todo', '✅ done', 'in-progress'][Math.floor(next() * 40) % 4 === 3 ? 3 : Math.floor(next() * 3)] ??
      'todo';
    const deps = id > 3 && next() < 0.4 ? `B-${1000 + Math.floor(next() * (id - 1)) + 1}` : 'None';
    const cells = [
      `B-${1000 + id}`,
      sentence(next, 6),
      ['🔥', '⭐', '📈', '🔧'][id % 4],
      String(1 + (id % 8)),
      status,
      sentence(next, 14),
      sentence(next, 8),
      deps,
    ];
    const block =
      `| ${cells.join(' | ')} |\n` +
      `<!--score: {bv:4, tc:3, rr:${id % 5}, le:3, effort:3, deps:[]}-->\n<!--score_total: ${(next() * 8).toFixed(1)}-->\n` +
      `<!-- do_next: ${sentence(next, 10)} -->\n<!-- est_hours: ${id % 9} -->\n<!-- acceptance: ${sentence(next, 12)} -->\n` +
      `<!-- lessons_applied: ["docs/${id}.md"] -->\n<!-- reference_cards: ["cards/${id}.md"] -->\n<!-- tech_footprint: ${sentence(next, 12)} -->\n` +
      `<!-- problem: ${sentence(next, 30)} -->\n<!-- outcome: ${sentence(next, 30)} -->\n\n`;
    parts.push(block);
    size += block.length;
    if (id % 12 === 0) {
      const heading = `### B-${3000 + id}: ${sentence(next, 7)}\n\n**Status:** todo\n**Priority:** High\n\n${sentence(next, 120)}.\n\n- [ ] ${sentence(next, 8)}\n- [ ] ${sentence(next, 8)}\n\n`;
      parts.push(heading, `## Section ${id}\n\n`);
      size += heading.length;
    }
  }
  return parts.join('');
}

/** One list of checkbox tasks. */
export function taskList(count: number, seed = 3): string {
  const next = numbers(seed);
  const lines = ['# Tasks', ''];
  for (let id = 1; id <= count; id += 1) {
    const after = id > 1 && next() < 0.3 ? ` (depends on T${1 + Math.floor(next() * (id - 1))})` : '';
    lines.push(`- [${next() < 0.3 ? 'x' : ' '}] T${id}: ${sentence(next, 7)}${after}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A task list with headings and fields, as generators write them. */
export function headedTasks(count: number, seed: number): string {
  const next = numbers(seed);
  const parts = [`# Task List: ${sentence(next, 4)}\n\n## Implementation Phases\n\n`];
  for (let id = 1; id <= count; id += 1) {
    if (id % 6 === 1) parts.push(`### Phase ${Math.ceil(id / 6)}: ${sentence(next, 3)}\n\n`);
    parts.push(
      `#### Task ${Math.ceil(id / 6)}.${((id - 1) % 6) + 1}: ${sentence(next, 6)}\n\n` +
        `**Priority**: ${['Critical', 'High', 'Medium', 'Low'][id % 4]}\n**Estimated Time**: ${1 + (id % 5)} hours\n` +
        `**Dependencies**: ${id % 6 === 1 ? 'None' : `Task ${Math.ceil(id / 6)}.${(id - 1) % 6}`}\n**Auto-Advance**: yes\n\n` +
        `**Description**: ${sentence(next, 24)}.\n\n**Acceptance Criteria**:\n` +
        `- [ ] ${sentence(next, 8)}\n- [ ] ${sentence(next, 8)}\n- [ ] ${sentence(next, 8)}\n\n` +
        `**Testing Requirements**:\n- [ ] **Unit Tests** - ${sentence(next, 6)}\n- [ ] **Integration Tests** - ${sentence(next, 6)}\n\n`,
    );
  }
  return parts.join('');
}

/** A page of prose that is no plan. */
function page(bytes: number, seed: number): string {
  const next = numbers(seed);
  const parts = [`# ${sentence(next, 4)}\n\n`];
  let size = 0;
  while (size < bytes) {
    const block = `## ${sentence(next, 4)}\n\n${sentence(next, 60)}.\n\n- ${sentence(next, 9)}\n- ${sentence(next, 9)}\n\n`;
    parts.push(block);
    size += block.length;
  }
  return parts.join('');
}

/** A plan between pages of prose: some tasks at its end. */
function pageWithTasks(bytes: number, seed: number): string {
  const tasks = taskList(12, seed).replace('# Tasks', '## Tasks');
  return `${page(bytes - tasks.length, seed)}${tasks}`;
}

/**
 * A workspace of `count` documents with `bytes` together: half of them prose, as in a real one, and with as many items
 * as documents that people keep have, about six in 10 KB.
 */
export function workspace(count: number, bytes: number): ReadonlyMap<string, string> {
  const each = bytes / count;
  const files = new Map<string, string>();
  for (let at = 0; at < count; at += 1) {
    const folder = `area-${at % 40}`;
    switch (at % 8) {
      case 0:
      case 1:
        files.set(`${folder}/Task-List-B-${2000 + at}-Work.md`, headedTasks(Math.round(each / 900), at));
        break;
      case 2:
        files.set(`${folder}/${at}/tasks.md`, pageWithTasks(each, at));
        break;
      case 3:
        files.set(`${folder}/TODO-${at}.md`, pageWithTasks(each, at));
        break;
      default:
        files.set(`${folder}/notes-${at}.md`, page(each, at));
    }
  }
  return files;
}

/** Long documents of several kinds, each about 300 KB. */
export function longDocuments(): ReadonlyMap<string, string> {
  const numbered = headedTasks(420, 5).replaceAll('#### Task ', '### ');
  const tasks = Array.from({ length: 200 }, (_, n) => ({
    id: n + 1,
    title: `Task ${n + 1}`,
    description: page(200, n),
    details: page(100, n + 1),
    testStrategy: '',
    status: n % 3 === 0 ? 'done' : 'pending',
    priority: 'medium',
    dependencies: n === 0 ? [] : [n],
    subtasks: [],
  }));
  return new Map(
    [
      ['backlog', '000_backlog.md'],
      ['task list', 'Task-List-B-1-Work.md'],
      ['PRD', 'prd-B-2-work.md'],
      ['checkboxes', 'TODO.md'],
      ['spec-kit', 'specs/001/tasks.md'],
      ['Task Master', '.taskmaster/tasks/tasks.json'],
      ['prose', 'notes.md'],
    ].map(([kind, file]) => {
      switch (kind) {
        case 'backlog':
          return [file, backlog(300_000)];
        case 'task list':
          return [file, headedTasks(420, 4)];
        case 'PRD':
          return [file, `# PRD: Work\n\n## Problem Statement\n\n${page(20_000, 6)}\n${numbered}`];
        case 'checkboxes':
          return [file, taskList(4500).replaceAll(/ T(\d+): /g, ' Item $1: ')];
        case 'spec-kit':
          return [file, taskList(4500).replaceAll(/\] T(\d+): /g, (_, id: string) => `] T${id.padStart(4, '0')} `)];
        case 'Task Master':
          return [file, JSON.stringify({ master: { tasks } }, null, 2)];
        default:
          return [file, page(300_000, 8)];
      }
    }) as [string, string][],
  );
}
