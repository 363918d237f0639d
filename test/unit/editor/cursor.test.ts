// How Cursor and VS Code are told of our server, against stand-ins of their interfaces: Cursor itself cannot run here.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Folder, Folders } from '../../../src/editor/folder';
import { registerMcp } from '../../../src/editor/mcp-server';

interface StdioServer {
  readonly name: string;
  readonly server: { readonly command: string; readonly args: readonly string[]; readonly env: object };
}
interface Definition {
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: object;
  readonly cwd?: { toString(): string };
}
interface Provider {
  provideMcpServerDefinitions(): readonly Definition[];
  resolveMcpServerDefinition(definition: Definition): Definition | undefined;
}

const editor = vi.hoisted(() => {
  const listeners = new Set<() => void>();
  class Disposable {
    readonly dispose: () => void;
    constructor(dispose: () => void) {
      this.dispose = dispose;
    }
    static from(...all: readonly { dispose(): void }[]): Disposable {
      return new Disposable(() => {
        for (const each of all) each.dispose();
      });
    }
  }
  class EventEmitter {
    readonly heard = new Set<() => void>();
    readonly event = (listener: () => void) => {
      this.heard.add(listener);
      return new Disposable(() => this.heard.delete(listener));
    };
    fire(): void {
      for (const listener of this.heard) listener();
    }
    dispose(): void {
      this.heard.clear();
    }
  }
  class McpStdioServerDefinition {
    readonly label: string;
    readonly command: string;
    readonly args: readonly string[];
    readonly env: object;
    constructor(label: string, command: string, args: readonly string[], env: object) {
      [this.label, this.command, this.args, this.env] = [label, command, args, env];
    }
  }
  return {
    listeners,
    vscode: {
      Disposable,
      EventEmitter,
      McpStdioServerDefinition,
      workspace: {
        isTrusted: true,
        onDidGrantWorkspaceTrust: (listener: () => void) => {
          listeners.add(listener);
          return new Disposable(() => listeners.delete(listener));
        },
      },
      lm: undefined as object | undefined,
      cursor: undefined as object | undefined,
    },
  };
});
vi.mock('vscode', () => editor.vscode);

const folder = (name: string, scheme = 'file'): Folder =>
  ({ name, uri: { scheme, fsPath: `/work of mine/${name}`, toString: () => `${scheme}:///${name}` } }) as Folder;

function standIn(...first: readonly Folder[]) {
  let all: readonly Folder[] = first;
  const changed = new editor.vscode.EventEmitter();
  const folders = { all: () => all, onDidChangeFolders: changed.event } as unknown as Folders;
  const trustedRoots: string[] = [];
  const registered = registerMcp({
    folders,
    script: '/ext/dist/mcp.js',
    version: '1.2.3',
    trustForAgents: (root) => trustedRoots.push(root),
  });
  return {
    trustedRoots,
    now(...next: readonly Folder[]) {
      all = next;
      changed.fire();
    },
    dispose: () => registered.dispose(),
    listening: () => changed.heard.size + editor.listeners.size,
  };
}

const server = (name: string) => ({
  command: process.execPath,
  args: ['/ext/dist/mcp.js', '--workspace', `/work of mine/${name}`],
  env: { ELECTRON_RUN_AS_NODE: '1' },
});

describe('Cursor', () => {
  let registered: StdioServer[] = [];
  let gone: string[] = [];
  beforeEach(() => {
    [registered, gone] = [[], []];
    editor.vscode.workspace.isTrusted = true;
    editor.vscode.lm = undefined;
    editor.vscode.cursor = {
      mcp: {
        registerServer: (each: StdioServer) => void registered.push(each),
        unregisterServer: (name: string) => void gone.push(name),
      },
    };
  });

  it('is told name, command, arguments and environment, and that it is over when the extension ends', () => {
    const at = standIn(folder('a'));
    expect(registered).toEqual([{ name: 'Soloflow', server: server('a') }]);
    at.now(folder('a'));
    expect(registered).toHaveLength(1);
    at.dispose();
    expect(gone).toEqual(['Soloflow']);
    expect(at.listening()).toBe(0);
    // A word from Cursor alone lets no agent work in the folder.
    expect(at.trustedRoots).toEqual([]);
  });

  it('is told of each folder by its name, and of those that come and go', () => {
    const at = standIn(folder('a'));
    at.now(folder('a'), folder('b'));
    expect(gone).toEqual(['Soloflow']);
    expect(registered.slice(1)).toEqual([
      { name: 'Soloflow: a', server: server('a') },
      { name: 'Soloflow: b', server: server('b') },
    ]);
    at.now(folder('b'));
    expect(gone).toEqual(['Soloflow', 'Soloflow: a', 'Soloflow: b']);
    expect(registered.at(-1)).toEqual({ name: 'Soloflow', server: server('b') });
    at.dispose();
    expect(gone.at(-1)).toBe('Soloflow');
  });

  it('is told nothing of folders that are not trusted or not on the disk, until they are', () => {
    editor.vscode.workspace.isTrusted = false;
    const at = standIn(folder('a'), folder('web', 'vscode-vfs'));
    expect(registered).toEqual([]);
    editor.vscode.workspace.isTrusted = true;
    for (const listener of editor.listeners) listener();
    expect(registered.map(({ name }) => name)).toEqual(['Soloflow']);
    at.dispose();
  });

  it.each([undefined, {}, { mcp: {} }])('is left alone where it does not have that: %j', (cursor) => {
    editor.vscode.cursor = cursor;
    const at = standIn(folder('a'));
    expect(registered).toEqual([]);
    at.dispose();
    expect(gone).toEqual([]);
  });
});

describe('VS Code', () => {
  it('is given definitions of trusted folders; starting one lets agents work there', () => {
    const given: { id: string; provider: Provider }[] = [];
    editor.vscode.cursor = undefined;
    editor.vscode.workspace.isTrusted = true;
    editor.vscode.lm = {
      registerMcpServerDefinitionProvider: (id: string, provider: Provider) => {
        given.push({ id, provider });
        return new editor.vscode.Disposable(() => undefined);
      },
    };
    const at = standIn(folder('a'), folder('web', 'vscode-vfs'));
    expect(given.map(({ id }) => id)).toEqual(['soloflow.mcp']);
    const [{ provider } = { provider: null }] = given;
    const [definition] = provider?.provideMcpServerDefinitions() ?? [];
    expect(definition).toMatchObject({ label: 'Soloflow', ...server('a') });
    expect(at.trustedRoots).toEqual([]);
    if (definition === undefined) throw new Error('no definition');
    expect(provider?.resolveMcpServerDefinition(definition)).toBe(definition);
    expect(at.trustedRoots).toEqual(['/work of mine/a']);
    editor.vscode.workspace.isTrusted = false;
    expect(provider?.provideMcpServerDefinitions()).toEqual([]);
    expect(provider?.resolveMcpServerDefinition(definition)).toBeUndefined();
    expect(at.trustedRoots).toHaveLength(1);
    at.dispose();
  });
});
