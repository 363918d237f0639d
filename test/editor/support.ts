// What the suites in the extension host share: the extension's API, files of the workspace, waiting without guessing.
import * as vscode from 'vscode';
import type { SoloflowApi } from '../../src/extension';
import type { Item } from '../../src/model/plan';
import type { RunView } from '../../src/engine/service';

export const PLAN = 'docs/plans/Task-List-B-001-page-names.md';

/** Activates the extension and waits until the plans were read. */
export async function soloflow(): Promise<SoloflowApi> {
  const extension = vscode.extensions.getExtension<SoloflowApi>('soloflow.soloflow');
  if (extension === undefined) throw new Error('The extension is not there.');
  const api = await extension.activate();
  await api.ready;
  return api;
}

export function manifest(): {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, unknown>> }[];
  };
} {
  return vscode.extensions.getExtension('soloflow.soloflow')?.packageJSON as ReturnType<typeof manifest>;
}

export function uri(path: string): vscode.Uri {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (root === undefined) throw new Error('The suites need a folder.');
  return vscode.Uri.joinPath(root, path);
}

export async function read(path: string): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri(path)));
}

export async function write(path: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(uri(path), new TextEncoder().encode(text));
}

export async function exists(path: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri(path));
    return true;
  } catch {
    return false;
  }
}

export async function remove(path: string): Promise<void> {
  if (await exists(path)) await vscode.workspace.fs.delete(uri(path), { recursive: true });
}

/** Items of one document, as the extension sees it now. */
export function items(api: SoloflowApi, path: string): readonly Item[] {
  return [...api.snapshot().values()].flatMap((snapshot) =>
    snapshot.documents.filter((document) => document.path === path).flatMap((document) => document.items),
  );
}

export function item(api: SoloflowApi, path: string, title: RegExp): Item {
  const found = items(api, path).find((each) => title.test(each.title));
  if (found === undefined) throw new Error(`No item ${String(title)} in ${path}.`);
  return found;
}

/** Asks again after every change of the extension, and now and then, until there is an answer. */
export async function until<T>(what: string, probe: () => T | null | undefined | false, ms = 20_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = probe();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`Waited ${ms / 1000} s in vain for: ${what}`);
    await new Promise((done) => {
      setTimeout(done, 40);
    });
  }
}

/** The run that a command of ours answered with. */
export const runId = (answer: unknown): string => {
  if (typeof answer !== 'object' || answer === null || !('id' in answer) || typeof answer.id !== 'string')
    throw new Error(`Not a run: ${JSON.stringify(answer)}`);
  return answer.id;
};

export function view(api: SoloflowApi, id: string): RunView | null {
  return api.runs().find((each) => each.run.id === id) ?? null;
}
