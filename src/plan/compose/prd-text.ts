// A PRD from what is known about a backlog item: every section filled from the author's words, what nobody wrote is
// asked under "Open questions". Nothing is invented.
import type { Failure } from '../../model/failure';
import type { Result } from '../../model/result';
import type { ItemFacts } from './item-facts';
import { fillTemplate } from './template';

const PRD_TEMPLATE = `# PRD: {{name}}

**Backlog item**: {{id}}
**Status**: draft
**Created**: {{date}}
**Source**: {{source}}

## 0. Context

{{context}}

## 1. Problem

{{problem}}

## 2. Solution

{{solution}}

## 3. Acceptance criteria

{{criteria}}

## 4. How it is built

{{approach}}

## 5. Risks

{{risks}}

## 6. Testing

{{testing}}

## 7. Implementation plan

{{plan}}

## 8. Task breakdown

{{breakdown}}

## Open questions

{{open_questions}}
`;

const NOT_KNOWN = 'Not known yet: see open question';
/** A line that stands where something is still to be said. */
export const PLACEHOLDER = new RegExp(`^${NOT_KNOWN} \\d+\\.$`);

/** What the workspace itself tells: the facts a PRD may state without the author having written them. */
export interface PrdSurroundings {
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly template: { readonly path: string; readonly text: string } | null;
  /** Path of the task list, where it is known already. */
  readonly taskList: string | null;
  /** The test command of this workspace, e.g. from package.json. */
  readonly testCommand: string | null;
}

export interface PrdText {
  readonly text: string;
  readonly openQuestions: readonly string[];
}

export function composePrd(facts: ItemFacts, around: PrdSurroundings): Result<PrdText, Failure> {
  const questions: string[] = [];
  const said = (...names: readonly string[]): string[] =>
    names.flatMap((name) => {
      const note = facts.notes.get(name);
      return note === undefined ? [] : [note.text];
    });
  const orAsk = (lines: readonly string[], question: string): string => {
    if (lines.length > 0) return lines.join('\n');
    questions.push(question);
    return `${NOT_KNOWN} ${questions.length}.`;
  };
  const bullets = (lines: readonly string[]): readonly string[] => lines.map((line) => `- ${line}`);

  const context = [
    ...bullets([
      ...(facts.lane === null ? [] : [`Lane: ${facts.lane}`]),
      ...(facts.priority === null ? [] : [`Priority: ${facts.priority}`]),
      ...(facts.points === null ? [] : [`Points: ${facts.points}`]),
      ...(facts.score === null ? [] : [`Score: ${facts.score}`]),
      ...(facts.hours === null ? [] : [`Estimated hours: ${facts.hours}`]),
      `Depends on: ${facts.dependencies.length === 0 ? 'nothing' : facts.dependencies.join(', ')}`,
      ...said('context', 'implementation_context').map(oneLine),
      ...said('reference_cards', 'research').map((text) => `References: ${oneLine(text)}`),
      ...said('lessons_applied').map((text) => `Lessons applied: ${oneLine(text)}`),
    ]),
  ].join('\n');
  const problem = orAsk(
    said('problem').filter((text) => !sameWords(text, facts.title)),
    `What is broken or missing that "${facts.title}" answers, and for whom?`,
  );
  const solution = orAsk(
    said('outcome', 'solution', 'description', 'goal').filter((text, at, all) => all.indexOf(text) === at),
    'What will be there when it is done, and what is left out on purpose?',
  );
  const criteria = orAsk(
    facts.criteria.map((each) => `- [ ] ${oneLine(each.text)}`),
    'By what does one see that it is done? Name checks, with their commands where a command can tell.',
  );
  const approach = orAsk(
    bullets(said('tech_footprint', 'implementation_notes', 'alternative_approach', 'template_files').map(oneLine)),
    'Which parts of the code, which tools and which data are touched?',
  );
  const risks = orAsk(
    bullets(said('risk_level', 'security_considerations', 'resource_requirements').map(oneLine)),
    'What could go wrong, and what is done about it?',
  );
  const testing = orAsk(
    bullets([
      ...(around.testCommand === null ? [] : [`The workspace's tests: \`${around.testCommand}\``]),
      ...facts.criteria
        .filter((each) => /`[^`]+`/.test(each.text) && !each.text.includes(`\`${around.testCommand ?? ' '}\``))
        .map((each) => oneLine(each.text)),
    ]),
    'What is tested, and with which command?',
  );
  const steps = planSteps(facts);
  const plan = orAsk(steps, 'Which steps lead there, in which order?');
  const breakdown =
    around.taskList === null
      ? 'The tasks are generated from this document: `soloflow generate-tasks --prd` with its path.'
      : `See ${around.taskList}.`;
  const open_questions =
    questions.length === 0 ? 'None.' : questions.map((each, at) => `${at + 1}. ${each}`).join('\n');
  const values = {
    name: facts.id === null ? facts.title : `${facts.id} — ${facts.title}`,
    title: facts.title,
    id: facts.id ?? 'none',
    date: around.today,
    source: `${facts.path}:${facts.line}`,
    context,
    problem,
    solution,
    criteria,
    approach,
    risks,
    testing,
    plan,
    breakdown,
    open_questions,
  };
  const filled = fillTemplate(around.template?.path ?? 'prd.md', around.template?.text ?? PRD_TEMPLATE, values);
  return filled.ok ? { ok: true, value: { text: filled.value, openQuestions: questions } } : filled;
}

/** The author's own steps: an implementation plan comment, phases, the next step. */
function planSteps(facts: ItemFacts): readonly string[] {
  const written = facts.notes.get('implementation_plan') ?? facts.notes.get('phased_approach');
  const next = facts.notes.get('do_next');
  // On the line of its row a plan is "1. This; 2. That".
  const raw = (written?.text ?? '').split(/\r?\n|;\s+(?=\d+[.)]\s)/).filter((line) => line.trim() !== '');
  const ordered = raw.length > 0 && raw.every((line) => /^\s*\d+[.)]\s/.test(line));
  const lines = raw.map((line) => line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, '').trim()).filter((line) => line !== '');
  if (lines.length === 0 && next === undefined) return [];
  const hours = facts.hours === null ? '' : ` (${facts.hours}h)`;
  const steps = lines.length > 0 ? lines : [oneLine(next?.text ?? '')];
  return [`1. **Work**${hours}`, ...steps.map((step, at) => `   ${ordered ? `${at + 1}.` : '-'} ${oneLine(step)}`)];
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const sameWords = (a: string, b: string): boolean =>
  a.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '') === b.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
