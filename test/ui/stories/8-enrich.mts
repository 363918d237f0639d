// Enrich with an agent's command: the command is approved, what it proposes stands as a diff, and only a yes writes it.
import assert from 'node:assert/strict';
import {
  answerDialog,
  openContainer,
  openFolder,
  paletteOffers,
  pick,
  runCommand,
  shot,
  sizeForPictures,
  trustFolder,
  until,
} from '../driver.mts';
import type { Story } from '../tools.mts';

const PRD = 'docs/plans/PRD-B-001-page-names.md';
const TEXT = `# PRD: B-001 — Page names

**Status**: draft

## 1. Problem

Addresses are ugly.

## 5. Risks

Not known yet: see open question 1.

## 7. Implementation plan

1. **Work** (2h)
   - Make names from titles

## Open questions

1. What could go wrong?
`;
/** Reads the prompt, takes the document out of it, adds to it. */
const AGENT = `
import { readFileSync } from 'node:fs';
const prompt = readFileSync(0, 'utf8');
const document = prompt.split('~~~~markdown\\n').at(-1).split('\\n~~~~')[0];
const better = document
  .replace('Not known yet: see open question 1.', '- Two titles give one name: the second one gets a number')
  .replace('   - Make names from titles', '   - Make names from titles\\n   - Give the second of two equal names a number');
console.log('~~~~markdown\\n' + better + '\\n~~~~');
`;

export const story: Story = {
  name: 'Enrich a PRD',
  content: {
    [PRD]: TEXT,
    'agent.mjs': AGENT,
    '.soloflow/config.json': JSON.stringify({
      agent: { command: `"${process.execPath.replaceAll('\\', '/')}" agent.mjs` },
    }),
  },
  async play(desk, step) {
    const editor = await desk.editor();
    await step('the command is shown and approved, and the proposal stands as a diff', async () => {
      await sizeForPictures(editor);
      await openFolder(editor, desk.workspace);
      await trustFolder(editor);
      await openContainer(editor);
      await until('Enrich to be offered', () => paletteOffers(editor, 'Soloflow: Enrich Document…'), 30_000);
      await runCommand(editor, 'Soloflow: Enrich Document…');
      await pick(editor, /PRD-B-001/);
      await answerDialog(editor, /agent\.mjs/, /^Approve and Go On$/);
      await editor.page.locator('.tab.active').filter({ hasText: 'Preview' }).waitFor();
      await editor.page.locator('.quick-input-widget').getByText('Write 1 Document').waitFor();
      await shot(editor, 'enrich');
      assert.equal(desk.read(PRD), TEXT);
    });
    await step('declined, nothing is written', async () => {
      await pick(editor, /Not Yet/);
      await editor.page.locator('.tab').filter({ hasText: 'Preview' }).waitFor({ state: 'detached' });
      assert.equal(desk.read(PRD), TEXT);
    });
    await step('accepted, exactly that is written', async () => {
      await runCommand(editor, 'Soloflow: Enrich Document…');
      await pick(editor, /PRD-B-001/);
      await pick(editor, /Write 1 Document/);
      await until('the PRD', () => Promise.resolve(desk.read(PRD).includes('the second one gets a number')));
      assert.match(desk.read(PRD), / {3}- Give the second of two equal names a number\n/);
      await shot(editor, 'enriched');
    });
  },
};
