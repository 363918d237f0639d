// What `start` asks a person for: once each, floats in both manners, nonsense asked again, Enter left open.
import { expect, it } from 'vitest';
import { askMissing } from '../../../src/terminal/ask-start';

async function asked(missing: readonly ('points' | 'score')[], ...said: readonly (string | null)[]) {
  const questions: string[] = [];
  const told: string[] = [];
  const left = [...said];
  const found = await askMissing(
    missing,
    async (question) => {
      questions.push(question);
      return left.shift() ?? null;
    },
    (line) => told.push(line),
  );
  return { found, questions: questions.length, told };
}

it.each([
  ['3.5', 3.5],
  ['3,5', 3.5],
  [' 8 ', 8],
  ['0', 0],
])('takes %s points', async (said, points) => {
  expect(await asked(['points'], said)).toEqual({ found: { points }, questions: 1, told: [] });
});

it('asks each once, and again only where it was no number', async () => {
  const { found, questions, told } = await asked(['points', 'score'], 'big', '-1', '2', '4.25');
  expect(found).toEqual({ points: 2, score: 4.25 });
  expect(questions).toBe(4);
  expect(told).toHaveLength(2);
});

it('leaves open what is answered with Enter', async () => {
  expect((await asked(['points', 'score'], '', '4')).found).toEqual({ score: 4 });
  expect((await asked(['points', 'score'], '', '')).found).toBeNull();
});

it('asks nothing more of somebody who went away', async () => {
  expect(await asked(['points', 'score'], null)).toMatchObject({ found: null, questions: 1 });
});
