// How our MCP server and our language model tools are made known.
// `UPDATE=1 npx vitest run test/unit/editor/mcp.test.ts` writes the tools into package.json.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { LM_TOOLS, lmToolName } from '../../../src/editor/lm-tool-names';
import { configText, MCP_CLIENTS, serverFor } from '../../../src/editor/mcp-config';
import { actions } from '../../../src/workflow/actions';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (): { contributes: Record<string, unknown> } =>
  JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { contributes: Record<string, unknown> };

const expected = actions
  .filter(({ name }) => LM_TOOLS.has(name))
  .map((action) => {
    const { $schema: _schema, ...inputSchema } = z.toJSONSchema(action.input, { io: 'input' });
    return {
      name: lmToolName(action.name),
      toolReferenceName: lmToolName(action.name),
      displayName: `%lm.${action.name}%`,
      modelDescription: action.description,
      canBeReferencedInPrompt: true,
      icon: '$(checklist)',
      inputSchema,
    };
  });

describe('the manifest', () => {
  it('contributes the language model tools as the actions declare them', () => {
    if (process.env['UPDATE'] === '1') {
      const manifest = read();
      manifest.contributes['languageModelTools'] = expected;
      writeFileSync(path.join(root, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    }
    expect(expected).toHaveLength(LM_TOOLS.size);
    expect(read().contributes['languageModelTools']).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('contributes the provider under the id that the code registers, and no chat participant', () => {
    const { contributes } = read();
    const [provider] = contributes['mcpServerDefinitionProviders'] as readonly { id: string }[];
    const code = readFileSync(path.join(root, 'src/editor/mcp-server.ts'), 'utf8');
    expect(code).toContain(`MCP_PROVIDER = '${provider?.id}'`);
    expect(contributes['chatParticipants']).toBeUndefined();
  });

  it('offers no tool that a person alone may use', () => {
    for (const name of LM_TOOLS) {
      const action = actions.find((each) => each.name === name);
      expect([name, action?.surfaces.includes('mcp')]).toEqual([name, true]);
    }
  });
});

describe('the configuration for other programs', () => {
  const server = serverFor('C:\\our "own"\\dist\\mcp.js', "/a folder/with 'signs'", '/opt/editor');

  it('is JSON that starts the bundled server for the folder', () => {
    for (const client of MCP_CLIENTS) {
      const text = configText(client, server, 'linux');
      expect(text.endsWith('\n')).toBe(true);
      if (client === 'codex' || client === 'gemini') continue;
      const parsed = JSON.parse(text) as Record<string, Record<string, unknown>>;
      const found = (parsed['mcpServers'] ?? parsed['servers'])?.['soloflow'];
      expect(found).toMatchObject({
        command: '/opt/editor',
        args: ['C:\\our "own"\\dist\\mcp.js', '--workspace', "/a folder/with 'signs'"],
        env: { ELECTRON_RUN_AS_NODE: '1' },
      });
    }
  });

  it('is TOML for Codex, with every sign quoted', () => {
    expect(configText('codex', server, 'linux')).toBe(
      [
        '[mcp_servers.soloflow]',
        'command = "/opt/editor"',
        String.raw`args = ["C:\\our \"own\"\\dist\\mcp.js", "--workspace", "/a folder/with 'signs'"]`,
        'env = { ELECTRON_RUN_AS_NODE = "1" }',
        '',
      ].join('\n'),
    );
  });

  it('is told to Gemini CLI without the variable that it takes away', () => {
    const { mcpServers } = JSON.parse(configText('gemini', server, 'linux')) as {
      mcpServers: { soloflow: { command: string; args: readonly string[]; env?: unknown } };
    };
    expect(mcpServers.soloflow).toEqual({
      command: '/usr/bin/env',
      args: ['ELECTRON_RUN_AS_NODE=1', '/opt/editor', ...server.args],
    });
  });
});
