// Actions that change documents show every change as a diff first; only a yes writes it.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Failure } from '../model/failure';
import { ok, type Result } from '../model/result';
import type { AnyAction } from '../workflow/actions';
import type { Invoke } from './action-invoker';
import type { Folder } from './folder';
import { insisting } from './insist';
import type { Pages } from './pages';
import { previewText } from './preview-text';
import { t } from './words';

type Input = Readonly<Record<string, unknown>>;

const findings = z.looseObject({ name: z.string(), path: z.string(), line: z.number(), why: z.string() });
const previewAnswer = z.looseObject({
  diff: z.string(),
  documents: z.array(z.looseObject({ path: z.string(), change: z.string() })),
  notes: z.array(z.string()).default([]),
  lines: z.array(z.string()).default([]),
  openQuestions: z.array(z.string()).default([]),
  unfinished: z.array(findings).default([]),
  redGates: z.array(findings).default([]),
  unverified: z.array(findings).default([]),
  git: z.object({ commands: z.array(z.string()) }).nullish(),
  commands: z.array(z.string()).default([]),
});

/** Has the action a `yes` that turns showing into doing? */
export const hasPreview = (action: AnyAction): boolean => 'yes' in action.input.shape;

/** undefined: the person backed out, nothing was written. */
export async function previewed(
  action: AnyAction,
  folder: Folder,
  input: Input,
  deps: { readonly invoke: Invoke; readonly pages: Pages },
): Promise<Result<unknown, Failure> | undefined> {
  const shown = await deps.invoke(folder, action.name, input);
  if (!shown.ok)
    return insisting(action.input.shape, input, shown.error, (more) => previewed(action, folder, more, deps));
  const preview = previewAnswer.safeParse(shown.value).data;
  if (preview === undefined) return shown;
  const page = `${t('Preview')}.diff`;
  await deps.pages.show(page, () => previewText(preview, t));
  // What is moved stands twice in the changes, and is one document.
  const names = [...new Set(preview.documents.map(({ path }) => path.split('/').at(-1) ?? path))];
  const yes = writing(names.length, action.effect === 'run');
  const commands = preview.git?.commands ?? [];
  // What stands in the way was shown; going on all the same is a choice of its own.
  const blocked = preview.unfinished.length + preview.redGates.length > 0 && 'force' in action.input.shape;
  const base = { ...input, yes: true, ...(blocked ? { force: true } : {}) };
  const label = blocked ? t('{0} All the Same', yes) : yes;
  const not = { label: `$(close) ${t('Not Yet')}`, detail: t('Nothing is written'), input: null };
  const chosen = await vscode.window.showQuickPick(
    [
      // Going on although something is unfinished must not be what Enter does.
      ...(blocked ? [not] : []),
      { label: `$(check) ${label}`, detail: names.join(', '), input: base },
      ...(commands.length === 0
        ? []
        : [
            {
              label: `$(git-commit) ${t('{0}, Then Run the Git Commands Shown', label)}`,
              detail: commands.join(' ⏎ '),
              input: { ...base, commit: true, approve: true },
            },
          ]),
      ...(blocked ? [] : [not]),
    ],
    { title: t(action.title.replace(/…$/, '')), ignoreFocusOut: true },
  );
  await deps.pages.close(page);
  if (chosen === undefined || chosen.input === null) return undefined;
  const go = async (asked: Input): Promise<Result<unknown, Failure> | undefined> => {
    const done = await deps.invoke(folder, action.name, asked);
    // The commands a tool does its part with were shown; each is approved as it stands.
    return done.ok || done.error.kind !== 'not-approved'
      ? done
      : insisting(action.input.shape, asked, done.error, (more) => go(more));
  };
  const done = await go(chosen.input);
  if (done?.ok !== true) return done;
  await showFirst(folder, preview.documents, action.effect === 'run');
  return ok(done.value);
}

function writing(documents: number, runs: boolean): string {
  if (documents === 1) return runs ? t('Write 1 Document and Run') : t('Write 1 Document');
  return runs ? t('Write {0} Documents and Run', documents) : t('Write {0} Documents', documents);
}

async function showFirst(
  folder: Folder,
  documents: readonly { readonly path: string; readonly change: string }[],
  runs: boolean,
): Promise<void> {
  const made =
    documents.findLast(({ change }) => change === 'create') ?? documents.find(({ change }) => change === 'change');
  if (made !== undefined && !runs) await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, made.path));
  if (runs) await vscode.commands.executeCommand('soloflow.showView');
}
