// Makes our MCP server known: to VS Code by its provider, to Cursor by its own call, to others as text to paste. Editors
// that know neither have the text.
import * as vscode from 'vscode';
import { ok } from '../model/result';
import type { Outcome } from './command-runner';
import type { Folder, Folders } from './folder';
import { CLIENT_NAMES, configText, MCP_CLIENTS, serverFor } from './mcp-config';
import { pickFolder } from './picks';
import { t } from './words';

/** As contributed in package.json. */
const MCP_PROVIDER = 'soloflow.mcp';

export interface McpDeps {
  readonly folders: Folders;
  /** Absolute path of the bundled server. */
  readonly script: string;
  readonly version: string;
  /** The person lets agents work in this folder. */
  readonly trustForAgents: (root: string) => void;
}

interface CursorApi {
  readonly mcp?: {
    registerServer?(server: { name: string; server: ReturnType<typeof serverFor> }): void;
    unregisterServer?(name: string): void;
  };
}

export function registerMcp(deps: McpDeps): vscode.Disposable {
  const disposables: vscode.Disposable[] = [];
  // Editors that share our code base may be older than their version says.
  const lm = vscode.lm as Partial<typeof vscode.lm> | undefined;
  if (typeof lm?.registerMcpServerDefinitionProvider === 'function') {
    disposables.push(lm.registerMcpServerDefinitionProvider(MCP_PROVIDER, provider(deps, disposables)));
  }
  const cursor = (vscode as typeof vscode & { readonly cursor?: CursorApi }).cursor;
  if (typeof cursor?.mcp?.registerServer === 'function') disposables.push(inCursor(deps, cursor.mcp));
  return vscode.Disposable.from(...disposables);
}

const trusted = (folders: Folders): readonly Folder[] =>
  vscode.workspace.isTrusted ? folders.all().filter((folder) => folder.uri.scheme === 'file') : [];

const labelOf = (folder: Folder, all: readonly Folder[]): string =>
  all.length > 1 ? `Soloflow: ${folder.name}` : 'Soloflow';

function provider(deps: McpDeps, disposables: vscode.Disposable[]): vscode.McpServerDefinitionProvider {
  const changed = new vscode.EventEmitter<void>();
  disposables.push(
    changed,
    deps.folders.onDidChangeFolders(() => changed.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
  );
  return {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions: () =>
      trusted(deps.folders).map((folder, _, all) => {
        const { command, args, env } = serverFor(deps.script, folder.uri.fsPath, process.execPath);
        const definition = new vscode.McpStdioServerDefinition(
          labelOf(folder, all),
          command,
          [...args],
          { ...env },
          deps.version,
        );
        definition.cwd = folder.uri;
        return definition;
      }),
    resolveMcpServerDefinition: (definition) => {
      // The person starts the server in a trusted workspace: agents may work there, with approved commands only.
      const folder = trusted(deps.folders).find(
        ({ uri }) => 'cwd' in definition && definition.cwd?.toString() === uri.toString(),
      );
      if (folder === undefined) return undefined;
      deps.trustForAgents(folder.uri.fsPath);
      return definition;
    },
  };
}

/** Cursor is told what there is now. It has no Workspace Trust by default, so agents only read until a person allows more. */
function inCursor(deps: McpDeps, mcp: NonNullable<CursorApi['mcp']>): vscode.Disposable {
  /** Name → folder. */
  const told = new Map<string, string>();
  const tell = (): void => {
    const all = trusted(deps.folders);
    const wanted = new Map(all.map((folder) => [labelOf(folder, all), folder.uri.fsPath]));
    for (const [name, root] of told) {
      if (wanted.get(name) === root) continue;
      told.delete(name);
      mcp.unregisterServer?.(name);
    }
    for (const [name, root] of wanted) {
      if (told.has(name)) continue;
      told.set(name, root);
      mcp.registerServer?.({ name, server: serverFor(deps.script, root, process.execPath) });
    }
  };
  tell();
  const listening = vscode.Disposable.from(
    deps.folders.onDidChangeFolders(tell),
    vscode.workspace.onDidGrantWorkspaceTrust(tell),
  );
  return new vscode.Disposable(() => {
    listening.dispose();
    for (const name of told.keys()) mcp.unregisterServer?.(name);
    told.clear();
  });
}

/** Puts the configuration for another program on the clipboard; doing so lets agents work in the folder. */
export async function copyMcpConfig(deps: McpDeps): Promise<Outcome> {
  const folder = await pickFolder(deps.folders);
  if (folder === undefined) return undefined;
  const picked = await vscode.window.showQuickPick(
    MCP_CLIENTS.map((client) => ({
      client,
      label: CLIENT_NAMES[client].name,
      description: CLIENT_NAMES[client].file,
    })),
    { title: t('Copy MCP Config'), placeHolder: t('For which program?') },
  );
  if (picked === undefined) return undefined;
  const text = configText(picked.client, serverFor(deps.script, folder.uri.fsPath, process.execPath), process.platform);
  await vscode.env.clipboard.writeText(text);
  if (vscode.workspace.isTrusted) deps.trustForAgents(folder.uri.fsPath);
  void vscode.window.showInformationMessage(
    t(
      'Copied for {0}: paste it into {1}. Agents may take tasks of {2} now; what they run still needs your approval.',
      picked.label,
      picked.description,
      folder.name,
    ),
  );
  return ok(text);
}
