// How each tree node looks and sounds: label, description, icon, words for a screen reader. Pure; strings through `t`.
import { plainText } from '../agents/plain-text';
import type { RunView } from '../engine/service';
import type { DocumentKind, Item, PlanDocument } from '../model/plan';
import { unreachable } from '../model/result';
import { FINAL_RUN_STATES, FINAL_TASK_STATES, type TaskRun } from '../model/run';
import { describePause } from '../workflow/words/pause-words';
import { readPrdStatus } from '../workflow/status/transitions';
import type { Translate } from '../workflow/words/translate';
import { isGroup, type Progress } from './document-index';
import type { NodeRef } from './node-ref';
import type { Activity } from './run-index';
import { iconOf, stateOfItem, stateOfRun, stateOfTask, stateWords, type Icon, type VisibleState } from './state-look';
import type { FolderModel, TreeModel } from './tree-model';

export interface NodeLook {
  readonly label: string;
  readonly description: string;
  readonly icon: Icon;
  /** For menus: "item.paused", "document.running", "pause", … */
  readonly context: string;
  readonly open: 'leaf' | 'closed' | 'opened';
  /** The whole in words. */
  readonly words: string;
  /** Where a click leads. */
  readonly click: 'reveal' | 'answer' | 'report' | null;
  readonly place: { readonly path: string; readonly line: number } | null;
  /** A box that can be ticked; null: none. */
  readonly box: boolean | null;
}

type Dress = Omit<NodeLook, 'words' | 'box' | 'click' | 'place'> & Partial<NodeLook>;

const dress = (look: Dress): NodeLook => {
  // Titles are other people's text.
  const label = plainText(look.label);
  const description = plainText(look.description);
  const words = plainText(look.words ?? [label, description].filter((part) => part !== '').join(', '));
  return { click: null, place: null, box: null, ...look, label, description, words };
};

export const itemTitle = (item: { readonly id: string | null; readonly title: string }): string =>
  plainText(item.id === null || item.title.startsWith(item.id) ? item.title : `${item.id} ${item.title}`);

const fraction = (progress: Progress): string => (progress.total === 0 ? '' : `${progress.done}/${progress.total}`);
const join = (...parts: readonly (string | null | undefined)[]): string =>
  parts.filter((part) => part !== null && part !== undefined && part !== '').join(' · ');

/** null: the node is gone since it was handed out. */
export function lookOf(model: TreeModel, ref: NodeRef, t: Translate): NodeLook | null {
  switch (ref.kind) {
    case 'waiting':
      return dress({
        label: t('Waiting for You'),
        description: String(model.waiting),
        icon: { id: 'bell-dot', color: 'list.warningForeground' },
        context: 'waiting',
        open: 'opened',
        words: t('Waiting for you: {0}', model.waiting),
      });
    case 'runs':
      return dress({
        label: t('Runs'),
        description: '',
        icon: { id: 'history', color: null },
        context: 'runs',
        open: 'closed',
      });
    case 'folder': {
      const folder = model.folder(ref.folder);
      if (folder === null) return null;
      return dress({
        label: folder.source.name,
        description: fraction(model.progress(ref)),
        icon: { id: 'root-folder', color: null },
        context: 'folder',
        open: 'opened',
      });
    }
    case 'document':
      return lookOfDocument(model, ref, t);
    case 'range': {
      const items = model.part(ref);
      const first = items[0];
      const last = items.at(-1);
      if (first === undefined || last === undefined) return null;
      const done = items.filter((item) => item.status === 'done').length;
      return dress({
        label: t('{0} to {1}', first.id ?? t('line {0}', first.line), last.id ?? t('line {0}', last.line)),
        description: fraction({ done, total: items.length }),
        icon: { id: 'list-ordered', color: null },
        context: 'range',
        open: 'closed',
      });
    }
    case 'item': {
      const item = model.item(ref.folder, ref.key);
      const folder = model.folder(ref.folder);
      return item === null || folder === null ? null : lookOfItem(model, folder, ref, item, t);
    }
    case 'criterion': {
      const criterion = model.criterion(ref);
      if (criterion === null) return null;
      const done = criterion.done === true;
      const kind =
        ref.list === 'criteria' ? t('acceptance criterion') : ref.list === 'gates' ? t('quality gate') : t('test');
      const state = criterion.done === null ? '' : done ? t('met') : t('not met yet');
      return dress({
        label: criterion.text,
        description: ref.list === 'criteria' ? '' : kind,
        icon: { id: ref.list === 'gates' ? 'shield' : ref.list === 'tests' ? 'beaker' : 'checklist', color: null },
        context: 'criterion',
        open: 'leaf',
        words: [criterion.text, kind, state].filter((part) => part !== '').join(', '),
        click: 'reveal',
        place: { path: model.item(ref.folder, ref.key)?.path ?? '', line: criterion.line },
        box: criterion.box === null ? null : done,
      });
    }
    case 'pause':
      return lookOfPause(model, ref, t);
    case 'run': {
      const view = model.folder(ref.folder)?.runs.view(ref.runId) ?? null;
      return view === null ? null : lookOfRun(view, t);
    }
    case 'run-task': {
      const task = model
        .folder(ref.folder)
        ?.runs.view(ref.runId)
        ?.tasks.find((each) => each.taskKey === ref.taskKey);
      if (task === undefined) return null;
      const state = stateOfTask(task.state, task.verification === 'unverified');
      return dress({
        label: itemTitle(task.spec),
        description: join(
          stateWords(state, t),
          task.attempt > 1 ? t('attempt {0}', task.attempt) : null,
          takenWords(task, t),
          task.state === 'succeeded' ? null : task.reason,
        ),
        icon: iconOf(state),
        context: FINAL_TASK_STATES.has(task.state)
          ? `runTask.ended.${task.state}`
          : `runTask.${task.state}${isTaken(task) ? '.taken' : ''}`,
        open: 'leaf',
        click: 'report',
        place: { path: task.spec.path, line: task.spec.line },
      });
    }
    default:
      return unreachable(ref);
  }
}

function lookOfDocument(model: TreeModel, ref: NodeRef & { kind: 'document' }, t: Translate): NodeLook | null {
  const folder = model.folder(ref.folder);
  const document = folder?.document(ref.path);
  if (folder === null || document === null || document === undefined) return null;
  const progress = model.progress(ref);
  const busy = documentState(folder, ref.path);
  // A PRD that says of itself that it is completed keeps its plan as it was written.
  const over = document.kind === 'prd' && ENDED_PRD.has(readPrdStatus(document.status?.text ?? '') ?? '');
  const all = progress.total > 0 && progress.done === progress.total;
  const state: VisibleState | null = busy ?? (all || over ? 'done' : null);
  const kindIcon = document.kind === 'backlog' ? 'list-tree' : document.kind === 'prd' ? 'book' : 'tasklist';
  const name = ref.path.split('/').at(-1) ?? ref.path;
  const title = document.title === '' ? name : document.title;
  const label = shortTitle(KIND_ALONE.test(title.trim()) ? bareName(ref.path) : title, document.kind, t);
  return dress({
    label,
    description: join(over ? '' : fraction(progress), document.status?.text, isTwin(folder, document) ? name : null),
    icon: state === null ? { id: kindIcon, color: null } : iconOf(state),
    context: `document.${busy === null ? 'idle' : busy === 'paused' ? 'paused' : 'running'}${document.kind === 'prd' ? '@prd' : ''}`,
    open: document.items.length === 0 ? 'leaf' : 'closed',
    words: [
      title,
      progress.total === 0 || over ? '' : t('{0} of {1} done', progress.done, progress.total),
      state === null ? '' : state === 'paused' && !isAsked(folder, ref.path) ? t('paused') : stateWords(state, t),
    ]
      .filter((part) => part !== '')
      .join(', '),
    click: 'reveal',
    place: { path: ref.path, line: 1 },
  });
}

const isAsked = (folder: FolderModel, path: string): boolean =>
  folder.runs.pauses.some(
    (pause) => folder.runs.view(pause.runId)?.tasks.some((task) => task.spec.path === path) === true,
  );

/** A title that says only what kind of document it is. */
const KIND_ALONE = /^(?:PRD|Task List|Tasks)$/i;

/** The name of a file without what every such file is called; then the name of its folder. */
function bareName(path: string): string {
  const [file = path, folder] = path.split('/').toReversed();
  const name = file.replace(/\.\w+$/, '');
  return KIND_ALONE.test(name.replaceAll('-', ' ')) && folder !== undefined ? folder : name;
}

const ENDED_PRD: ReadonlySet<string> = new Set(['completed', 'archived']);

/** Another document of its kind has the same title: only the file name tells them apart. */
const isTwin = (folder: FolderModel, of: PlanDocument): boolean =>
  folder.documents.some((each) => each !== of && each.kind === of.kind && each.title === of.title && of.title !== '');

/** The kind in one word: a PRD and its task list often have the same title. Cut, so that the progress still fits. */
function shortTitle(title: string, kind: DocumentKind | null, t: Translate): string {
  const bare = title
    .replace(/^[\p{Extended_Pictographic}\uFE0F\u200D\s]+(?=\S)/u, '')
    .replace(/^(?:PRD|Task List|Tasks|Backlog)\s*[:–—-]\s*(?=\S)/i, '')
    .replace(/^([A-Z]+-\d+)\s*[:–—-]\s*(?=\S)/, '$1 ');
  const word = kind === 'prd' ? `${t('PRD')}: ` : kind === 'tasks' ? `${t('Tasks')}: ` : '';
  const whole = bare.toLowerCase().startsWith(word.toLowerCase()) ? bare : word + bare;
  return whole.length <= 30 ? whole : `${whole.slice(0, 28).trimEnd()}…`;
}

/** What goes on inside a document, the most urgent first; null: nothing. */
function documentState(folder: FolderModel, path: string): VisibleState | null {
  let running = false;
  for (const view of folder.runs.views) {
    if (FINAL_RUN_STATES.has(view.run.status)) continue;
    if (!view.tasks.some((task) => task.spec.path === path)) continue;
    if (view.pauses.some((pause) => pause.answer === null) || view.run.status === 'paused') return 'paused';
    running = true;
  }
  return running ? 'running' : null;
}

function lookOfItem(
  model: TreeModel,
  folder: FolderModel,
  ref: NodeRef & { kind: 'item' },
  item: Item,
  t: Translate,
): NodeLook {
  const activity = folder.runs.activity.get(item.key) ?? null;
  const progress = model.progress(ref);
  const below = model.children(ref);
  const group = isGroup(item) || below.some((child) => child.kind !== 'criterion');
  const own = stateOfItem(item.status, activity);
  const state = group && own === 'open' && progress.total > 0 && progress.done === progress.total ? 'done' : own;
  // A closed group must not hide that somebody is asked inside of it.
  const shown = group && activity === null ? (stateBelow(model, folder, item.key) ?? state) : state;
  const boxes = [...item.criteria, ...item.gates, ...item.tests].filter((criterion) => criterion.done !== null);
  const counted = group
    ? progress
    : item.status === 'done'
      ? { done: 0, total: 0 }
      : { done: boxes.filter((criterion) => criterion.done === true).length, total: boxes.length };
  const label = itemTitle(item);
  const why = activity === null ? '' : activityWords(activity, state, t);
  // What a run says is worth the little room there is; the rest is in the tooltip.
  const details =
    why === ''
      ? [fraction(counted), item.priority?.text, item.points === null ? '' : t('{0} points', item.points.value)]
      : [why, group ? fraction(counted) : ''];
  return dress({
    label,
    description: join(...details),
    icon: group && shown === 'open' ? { id: 'layers', color: null } : iconOf(shown),
    context: `item.${group ? 'group.' : ''}${state}${activity === null ? '' : liveContext(activity)}${item.kind === 'backlog-item' ? '@backlog' : ''}`,
    open: below.length === 0 ? 'leaf' : 'closed',
    words: [
      label,
      why === '' || state !== 'paused' ? stateWords(shown, t) : why,
      counted.total === 0 ? '' : t('{0} of {1} done', counted.done, counted.total),
      item.priority === null ? '' : t('priority {0}', item.priority.text),
    ]
      .filter((part) => part !== '')
      .join(', '),
    click: 'reveal',
    place: { path: item.path, line: item.line },
  });
}

/** What goes on somewhere below a group, the most urgent first; null: nothing. Few tasks run or ask at a time. */
function stateBelow(model: TreeModel, folder: FolderModel, key: string): VisibleState | null {
  const isBelow = (of: string): boolean => {
    const above = model.item(folder.source.id, of)?.parent ?? null;
    return above !== null && (above === key || isBelow(above));
  };
  if (folder.runs.asking.some(isBelow)) return 'paused';
  return folder.runs.busy.some(isBelow) ? 'running' : null;
}

/** Does an agent have it now? */
const isTaken = ({ claim, state }: TaskRun): boolean =>
  claim !== undefined && !FINAL_TASK_STATES.has(state) && claim.until > Date.now();

/** For menus: what an open run still works on, and what an agent has. */
const liveContext = ({ live, task, pause }: Activity): string =>
  !live
    ? ''
    : `${isTaken(task) ? '.taken' : ''}${FINAL_TASK_STATES.has(task.state) && pause === null ? '.over' : ''}.live`;

/** Which agent has it, while it has; null: none. */
const takenWords = (task: TaskRun, t: Translate): string | null =>
  isTaken(task) && task.claim !== undefined ? t('taken by {0}', task.claim.by.replace(/^mcp:/, '')) : null;

/** What a run says about an item, in a few words; empty where the icon says it all. */
function activityWords(activity: Activity, state: VisibleState, t: Translate): string {
  const taken = activity.live ? takenWords(activity.task, t) : null;
  const turn = activity.pause?.reason.kind;
  // Whose turn it is says more than that somebody's is.
  if (taken !== null && (turn === undefined || turn === 'your-turn' || turn === 'gate-failed' || turn === 'question'))
    return taken;
  if (activity.pause !== null) return t('paused: {0}', describePause(activity.pause.reason, t));
  if (state === 'failed') return join(stateWords('failed', t), activity.task.reason);
  if (!activity.live || state === 'done') return '';
  const again = state === 'waiting' && activity.task.attempt > 0 ? t('attempt {0}', activity.task.attempt + 1) : null;
  return join(stateWords(state, t), again);
}

function lookOfPause(model: TreeModel, ref: NodeRef & { kind: 'pause' }, t: Translate): NodeLook | null {
  const folder = model.folder(ref.folder);
  const pause = folder?.runs.pause(ref.pauseId);
  if (folder === null || pause === null || pause === undefined) return null;
  const view = folder.runs.view(pause.runId);
  const task = view?.tasks.find((each) => each.taskKey === pause.taskKey);
  const label = task === undefined ? (view?.run.title ?? t('Run')) : itemTitle(task.spec);
  const reason = describePause(pause.reason, t);
  return dress({
    label,
    description: reason,
    icon: iconOf('paused'),
    context: 'pause',
    open: 'leaf',
    words: t('{0} waits for you: {1}', label, reason),
    click: 'answer',
    place: task === undefined ? null : { path: task.spec.path, line: task.spec.line },
  });
}

function lookOfRun(view: RunView, t: Translate): NodeLook {
  const asking = view.pauses.some((pause) => pause.answer === null);
  const state = stateOfRun(view.run.status, asking);
  const words = state === 'paused' && !asking ? t('paused') : stateWords(state, t);
  const open = !FINAL_RUN_STATES.has(view.run.status);
  return dress({
    label: shortTitle(view.run.title, null, t),
    description: join(`${view.counts.done}/${view.counts.total}`, words, open ? null : view.run.reason),
    icon: iconOf(state),
    context: open ? (view.run.status === 'paused' ? 'run.paused' : 'run.running') : 'run.ended',
    open: view.tasks.length === 0 ? 'leaf' : 'closed',
    words: [view.run.title, words, t('{0} of {1} done', view.counts.done, view.counts.total)].join(', '),
  });
}
