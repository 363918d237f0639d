// Enrich with real processes as agents and a stand-in for the editor's model: shown as a diff, written only on a yes,
// refused where the answer does more than add. Without either it is absent.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { err, ok } from '../../../src/model/result';
import { describeFailure } from '../../../src/workflow/words/failure-words';
import { english } from '../../../src/workflow/words/translate';
import { enrich } from '../../../src/workflow/actions/enrich-actions';
import type { ToolModel } from '../../../src/workflow/language-model';
import { call, place, type Place } from './workspace';

const PATH = 'docs/plans/PRD-B-005-page-names.md';
const PRD = [
  '# PRD: B-005 — Page names',
  '',
  '**Backlog item**: B-005',
  '**Status**: draft',
  '',
  '## 1. Problem',
  '',
  'Addresses are ugly.',
  '',
  '## 3. Acceptance criteria',
  '',
  '- [x] "Hello" becomes hello',
  '',
  '## 5. Risks',
  '',
  'Not known yet: see open question 1.',
  '',
  '## 7. Implementation plan',
  '',
  '1. **Work** (2h)',
  '   - Make names',
  '',
  '## Open questions',
  '',
  '1. What could go wrong, and what is done about it?',
  '',
].join('\n');
const BACKLOG = [
  '# Backlog',
  '',
  '| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |',
  '|----|-------|-----|--------|--------|-----------------|----------------|--------------|',
  '| B-005 | Page names | 🔥 | 5 | todo | Addresses are ugly | JavaScript | None |',
  '',
].join('\n');

/** An agent: reads the prompt, takes the document out of it, changes it, answers on standard output. */
const agent = (change: string): string => `
import { readFileSync, writeFileSync } from 'node:fs';
const prompt = readFileSync(0, 'utf8');
writeFileSync('asked.txt', prompt);
const parts = prompt.split('~~~~markdown\\n');
let document = parts.at(-1).split('\\n~~~~')[0];
${change}
`;
const ENRICHED = `
document = document
  .replace('Not known yet: see open question 1.', '- Names clash: the second one gets a number')
  .replace('- [x] "Hello" becomes hello', '- [x] "Hello" becomes hello\\n- [ ] \`npm run names\` passes')
  .replace('   - Make names', '   - Make names\\n   - Keep names that were given')
  .replace(/1\\. What could go wrong.*/, 'None.');
console.log('Here it is:\\n\\n~~~~markdown\\n' + document + '\\n~~~~\\n\\nThat is all.');
`;

let at: Place;
beforeEach(() => {
  at = place();
  at.write(PATH, PRD);
  at.write('docs/backlog.md', BACKLOG);
});
afterEach(() => at.remove());

const withAgent = async (change: string): Promise<void> => {
  at.write('agent.mjs', agent(change));
  const command = `"${process.execPath.replaceAll('\\', '/')}" agent.mjs`;
  at.write('.soloflow/config.json', JSON.stringify({ agent: { command } }));
  await at.open();
};
const refused = async (input: Record<string, unknown>): Promise<string> => {
  const result = await at.run(enrich, input);
  if (result.ok) throw new Error(`should have been refused: ${JSON.stringify(result.value)}`);
  return describeFailure(result.error, english);
};

describe('enrich', () => {
  it('is absent where nobody can be asked', async () => {
    await at.open();
    expect(await refused({ document: PATH })).toContain('nobody to ask');
    expect(at.read(PATH)).toBe(PRD);
  });

  it('asks the agent only once its command was approved, shows a diff, and writes exactly that on a yes', async () => {
    await withAgent(ENRICHED);
    expect(await refused({ document: 'B-005' })).toContain('Not approved yet');
    expect(at.has('asked.txt')).toBe(false);
    const shown = await at.done(enrich, { document: 'B-005', approve: true });
    expect(at.read(PATH)).toBe(PRD);
    expect(shown).toMatchObject({ path: PATH, written: false, documents: [{ path: PATH, change: 'change' }] });
    expect(shown.diff).toContain('+- Names clash: the second one gets a number');
    expect(shown.diff).toContain('-Not known yet: see open question 1.');
    expect(shown.notes.join('\n')).toContain('Keep names that were given');
    const asked = at.read('asked.txt');
    expect(asked).toContain('Addresses are ugly');
    expect(asked).toContain('Backlog item B-005 "Page names" (docs/backlog.md:5)');

    // The yes does not ask again: another answer would not be what was shown.
    at.write('agent.mjs', 'process.exit(9)');
    const written = await at.done(enrich, { document: 'B-005', yes: true });
    expect(written).toMatchObject({ written: true, diff: shown.diff });
    expect(at.read(PATH)).toContain('- Names clash: the second one gets a number\n');
    expect(at.read(PATH)).toContain('- [ ] `npm run names` passes');
    expect(await refused({ document: 'B-005', yes: true })).toContain('no proposal yet');
  });

  it('writes nothing over a document that changed since it was shown', async () => {
    await withAgent(ENRICHED);
    await at.done(enrich, { document: PATH, approve: true });
    at.write(PATH, PRD.replace('Addresses are ugly.', 'Addresses are long.'));
    await at.open();
    expect(await refused({ document: PATH, yes: true })).toContain('changed since');
    expect(at.read(PATH)).toContain('Addresses are long.');
    expect(at.read(PATH)).not.toContain('Names clash');
  });

  it.each([
    ['leaves a heading out', `document = document.replace('## 5. Risks\\n', '');`, 'the heading "5. Risks" is gone'],
    [
      'leaves a line out',
      `document = document.replace('Addresses are ugly.\\n', '');`,
      'the line "Addresses are ugly." is gone',
    ],
    ['clears a tick', `document = document.replace('- [x]', '- [ ]');`, 'was ticked and is not any more'],
    [
      'says that something new is done',
      `document = document.replace('## 5.', '- [x] All is well\\n\\n## 5.');`,
      'is new and ticked already',
    ],
    ['sets the status', `document = document.replace('draft', 'approved');`, 'changes the status of the document'],
    ['gives it to another item', `document = document.replaceAll('B-005', 'B-006');`, 'holds no document'],
    ['renames a step', `document = document.replace('Make names', 'Do nothing');`, '"Make names" is gone or renamed'],
    ['proposes nothing', '', 'proposes no change'],
  ])('refuses an answer that %s', async (_, change, why) => {
    await withAgent(`${change}\nconsole.log('~~~~markdown\\n' + document + '\\n~~~~');`);
    expect(await refused({ document: PATH, approve: true })).toContain(why);
    expect(await refused({ document: PATH, yes: true })).toContain('no proposal yet');
    expect(at.read(PATH)).toBe(PRD);
  });

  it.each([
    ['says no document', `console.log('I would rather not.');`, 'holds no document'],
    ['fails', `console.error('no account'); process.exit(4);`, 'ended with 4 no account'],
  ])('an agent that %s changes nothing', async (_, change, why) => {
    await withAgent(change);
    expect(await refused({ document: PATH, approve: true })).toContain(why);
    expect(at.read(PATH)).toBe(PRD);
  });

  it('keeps CRLF line ends', async () => {
    at.write(PATH, PRD.replaceAll('\n', '\r\n'));
    await withAgent(ENRICHED);
    await at.done(enrich, { document: PATH, approve: true });
    await at.done(enrich, { document: PATH, yes: true });
    expect(at.read(PATH)).toContain('gets a number\r\n');
    expect(at.read(PATH).replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('asks the language model of the editor where there is one, without a command', async () => {
    const prompts: string[] = [];
    const model: ToolModel = {
      available: async () => 'Stand-in',
      complete: async (prompt) => {
        prompts.push(prompt);
        return ok(PRD.replace('Not known yet: see open question 1.', '- Names clash'));
      },
      turn: async () => err({ kind: 'cancelled' }),
    };
    const workspace = await at.open();
    const shown = await enrich.run(
      { ...workspace, languageModel: model },
      enrich.input.parse({ document: PATH }),
      call,
    );
    expect(shown.ok && shown.value).toMatchObject({ by: 'Stand-in', written: false });
    expect(prompts[0]).toContain('Addresses are ugly.');
    expect(at.read(PATH)).toBe(PRD);
  });

  it('asks nobody in a folder that is not trusted', async () => {
    at.write('.soloflow/config.json', JSON.stringify({ agent: { command: 'true' } }));
    await at.open({ trusted: () => false });
    expect(await refused({ document: PATH, approve: true })).toContain('Restricted Mode');
  });
});
