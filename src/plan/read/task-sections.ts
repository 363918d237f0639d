// Which files and sections hold a task list, by their names: a bare checkbox elsewhere is a checklist.
import { headingOf, type Line } from './lines';

const LIST_NAME =
  /^(?:to-?dos?|to-?do-?list|tasks?-?list|tasks|backlog|roadmap|plan|work-?plan|action-?plan|implementation-?plan|task-?plan|project-?plan|sprint(?:-\d+)?|milestones?|action-?items)$/;
const LIST_START = /^(?:to-?do|tasks?-?list|tasks|backlog|plan|sprint|task-plan|implementation-plan)-/;
const LIST_END = /-(?:to-?do|to-?dos|tasks|tasks?-?list|backlog|roadmap|plan|implementation-plan|action-items)$/;
const DECOY_SEGMENT =
  /^(?:guides?|templates?|checklists?|examples?|tutorials?|handbook|playbooks?|runbooks?|readme|contributing|changelog|code-of-conduct|license|security|issue-template|pull-request-template|spec|skill|agents|claude)$/;
const DECOY_WORD = /(?:^|-)(?:guides?|templates?|checklists?|tutorials?|handbook|playbook|runbook|readme)(?:-|$)/;

/** What spec-kit writes beside a feature's tasks: boxes there are steps of its own workflow. */
const BESIDE_TASKS = /(?:^|\/)specs\/[^/]+\/(?:plan|spec|research|data-model|quickstart)\.md$/;
/** Folders whose folders are named after features and changes. */
const OF_FEATURES = /^(?:specs?|features?|changes|bugs|epics|stories)$/i;

const TASK_HEADING =
  /^(?:to ?dos?|to do list|todo list|task list|task breakdown|(?:all |open |remaining |pending |current |next |upcoming |completed |done |active |main |detailed |project |development |implementation |sprint )?(?:tasks|todos|work items|action items)(?: list)?|tasks? sub ?tasks?|backlog|product backlog|sprint backlog|roadmap|plan|implementation plan|work plan|action plan|action items|next actions)$/;
const CRITERIA_HEADING =
  /\b(?:acceptance|criteria|definition of done|checklist|quality gates?|gates|success metrics|testing requirements|prerequisites|requirements|notes|relevant files|instructions|format|legend|examples?|conventions)\b/;

const dashed = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');

/** The file's name says that it is a list of tasks. */
export function pathIsTaskList(path: string): boolean {
  const name = dashed(
    path
      .slice(path.lastIndexOf('/') + 1)
      .replace(/(?:\.plan)?\.\w+$/, (end) => (end.startsWith('.plan') ? '-plan' : '')),
  );
  return LIST_NAME.test(name) || LIST_START.test(name) || LIST_END.test(name);
}

/** Files that every repository has, and that are about the project instead of being its plan. */
const COMMON_FILE =
  /(?:^|\/)(?:readme|contributing|changelog|history|code[-_]of[-_]conduct|licen[cs]e|security|support|governance|agents|claude|skill|issue_template|pull_request_template)(?:[-_.][\w.-]{1,20})?\.(?:md|mdx|markdown|txt)$|(?:^|\/)(?:issue_template|pull_request_template)\//i;

/** Guides to planning and reports on what was done quote plans without being one. */
const ABOUT_PLANS =
  /(?:^|[-_. /])(?:guide(?:lines?)?|handbook|summary|reports?|reviews?|results?|findings|checkpoint|history|minutes|retrospective|postmortem|how[-_ ]?to|cheat[-_ ]?sheet)(?:[-_. ]copy)?\.(?:md|mdx|markdown|txt)$|(?:completion|implementation|execution)[-_ ]summary[^/]*$/i;

/** Read me, changelog, issue template, guide, report and the like: what looks like a task there is not one of the project. */
export function isCommonFile(path: string): boolean {
  return COMMON_FILE.test(path) || ABOUT_PLANS.test(path);
}

/** The path says that its checkboxes are examples or checklists. */
export function pathIsDecoy(path: string): boolean {
  if (BESIDE_TASKS.test(path)) return true;
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  const decoy = segments.some((segment, n) => {
    const bare = dashed(segment);
    // "specs/022-story-checklist": what a feature is called says nothing about its file.
    return DECOY_SEGMENT.test(bare) || (DECOY_WORD.test(bare) && !OF_FEATURES.test(segments[n - 1] ?? ''));
  });
  if (decoy) return true;
  const bare = dashed(name.replace(/\.\w+$/, ''));
  return DECOY_SEGMENT.test(bare) || DECOY_WORD.test(bare);
}

/** What the boxes under a heading are; null: as above. */
export function sectionKind(heading: string): 'tasks' | 'criteria' | null {
  const bare = heading
    .slice(0, 200)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s]+/gu, ' ')
    .replace(/^\s*(?:\d+\s+)+/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (TASK_HEADING.test(bare)) return 'tasks';
  return CRITERIA_HEADING.test(bare) ? 'criteria' : null;
}

/** First heading's text, else the file's name. */
export function documentTitle(path: string, lines: readonly Line[]): string {
  for (const line of lines) if (line.kind === 'heading') return headingOf(line).text;
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
}
