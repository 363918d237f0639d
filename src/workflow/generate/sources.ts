// Where generation gets its material from: templates of the workspace, its test command, its way of naming files.
import type { Failure } from '../../model/failure';
import type { PlanDocument } from '../../model/plan';
import { err, type Result } from '../../model/result';
import { normalId } from '../../plan/graph/ids';
import type { PrdLimits } from '../../plan/compose/prd-rule';
import { slug } from '../../plan/compose/slug';
import type { Workspace } from '../action';

export interface Template {
  readonly path: string;
  readonly text: string;
}

/** The workspace's own template; null: it has none, the built-in one counts. */
export async function templateOf(workspace: Workspace, name: 'prd.md' | 'tasks.md'): Promise<Template | null> {
  const path = `${workspace.config().paths.templates.replace(/\/+$/, '')}/${name}`;
  const text = await workspace.documents.read(path);
  return text === null ? null : { path, text };
}

/** "npm test" where package.json has tests of its own; null: nothing tells. */
export async function testCommandOf(workspace: Workspace): Promise<string | null> {
  const text = await workspace.documents.read('package.json');
  if (text === null) return null;
  const script = /"scripts"\s*:\s*\{[^}]*"test"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? null;
  return script === null || script.includes('no test specified') ? null : 'npm test';
}

/** "docs/plans/PRD-B-005-page-names.md" */
export function documentPath(
  workspace: Workspace,
  kind: 'PRD' | 'Task-List',
  id: string | null,
  title: string,
): string {
  const { prds, tasks } = workspace.config().paths;
  const folder = (kind === 'PRD' ? prds : tasks).replace(/\/+$/, '');
  const name = [kind, id === null ? null : id.replaceAll(/[\u2010-\u2015]/g, '-'), nameOf(title)];
  return `${folder}/${name.filter((part) => part !== null && part !== '').join('-')}.md`;
}

/** A letter alone behind an id would be read as part of it. */
const nameOf = (title: string): string =>
  slug(title)
    .replace(/^(?:[a-z\d]-)+/, '')
    .replace(/^[a-z\d]$/, '');

/** Documents of a kind that say they belong to an id. */
export const belonging = (workspace: Workspace, id: string, kind: 'prd' | 'tasks'): readonly PlanDocument[] =>
  workspace.plan
    .snapshot()
    .documents.filter(
      (document) =>
        document.kind === kind && document.belongsTo === normalId(id) && !isArchived(workspace, document.path),
    );

const isArchived = (workspace: Workspace, path: string): boolean =>
  path.startsWith(`${workspace.config().paths.archive.replace(/\/+$/, '')}/`);

export const today = (): string => new Date().toISOString().slice(0, 10);

/** Lanes of a new backlog, highest first. */
export const laneNames = (workspace: Workspace): readonly string[] =>
  [...workspace.config().lanes].sort((a, b) => b.from - a.from).map((lane) => lane.name);

/** When an item needs no PRD here. */
export const prdLimits = (workspace: Workspace): PrdLimits => {
  const { prdPoints, prdScore } = workspace.config().limits;
  return { points: prdPoints, score: prdScore };
};

export const wrongOwner = (path: string, owner: string, asked: string): Result<never, Failure> =>
  err({ kind: 'invalid-input', field: '--prd', message: `${path} belongs to ${owner}, not to ${asked}` });
