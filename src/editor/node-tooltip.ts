// The tooltip of an item: everything worth knowing before opening the document, as markdown. Pure; made only on hover.
import { plainText } from '../agents/plain-text';
import type { RunView } from '../engine/service';
import type { Item } from '../model/plan';
import { visible } from '../model/visible';
import { describePause, describeSuggestion } from '../workflow/words/pause-words';
import type { Translate } from '../workflow/words/translate';
import { itemTitle } from './node-look';
import type { NodeRef } from './node-ref';
import { stateOfItem, stateWords } from './state-look';
import type { TreeModel } from './tree-model';

/** Text of a document inside markdown: nothing of it may become a link, an image or a command. */
export const plain = (text: string): string => plainText(text).replace(/[\\`*_{}[\]()#+\-.!|<>~&$:@/]/g, '\\$&');

/** A command line as inline code, whatever back ticks it has itself; signs that hide are written out. */
export function inlineCode(text: string): string {
  const line = visible(text.replace(/\s*\n\s*/g, ' ⏎ '));
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${line} ${fence}`;
}

/** null: the label says it all. */
export function tooltipOf(model: TreeModel, ref: NodeRef, t: Translate): string | null {
  if (ref.kind === 'item') {
    const item = model.item(ref.folder, ref.key);
    return item === null ? null : itemTooltip(model, ref.folder, item, t);
  }
  if (ref.kind === 'document') {
    const title = model.folder(ref.folder)?.document(ref.path)?.title ?? '';
    return title === '' ? plain(ref.path) : `**${plain(title)}**\n\n${plain(ref.path)}`;
  }
  if (ref.kind === 'run') {
    const view = model.folder(ref.folder)?.runs.view(ref.runId);
    return view === undefined || view === null ? null : runTooltip(view, t);
  }
  if (ref.kind === 'pause') {
    const pause = model.folder(ref.folder)?.runs.pause(ref.pauseId);
    if (pause === null || pause === undefined) return null;
    const lines = [plain(describePause(pause.reason, t))];
    if (pause.reason.kind === 'approval') lines.push(...pause.reason.commands.map(inlineCode));
    if (pause.suggestion !== null) lines.push(`💡 ${plain(describeSuggestion(pause.suggestion, t))}`);
    return lines.join('\n\n');
  }
  return null;
}

function runTooltip({ run, counts }: RunView, t: Translate): string {
  const time = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 19);
  const lines = [
    t('{0} of {1} done', counts.done, counts.total),
    ...(counts.failed === 0 ? [] : [t('{0} failed', counts.failed)]),
    t('Started {0}', time(run.startedAt ?? run.createdAt)),
    ...(run.endedAt === null ? [] : [t('Ended {0}', time(run.endedAt))]),
    ...(run.reason === null ? [] : [run.reason]),
  ];
  return `**${plain(run.title)}**\n\n${lines.map(plain).join('  \n')}`;
}

function itemTooltip(model: TreeModel, folderId: string, item: Item, t: Translate): string {
  const folder = model.folder(folderId);
  const activity = folder?.runs.activity.get(item.key) ?? null;
  const state = stateOfItem(item.status, activity);
  const needs = (folder?.source.snapshot.needs.get(item.key) ?? []).map((key) => {
    const needed = model.item(folderId, key);
    return needed === null ? key : `${needed.id ?? needed.title} (${stateWords(needed.status, t)})`;
  });
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    [
      t('Status'),
      item.statusText === null || item.statusText.length < 2
        ? stateWords(state, t)
        : `${stateWords(state, t)} (${item.statusText})`,
    ],
    [t('Waits for'), needs.length === 0 ? null : needs.slice(0, 8).join(', ')],
    [t('Priority'), item.priority?.text],
    [t('Estimate'), item.estimate?.text],
    [t('Score'), item.score?.text],
    [t('Auto-Advance'), item.autoAdvance?.text],
    [t('Pause After'), item.pauseAfter?.text],
    [t('Owner'), item.owner?.text],
    [t('Attempts'), activity === null || activity.task.attempt === 0 ? null : String(activity.task.attempt)],
    [t('Place'), `${item.path}:${item.line}`],
  ];
  const parts = [`**${plain(itemTitle(item))}**`];
  if (activity?.pause !== null && activity?.pause !== undefined) {
    parts.push(`${t('Waits for you')}: ${plain(describePause(activity.pause.reason, t))}`);
    if (activity.pause.suggestion !== null) parts.push(`💡 ${plain(describeSuggestion(activity.pause.suggestion, t))}`);
  } else if (state === 'failed' && activity?.task.reason !== null && activity?.task.reason !== undefined) {
    parts.push(plain(activity.task.reason));
  }
  if (item.description !== null) parts.push(plain(item.description.slice(0, 400)));
  parts.push(
    rows
      .flatMap(([name, value]) => (value === null || value === undefined ? [] : [`${name}: ${plain(value)}`]))
      .join('  \n'),
  );
  if (item.commands.length > 0)
    parts.push(
      item.commands
        .slice(0, 5)
        .map((command) => inlineCode(command.text))
        .join('  \n'),
    );
  return parts.join('\n\n');
}
