// An opened workspace folder as the views see it, and the set of all of them (multi-root: one workspace per folder).
import type * as vscode from 'vscode';
import type { Problem } from '../model/problem';
import type { Workspace } from '../workflow/action';

export interface Folder {
  /** Stable for the session and across restarts: the folder's uri as text. */
  readonly id: string;
  readonly name: string;
  readonly uri: vscode.Uri;
  readonly workspace: Workspace;
  /** Findings outside of the plan, e.g. in the config file. */
  readonly otherProblems: () => readonly Problem[];
}

export interface Folders {
  all(): readonly Folder[];
  /** Resolves when every folder known so far was tried. */
  settled(): Promise<void>;
  byId(id: string): Folder | null;
  /** The folder a document lies in, with the document's path relative to it; null: no plan folder. */
  locate(uri: vscode.Uri): { readonly folder: Folder; readonly path: string } | null;
  /** A folder came or went. */
  readonly onDidChangeFolders: vscode.Event<void>;
  /** A plan was read anew. */
  readonly onDidChangePlan: vscode.Event<Folder>;
  /** Any run of the folder moved. */
  readonly onDidChangeRuns: vscode.Event<Folder>;
}
