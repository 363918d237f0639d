// Tasks from a PRD, a backlog item or both: plan items under their phases first, requirements the plan does not name
// after them, criteria where their words fit, the rest checked at the end. Each task says which line asked for it.
import type { PlanDocument } from '../../model/plan';
import { normalId, normalTitle } from '../graph/ids';
import { commandOfCriterion } from '../read/reference-commands';
import type { ItemFacts } from './item-facts';
import { askedBy, cleanTitle, type Asked, type PlannedWork, type Requirement } from './requirements';
import { gatesOf, moscowOf, overlap, pausesAfter, priorityOf, taskType, type Priority } from './task-rules';

export interface GeneratedTask {
  /** "1.2" */
  readonly number: string;
  readonly title: string;
  readonly type: string;
  readonly priority: Priority;
  readonly moscow: string;
  /** null: nobody said. */
  readonly estimate: string | null;
  /** Numbers of tasks ("1.1"), or "Phase 1 completion". */
  readonly dependencies: readonly string[];
  readonly description: string | null;
  readonly commands: readonly string[];
  readonly criteria: readonly string[];
  readonly gates: readonly string[];
  readonly autoAdvance: boolean;
  readonly pauseAfter: boolean;
  readonly readyPrompt: string | null;
  /** "FR-2 (docs/plans/PRD-B-005.md:42)" */
  readonly requirement: string;
}
export interface TaskGroup {
  readonly title: string;
  readonly tasks: readonly GeneratedTask[];
}
export interface TaskSource {
  readonly prd: { readonly document: PlanDocument; readonly text: string } | null;
  readonly item: ItemFacts | null;
  readonly testCommand: string | null;
}

const LAST_CHECK = 'Check the whole against its acceptance criteria';

interface Draft {
  readonly title: string;
  readonly line: number;
  readonly path: string;
  ref: string | null;
  estimate: string | null;
  description: string | null;
  readonly priority: string | null;
  readonly moscow: string | null;
  readonly criteria: string[];
  readonly work: PlannedWork | null;
  /** It stands in a numbered list: the one before comes first. */
  readonly ordered?: boolean;
  /** Checks besides its criteria. */
  readonly gates?: readonly string[];
  /** It is a whole phase, of this number. */
  readonly phase?: number | null;
}
interface DraftGroup {
  readonly title: string;
  readonly drafts: Draft[];
}

export function deriveTasks(source: TaskSource): readonly TaskGroup[] {
  const asked: Asked =
    source.prd === null
      ? { requirements: [], criteria: [], gates: [], phaseNeeds: new Map(), priority: null, work: [], phases: [] }
      : askedBy(source.prd.document, source.prd.text);
  const groups = plannedGroups(source, asked);
  const path = source.prd?.document.path ?? source.item?.path ?? '';
  addRequirements(groups, asked, path);
  const left = placeCriteria(groups, [
    ...asked.criteria.map((each) => ({ ...each, path })),
    // The item's own words count where no PRD repeats them.
    ...(source.item?.criteria ?? [])
      .filter((each) => !asked.criteria.some((other) => other.text === each.text))
      .map((each) => ({ ...each, path: source.item?.path ?? path })),
  ]);
  const others = asked.requirements.filter((each) => !isWork(each));
  // The gates of the whole are looked at where the whole is checked.
  const gates = asked.gates.filter(({ text }) => !left.some((each) => each.text === text));
  if (left.length > 0 || others.length > 0 || gates.length > 0)
    groups.push(lastCheck(source, left, others, gates, path));
  shareHours(groups, source);
  return numbered(groups, source, asked);
}

function plannedGroups(source: TaskSource, asked: Asked): DraftGroup[] {
  const path = source.prd?.document.path ?? '';
  const groups: DraftGroup[] = [];
  const groupOf = (title: string): DraftGroup => {
    const standing = groups.find((group) => group.title === title);
    if (standing !== undefined) return standing;
    const made = { title, drafts: [] };
    groups.push(made);
    return made;
  };
  for (const work of asked.work) {
    const { item } = work;
    groupOf(work.phase === null ? 'Work' : phaseTitle(work.phase)).drafts.push({
      title: work.title,
      line: work.line,
      path,
      ref: null,
      estimate: work.estimate,
      description: item.description,
      priority: item.priority?.text ?? null,
      moscow: item.moscow?.text ?? null,
      criteria: [...item.criteria, ...item.tests].map((each) => each.text),
      work,
      ordered: /^\s*\d+[.)]\s/.test(source.prd?.text.split('\n')[work.line - 1] ?? ''),
    });
  }
  if (groups.length === 0 && !asked.requirements.some((each) => each.functional))
    for (const phase of asked.phases)
      groupOf('Plan').drafts.push({
        ...bare(phaseTitle(phase.title), phase.line, path),
        estimate: phase.estimate,
        phase: phase.number,
        // Phases follow one another unless the PRD says otherwise.
        ordered: true,
      });
  if (groups.length === 0 && !asked.requirements.some((each) => each.functional) && source.item !== null)
    groups.push({ title: 'Work', drafts: itemDrafts(source.item) });
  return groups;
}

const bare = (title: string, line: number, path: string): Draft => ({
  title,
  line,
  path,
  ref: null,
  estimate: null,
  description: null,
  priority: null,
  moscow: null,
  criteria: [],
  work: null,
});

/** An item without a PRD: its own steps where it names several, else itself. */
function itemDrafts(facts: ItemFacts): Draft[] {
  const plan =
    facts.notes.get('implementation_plan') ?? facts.notes.get('phased_approach') ?? facts.notes.get('do_next');
  // Steps with numbers are divided by them alone: "1. Read, then write; 2. Look".
  const numbered = /^\s*1[.)]\s/.test(plan?.text ?? '') && /(?:\n|;\s)\s*2[.)]\s/.test(plan?.text ?? '');
  const steps = (plan?.text ?? '')
    .split(numbered ? /\r?\n|;\s+(?=\d+[.)]\s)/ : /\r?\n|;\s+|\s+→\s+|\s+then\s+/)
    .map((line) => line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, '').trim())
    .filter((line) => line.length > (numbered ? 0 : 3));
  if (plan !== undefined && steps.length > 1)
    return steps.map((step) => ({ ...bare(cleanTitle(step), plan.line, facts.path), ordered: true }));
  const said = facts.notes.get('problem')?.text ?? null;
  // A row that had to say something says its title again.
  const problem = said !== null && normalTitle(said) === normalTitle(facts.title) ? null : said;
  const next = facts.notes.get('do_next')?.text ?? null;
  const description = [problem, next === null ? null : `Next step: ${next}`].filter((each) => each !== null).join('\n');
  return [{ ...bare(facts.title, facts.line, facts.path), description: description === '' ? null : description }];
}

/** Requirements that a planned task names in its own words are noted on it; the others become tasks. */
function addRequirements(groups: DraftGroup[], asked: Asked, path: string): void {
  const planned = groups.flatMap((group) => group.drafts);
  const missing: Draft[] = [];
  for (const requirement of asked.requirements.filter(isWork)) {
    const words = [requirement.title, ...requirement.details].join(' ');
    const best = planned
      .map((draft) => ({
        draft,
        share: Math.max(overlap(requirement.title, draft.title), overlap(draft.title, words)),
      }))
      .sort((a, b) => b.share - a.share)[0];
    if (best !== undefined && best.share >= 0.5) {
      const name = placeOf(requirement, path);
      best.draft.ref = best.draft.ref === null ? name : `${best.draft.ref}, ${name}`;
      best.draft.criteria.push(...requirement.details.filter((each) => !best.draft.criteria.includes(each)));
      continue;
    }
    missing.push({
      ...bare(requirement.title, requirement.line, path),
      ref: placeOf(requirement, path),
      priority: requirement.priority,
      moscow: requirement.moscow,
      criteria: [...requirement.details],
    });
  }
  if (missing.length > 0)
    groups.push({
      title: groups.length === 0 ? 'Requirements' : 'Requirements the plan does not name',
      drafts: missing,
    });
}

const nameOf = (requirement: Requirement): string => requirement.ref ?? 'Requirement';
const placeOf = (requirement: Requirement, path: string): string =>
  `${nameOf(requirement)} (${path}:${requirement.line})`;

/** A limit on how something is done ("No breaking changes", "Use the existing search") is checked at the end, not done. */
const LIMITS =
  /^(?:no|zero|never|maintain|preserve|keep|use (?:the )?existing|leverage (?:the )?existing|backwards?)\b|\bmust (?:be maintained|remain|stay|not)\b|\bcompatib\w+$/i;
const isWork = ({ functional, ref, title }: Requirement): boolean =>
  functional && (ref !== null || !LIMITS.test(title));

interface Placed {
  readonly text: string;
  readonly line: number;
  readonly path: string;
}

/** Criteria go to the task whose title they speak of. What fits none is left for the end; a single task gets all. */
function placeCriteria(groups: readonly DraftGroup[], criteria: readonly Placed[]): readonly Placed[] {
  const drafts = groups.flatMap((group) => group.drafts);
  const [only] = drafts;
  if (drafts.length === 1 && only !== undefined) {
    only.criteria.push(...criteria.map((each) => each.text).filter((text) => !only.criteria.includes(text)));
    return [];
  }
  return criteria.filter((criterion) => {
    const ranked = drafts
      .map((draft) => ({
        draft,
        share: Math.min(1, overlap(draft.title, criterion.text)) + overlap(criterion.text, draft.title),
      }))
      .sort((a, b) => b.share - a.share);
    const [best, second] = ranked;
    if (best === undefined || best.share < 0.8 || best.share === second?.share) return true;
    if (!best.draft.criteria.includes(criterion.text)) best.draft.criteria.push(criterion.text);
    return false;
  });
}

function lastCheck(
  source: TaskSource,
  left: readonly Placed[],
  others: readonly Requirement[],
  gates: readonly { readonly text: string; readonly line: number }[],
  path: string,
): DraftGroup {
  const line = left[0]?.line ?? others[0]?.line ?? gates[0]?.line ?? source.item?.line ?? 1;
  const draft: Draft = {
    ...bare(LAST_CHECK, line, left[0]?.path ?? path),
    ref: left.length === 0 && others.length > 0 ? others.map((each) => placeOf(each, path)).join(', ') : null,
    gates: gates.map(({ text }) => text),
    criteria: [
      ...left.map((each) => each.text),
      ...others.map((each) => {
        const said = [each.title, ...each.details].join('; ');
        return each.ref === null ? said : `${each.ref}: ${said}`;
      }),
    ],
  };
  return { title: 'Acceptance', drafts: [draft] };
}

/** A phase's hours, or the item's where no phase has any, divided by its tasks; written as what they are. */
function shareHours(groups: readonly DraftGroup[], source: TaskSource): void {
  for (const group of groups) {
    const phase = group.drafts[0]?.work?.phase ?? null;
    const items = source.prd?.document.items ?? [];
    const home = items.find((item) => (item.kind === 'phase' || item.kind === 'epic') && item.title === phase);
    const written = home?.estimate?.text ?? phaseHours(source, home?.line ?? null);
    const hours = /^\D*(\d+(?:\.\d+)?)\s*(?:h|hours?|hrs?)\b/i.exec(written ?? '')?.[1];
    const open = group.drafts.filter((draft) => draft.estimate === null);
    if (hours === undefined || open.length === 0 || open.length !== group.drafts.length) continue;
    for (const draft of open) draft.estimate = hoursText(Number(hours) / open.length);
  }
  const all = groups.flatMap((group) => group.drafts);
  const total = source.item?.hours ?? null;
  if (total !== null && all.every((draft) => draft.estimate === null))
    for (const draft of all) draft.estimate = hoursText(total / all.length);
}

/** "(8 hours)" on the phase's own line: the readers leave it out of the title. */
function phaseHours(source: TaskSource, line: number | null): string | null {
  if (line === null || source.prd === null) return null;
  const text = source.prd.text.split('\n')[line - 1] ?? '';
  return /\(\s*(\d[\d.]*\s*(?:h|hours?|hrs?))\s*\)/i.exec(text)?.[1] ?? null;
}

function hoursText(hours: number): string {
  if (hours < 1) return `${Math.max(5, Math.round((hours * 60) / 5) * 5)} minutes`;
  const rounded = Math.round(hours * 2) / 2;
  return `${rounded} hour${rounded === 1 ? '' : 's'}`;
}

/** "Phase 2: Do it", "Phase 2 - Do it (4 hours)" → "Do it". */
function phaseTitle(raw: string): string {
  const bareTitle = cleanTitle(raw).replace(/^(?:phase|step|milestone|stage)\s+[\dIVX]+\s*[:.)–—-]*\s*/i, '');
  return bareTitle === '' ? cleanTitle(raw) : bareTitle;
}

function numbered(groups: readonly DraftGroup[], source: TaskSource, asked: Asked): readonly TaskGroup[] {
  const numbers = new Map<Draft, string>();
  const byId = new Map<string, string>();
  for (const [g, group] of groups.entries())
    for (const [t, draft] of group.drafts.entries()) {
      numbers.set(draft, `${g + 1}.${t + 1}`);
      const id = draft.work?.item.id ?? null;
      if (id !== null) byId.set(normalId(id), `${g + 1}.${t + 1}`);
    }
  const fallback = priorityOf(source.item?.priority ?? asked.priority) ?? 'Medium';
  return groups.map((group, g) => ({
    title: group.title,
    tasks: group.drafts.map((draft): GeneratedTask => {
      const type = draft.work?.item.type ?? taskType(draft.title);
      const known = taskType(type) === 'development' ? taskType(draft.title) : taskType(type);
      // The whole item being critical does not make each of its steps critical.
      const priority = priorityOf(draft.priority) ?? (fallback === 'Critical' ? 'High' : fallback);
      const item = draft.work?.item ?? null;
      const pause = item?.pauseAfter?.value ?? pausesAfter(priority, known);
      return {
        number: numbers.get(draft) ?? '',
        title: draft.title,
        type,
        priority,
        moscow: moscowOf(draft.moscow, priority),
        estimate: draft.estimate,
        dependencies: dependenciesOf(draft, { groups, g, numbers, byId, needs: asked.phaseNeeds }),
        description: draft.description,
        commands: item?.commands.map((each) => each.text) ?? [],
        criteria: draft.criteria.filter((each) => checkOf(each) === null),
        gates: [
          ...draft.criteria.flatMap((each) => checkOf(each) ?? []),
          ...(draft.gates ?? []).map((each) => checkOf(each) ?? each),
          ...(item !== null && item.gates.length > 0
            ? item.gates.map((each) => each.text)
            : gatesOf(known, source.testCommand)),
        ],
        autoAdvance: item?.autoAdvance?.value ?? !pause,
        pauseAfter: pause,
        readyPrompt: item?.readyPrompt ?? (pause ? `${draft.title} is done - go on?` : null),
        requirement: draft.ref ?? `${sourceOf(draft, source)} (${draft.path}:${draft.line})`,
      };
    }),
  }));
}

function sourceOf(draft: Draft, source: TaskSource): string {
  if (draft.work !== null) return 'Plan';
  if (draft.title === LAST_CHECK) return 'Acceptance criteria';
  return draft.path === source.item?.path ? 'Backlog item' : 'Phase';
}

/** A criterion that a command decides, as a gate that runs it; null: a person decides. */
function checkOf(criterion: string): string | null {
  if (commandOfCriterion(criterion) !== null) return criterion;
  const stated = /^(?:run\s+)?`([^`]+)`\s+(?:passes|succeeds|is green)\.?$/i.exec(criterion.trim())?.[1];
  return stated === undefined ? null : `Run \`${stated}\``;
}

const TESTS = /^\W*(?:(?:smoke[- ]?)?tests?|testing|validate|verify|check|benchmark)\b|\btest(?:s|ing)?\W*$/i;

interface Numbering {
  readonly groups: readonly DraftGroup[];
  readonly g: number;
  readonly numbers: ReadonlyMap<Draft, string>;
  readonly byId: ReadonlyMap<string, string>;
  readonly needs: ReadonlyMap<number, readonly number[]>;
}

/** What the author wrote, in the new numbers; else what stands before it: in its list, in its group, in the phases before. */
function dependenciesOf(draft: Draft, { groups, g, numbers, byId, needs }: Numbering): readonly string[] {
  const written = (draft.work?.item.dependencies ?? []).flatMap((dependency) =>
    dependency.targets.flatMap((target) => byId.get(target) ?? []),
  );
  if (written.length > 0) return [...new Set(written)];
  const numberOf = (each: Draft): string => numbers.get(each) ?? '';
  const own = groups[g]?.drafts ?? [];
  const said = draft.phase == null ? undefined : needs.get(draft.phase);
  if (said !== undefined) return own.filter((each) => said.includes(each.phase ?? 0)).map(numberOf);
  const previous = own[own.indexOf(draft) - 1];
  if (draft.ordered === true && previous !== undefined) return [numberOf(previous)];
  // A test of what a phase makes comes after it.
  if (TESTS.test(draft.title)) {
    const made = own
      .slice(0, own.indexOf(draft))
      .filter(({ title }) => !TESTS.test(title) && taskType(title) !== 'documentation');
    if (made.length > 0) return made.map(numberOf);
  }
  const phase = draft.work?.phaseNumber ?? null;
  const phases = phase === null ? undefined : needs.get(phase);
  const before =
    phases === undefined
      ? groups.slice(Math.max(0, g - 1), g)
      : groups.filter((each) => phases.includes(each.drafts[0]?.work?.phaseNumber ?? 0));
  return before.flatMap((each) =>
    each.drafts.length > 4 ? [`Phase ${groups.indexOf(each) + 1} completion`] : each.drafts.map(numberOf),
  );
}
