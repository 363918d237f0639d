// What a shell offers where an id or a file of the plan is wanted: asked of the workspace around, quick, silent on failure.
import { openWorkspace } from '../wire';
import type { Terminal } from './print';
import { workspaceFolder } from './workspace-folder';

/** Words of one kind, sorted as the plan has them. Nothing where the folder cannot be read or the kind is unknown. */
export async function completionWords(
  kind: string,
  asked: string | null,
  terminal: Terminal,
): Promise<readonly string[]> {
  const root = workspaceFolder(terminal.cwd, asked);
  if (!root.ok) return [];
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const recorded = kind === 'runs' || kind === 'pauses';
  const opened = await openWorkspace({
    root: root.value,
    by: 'cli',
    trusted: () => false,
    needs: recorded ? 'watch' : 'plan',
    keptReadings: true,
    watch: false,
    log: silent,
    version: terminal.version,
  });
  if (!opened.ok) return [];
  const { plan, engine, documents } = opened.value;
  try {
    const { items, documents: found } = plan.snapshot();
    const paths = (kinds: readonly string[]): readonly string[] =>
      found.filter((each) => kinds.includes(each.kind)).map(({ path }) => path);
    switch (kind) {
      case 'items':
        return unique([...items.values()].flatMap(({ id }) => shellWord(id)));
      case 'documents':
        return found.map(({ path }) => path);
      case 'backlogs':
        return paths(['backlog']);
      case 'prds':
        return paths(['prd']);
      case 'lists':
        return paths(['tasks']);
      case 'runs':
        return engine.runs(20).map(({ run }) => run.id);
      case 'pauses':
        return engine
          .runs(20)
          .flatMap(({ pauses }) => pauses.flatMap(({ id, answer }) => (answer === null ? [id] : [])));
      case 'sprints':
      case 'goals': {
        const { readPlanning } = await import('../workflow/sprint/planning');
        const { sections } = await readPlanning({ plan, documents });
        const wanted = kind === 'sprints' ? 'sprint' : 'goal';
        return unique(sections.flatMap((section) => (section.kind === wanted ? [section.id] : [])));
      }
      default:
        return [];
    }
  } finally {
    await opened.value.dispose();
  }
}

/** "Task 2.1" as one word, T-2.1; what cannot be one is not offered. */
function shellWord(id: string | null): readonly string[] {
  const word = id?.replace(/^task\s+(?=\S+$)/i, 'T-');
  return word === undefined || /[\s'"$`\\]/.test(word) ? [] : [word];
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];
