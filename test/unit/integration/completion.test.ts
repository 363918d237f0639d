// Tab in real shells: what bash, zsh and fish offer in a workspace, with the bundled terminal behind them.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCli, sandbox, type Sandbox } from './cli-process';

const has = (shell: string): boolean => {
  const found = spawnSync(shell, ['--version']).status === 0;
  if (!found) console.warn(`SKIPPED: no ${shell} here, its completion is not tried`);
  return found;
};

/** Command lines with Tab behind them, and what must be among the offers. */
const LINES: readonly (readonly [string, readonly string[]])[] = [
  ['soloflow sh', ['ship', 'show']],
  ['soloflow show B-', ['B-001', 'B-002', 'B-003', 'B-004']],
  ['soloflow output T-2', ['T-2.1', 'T-2.2']],
  ['soloflow set --json B-001 d', ['done']],
  ['soloflow update-status B-001 bl', ['blocked']],
  ['soloflow execute --prd ', ['docs/plans/PRD-B-001-page-names.md']],
  ['soloflow execute --sprint-id ', ['SPRINT-007']],
  ['soloflow goal track-progress ', ['GOAL-007']],
  ['soloflow sprint bu', ['burndown']],
  ['soloflow list --do', ['--document']],
  ['soloflow import READ', ['README.md']],
  ['soloflow completion ', ['bash', 'fish', 'zsh']],
];
/** What must not be offered: an id where a status stands, a flag's value as an argument. */
const NOT: readonly (readonly [string, string])[] = [
  ['soloflow set B-001 ', 'B-002'],
  ['soloflow show --workspace . B-', 'show'],
];

const ZSH_CAPTURE = `
zmodload zsh/zpty
line=$1 place=$2 hits=$3
cat > $hits.init <<I
PROMPT=
fpath=($place \\$fpath)
autoload -Uz compinit
compinit -u -d $hits.dump
bindkey '^I' complete-word
offered () { print -r -- OFFERED >> $hits }
comppostfuncs=( offered )
compadd () {
  if [[ \\\${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "\\$@"; return; fi
  local -a captured
  builtin compadd -A captured "\\$@"
  print -rl -- \\$captured >> $hits
  builtin compadd "\\$@"
}
print READY >> $hits
I
zpty shell zsh -f -i
zpty -w shell "source $hits.init"
for i in {1..600}; do [[ -e $hits ]] && break; sleep 0.05; done
zpty -w -n shell "$line"$'\\t'
for i in {1..600}; do grep -q OFFERED $hits && break; sleep 0.05; done
zpty -d shell
`;

describe('completion in real shells', () => {
  let box: Sandbox;
  let bin = '';
  let functions = '';
  let env: Readonly<Record<string, string | undefined>> = {};
  beforeAll(async () => {
    const cli = await bundleCli('completion');
    box = sandbox(cli);
    cpSync(resolve(import.meta.dirname, '../../../examples'), box.root, { recursive: true });
    box.write('docs/roadmap.md', '# Roadmap\n\n## GOAL-007: Names\n\n- SPRINT-007\n\n## SPRINT-007\n\n- B-001\n');
    bin = join(box.root, '..', 'bin');
    functions = join(box.root, '..', 'functions');
    mkdirSync(bin);
    mkdirSync(functions);
    const program = join(bin, 'soloflow');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
    chmodSync(program, 0o755);
    env = { ...process.env, ...box.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
    for (const shell of ['bash', 'zsh', 'fish']) {
      const script = execFileSync(program, ['completion', shell], { encoding: 'utf8', env, cwd: box.root });
      writeFileSync(join(functions, shell === 'zsh' ? '_soloflow' : shell), script);
    }
    writeFileSync(join(functions, 'capture'), ZSH_CAPTURE);
  }, 60_000);
  afterAll(() => {
    rmSync(bin, { recursive: true, force: true });
    box.remove();
  });

  const told = (program: string, args: readonly string[]): string => {
    const done = spawnSync(program, [...args], { cwd: box.root, env, encoding: 'utf8' });
    expect(done.stderr).toBe('');
    return done.stdout;
  };
  const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
  const offers: Readonly<Record<string, (line: string) => readonly string[]>> = {
    bash(line) {
      const words = line.split(' ');
      const set = words.map((word) => `'${word}'`).join(' ');
      const script = `source '${join(functions, 'bash')}'; COMP_WORDS=(${set}); COMP_CWORD=${words.length - 1}; _soloflow; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return lines(told('bash', ['--norc', '-c', script]));
    },
    fish(line) {
      const script = `source '${join(functions, 'fish')}'; complete -C '${line}'`;
      return lines(told('fish', ['--no-config', '-c', script])).map((each) => each.split('\t')[0] ?? '');
    },
    zsh(line) {
      const hits = join(functions, 'hits');
      rmSync(hits, { force: true });
      told('zsh', ['-f', join(functions, 'capture'), line, functions, hits]);
      return existsSync(hits) ? lines(readFileSync(hits, 'utf8')) : [];
    },
  };

  for (const shell of ['bash', 'zsh', 'fish'])
    it.skipIf(!has(shell))(`offers commands, ids, files, choices and flags in ${shell}`, { timeout: 120_000 }, () => {
      const offered = offers[shell] ?? (() => []);
      for (const [line, wanted] of LINES)
        expect({ line, offers: offered(line) }).toEqual({ line, offers: expect.arrayContaining([...wanted]) });
      for (const [line, unwanted] of NOT)
        expect({ line, offers: offered(line) }).toEqual({ line, offers: expect.not.arrayContaining([unwanted]) });
    });
});
