// All dialects, and which of them reads a document: the config's word, else the highest claim, else none.
import { globMatcher, type PathMatcher } from '../../model/glob';
import type { SourceText } from '../../model/text';
import { backlogMd } from './backlog-md';
import { beads } from './beads';
import { bmad } from './bmad';
import { checkboxTasks } from './checkbox-tasks';
import { cursorPlan } from './cursor-plan';
import type { Dialect } from './dialect';
import { kiro } from './kiro';
import { openSpec } from './openspec';
import { referenceBacklog } from './reference-backlog';
import { referencePrd } from './reference-prd';
import { referenceTasks } from './reference-tasks';
import { snarktank } from './snarktank';
import { specKit } from './spec-kit';
import { runThrough, type Steps } from './steps';
import { taskMaster } from './task-master';

/** Order breaks ties: formats that a tool defines before those that people grew. */
export const DIALECTS: readonly Dialect[] = [
  taskMaster,
  backlogMd,
  beads,
  cursorPlan,
  bmad,
  kiro,
  openSpec,
  specKit,
  snarktank,
  referenceBacklog,
  referenceTasks,
  referencePrd,
  checkboxTasks,
];

/** Says what the config wants for a path: a dialect, 'none' to leave it alone, null for no word. */
export interface Overrides {
  wish(path: string): Dialect | 'none' | null;
  /** Values of the config that name no dialect, with their glob. */
  readonly unknown: readonly { readonly glob: string; readonly id: string }[];
}

/** The first glob that matches decides. */
export function overridesOf(
  wishes: Readonly<Record<string, string>>,
  dialects: readonly Dialect[] = DIALECTS,
): Overrides {
  const rules: { readonly matches: PathMatcher; readonly wish: Dialect | 'none' }[] = [];
  const unknown: { readonly glob: string; readonly id: string }[] = [];
  for (const [glob, id] of Object.entries(wishes)) {
    const wish = id === 'none' ? 'none' : dialects.find((each) => each.id === id);
    if (wish === undefined) unknown.push({ glob, id });
    else rules.push({ matches: globMatcher([glob]), wish });
  }
  return { wish: (path) => rules.find((rule) => rule.matches(path))?.wish ?? null, unknown };
}

/** The dialect that claims a document most; null: it is no plan. */
export const claimant = (source: SourceText, dialects: readonly Dialect[] = DIALECTS): Dialect | null =>
  runThrough(claimantInSteps(source, dialects));

/** The same, one dialect after the other. */
export function* claimantInSteps(source: SourceText, dialects: readonly Dialect[]): Steps<Dialect | null> {
  let best: Dialect | null = null;
  let highest = 0;
  for (const dialect of dialects) {
    const steps = dialect.claimInSteps?.(source);
    const claim = steps === undefined ? dialect.claim(source) : yield* steps;
    if (claim > highest) {
      highest = claim;
      best = dialect;
      if (claim >= 1) break;
    }
    yield;
  }
  return best;
}
