// Findings of the plan in the Problems panel, and their quick fixes in the document.
import * as vscode from 'vscode';
import { plainText } from '../agents/plain-text';
import type { Problem } from '../model/problem';
import type { Severity, Span } from '../model/text';
import { coalesce } from './coalesce';
import type { Folder, Folders } from './folder';
import { fixesFor } from './fix-model';
import { spanPlace } from './place';

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

export class Problems implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #folders: Folders;
  readonly #collection = vscode.languages.createDiagnosticCollection('soloflow');
  readonly #own: readonly vscode.Disposable[];
  /** Of each folder: problems by path as they were last shown. */
  readonly #shown = new Map<string, ReadonlyMap<string, readonly Problem[]>>();

  constructor(folders: Folders) {
    this.#folders = folders;
    const soon = coalesce(80, () => this.refresh());
    const afterSave = coalesce(1000, () => this.refresh());
    this.#own = [
      this.#collection,
      soon,
      folders.onDidChangeFolders(soon),
      folders.onDidChangePlan(soon),
      // The config file is read a moment after it was saved.
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (document.uri.path.endsWith('/.soloflow/config.json')) afterSave();
      }),
      afterSave,
      vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    ];
  }

  refresh(): void {
    const folders = this.#folders.all();
    for (const id of this.#shown.keys()) if (!folders.some((folder) => folder.id === id)) this.#clear(id);
    for (const folder of folders) this.#show(folder);
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const place = this.#folders.locate(document.uri);
    if (place === null) return [];
    const { plan } = place.folder.workspace;
    const basis = plan.text(place.path);
    // Edits are for the text that was read; a newer buffer is read again first.
    const current = document.getText();
    if (basis === null || unifyEnds(basis) !== unifyEnds(current)) return [];
    const problems = plan.snapshot().problems.filter((problem) => problem.path === place.path);
    return fixesFor(problems, (span) => intersects(toRange(basis, span), range)).map(({ problem, fix }) => {
      const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
      action.isPreferred = fix.preferred;
      action.diagnostics = [toDiagnostic(problem, basis)];
      action.edit = new vscode.WorkspaceEdit();
      for (const edit of fix.edits) action.edit.replace(document.uri, toRange(basis, edit.span), edit.text);
      return action;
    });
  }

  dispose(): void {
    for (const each of this.#own) each.dispose();
  }

  #show(folder: Folder): void {
    const { plan } = folder.workspace;
    const all = [...plan.snapshot().problems, ...folder.otherProblems()];
    const now = Map.groupBy(all, (problem) => problem.path);
    const before = this.#shown.get(folder.id) ?? new Map<string, readonly Problem[]>();
    for (const path of before.keys()) {
      if (!now.has(path)) this.#collection.delete(vscode.Uri.joinPath(folder.uri, path));
    }
    for (const [path, problems] of now) {
      if (sameProblems(before.get(path), problems)) continue;
      const text = plan.text(path);
      this.#collection.set(
        vscode.Uri.joinPath(folder.uri, path),
        problems.map((problem) => toDiagnostic(problem, text)),
      );
    }
    this.#shown.set(folder.id, now);
  }

  #clear(id: string): void {
    const uri = vscode.Uri.parse(id, true);
    for (const path of this.#shown.get(id)?.keys() ?? []) this.#collection.delete(vscode.Uri.joinPath(uri, path));
    this.#shown.delete(id);
  }
}

const unifyEnds = (text: string): string => text.replace(/\r\n?/g, '\n');

const sameProblems = (a: readonly Problem[] | undefined, b: readonly Problem[]): boolean =>
  a !== undefined && a.length === b.length && a.every((problem, index) => problem === b[index]);

/** An empty range at the cursor touches a problem's end too. */
const intersects = (a: vscode.Range, b: vscode.Range): boolean => a.intersection(b) !== undefined;

function toRange(text: string, span: Span): vscode.Range {
  const start = spanPlace(text, span.start);
  const end = spanPlace(text, span.end);
  return new vscode.Range(start.line, start.column, end.line, end.column);
}

function toDiagnostic(problem: Problem, text: string | null): vscode.Diagnostic {
  const line = Math.max(0, problem.line - 1);
  const range =
    text === null || problem.span.end > text.length
      ? new vscode.Range(line, Math.max(0, problem.column - 1), line, Number.MAX_SAFE_INTEGER)
      : toRange(text, problem.span);
  const diagnostic = new vscode.Diagnostic(range, plainText(problem.message), SEVERITIES[problem.severity]);
  diagnostic.source = 'soloflow';
  diagnostic.code = problem.code;
  return diagnostic;
}
