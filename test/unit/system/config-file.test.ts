import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { type ConfigFile, configJsonSchema, createConfigFile, parseConfig } from '../../../src/system/config-file';

let root: string;
let file: ConfigFile;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-config-')));
  mkdirSync(path.join(root, '.soloflow'));
  file = createConfigFile({ root, pollMs: 20 });
});
afterEach(() => {
  file.dispose();
  rmSync(root, { recursive: true, force: true });
});
const put = (text: string | Uint8Array): void => writeFileSync(path.join(root, '.soloflow/config.json'), text);

describe('the config file', () => {
  it('is all defaults when there is none', () => {
    expect(file.config()).toEqual(configSchema.parse({}));
    expect(file.problems()).toEqual([]);
  });

  it('is read with comments, a byte order mark and trailing commas', () => {
    put('\u{feff}// ours\n{ "run": { "concurrency": 3, }, }');
    expect(file.problems()).toEqual([]);
    const again = createConfigFile({ root });
    expect(again.config().run.concurrency).toBe(3);
    put('');
    expect(again.problems()).toEqual([]);
    expect(again.config().run.concurrency).toBe(1);
  });

  it('keeps the last good one in force while it is wrong, and says where', async () => {
    put('{ "run": { "concurrency": 3 } }');
    expect(file.problems()).toEqual([]);
    put('{\n  "run": {\n    "concurrency": "many"\n  }\n}');
    expect(file.problems()).toMatchObject([
      {
        code: 'config',
        path: '.soloflow/config.json',
        line: 3,
        column: 20,
        message: expect.stringContaining('run.concurrency'),
      },
    ]);
    expect(file.config().run.concurrency).toBe(3);
    put('{ "run": ');
    expect(file.problems()[0]?.message).toContain('Not JSON');
    expect(file.config().run.concurrency).toBe(3);
    rmSync(path.join(root, '.soloflow/config.json'));
    expect(file.problems()).toEqual([]);
    expect(file.config().run.concurrency).toBe(1);
  });

  it('tells when it changes', async () => {
    const seen: number[] = [];
    file.onDidChange((config) => seen.push(config.run.concurrency));
    put('{ "run": { "concurrency": 4 } }');
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen).toEqual([4]);
    expect(file.config().run.concurrency).toBe(4);
  });

  it('is a problem, not a crash, when it is a folder', () => {
    mkdirSync(path.join(root, '.soloflow/config.json'));
    expect(file.problems()).toMatchObject([{ line: 1, message: expect.stringContaining('EISDIR') }]);
    expect(file.config().run.concurrency).toBe(1);
  });
});

describe('what is wrong', () => {
  it('unknown keys stand at the key', () => {
    const { config, problems } = parseConfig('{\n  "run": {\n    "conccurrency": 1\n  }\n}');
    expect(config).toBeNull();
    expect(problems).toMatchObject([{ line: 3, column: 5, message: expect.stringContaining('conccurrency') }]);
  });
  it('a missing field stands at the object that lacks it', () => {
    const { problems } = parseConfig('{\n  "services": [\n    { "name": "db" }\n  ]\n}');
    expect(problems).toMatchObject([{ line: 3, column: 5, message: expect.stringContaining('services.0.check') }]);
  });
  it('a pattern that is no regular expression is found', () => {
    const { config, problems } = parseConfig('{ "pauseRules": [{ "name": "x", "message": "y", "command": "(" }] }');
    expect(config).toBeNull();
    expect(problems).toMatchObject([{ line: 1, message: expect.stringContaining('pauseRules.0.command') }]);
  });
  it.each(['[]', '"x"', 'null', '{"gates": {"*": [{"kind": "nonsense"}]}}', '{]', '\0'])(
    '%s is never a crash',
    (text) => {
      const { config, problems } = parseConfig(text);
      expect(config).toBeNull();
      expect(problems.length).toBeGreaterThan(0);
    },
  );
});

describe('the JSON schema', () => {
  it('accepts what the config accepts and refuses what it refuses', () => {
    const validate = new Ajv({ strict: false }).compile(configJsonSchema());
    for (const good of [{}, { run: { concurrency: 2 } }, { gates: { '*': [{ kind: 'tests' }] } }, { $schema: 'x' }]) {
      expect(configSchema.safeParse(good).success).toBe(true);
      expect(validate(good)).toBe(true);
    }
    for (const bad of [{ runn: {} }, { run: { concurrency: 0 } }, { gates: { '*': [{ kind: 'no' }] } }]) {
      expect(configSchema.safeParse(bad).success).toBe(false);
      expect(validate(bad)).toBe(false);
    }
  });
});
