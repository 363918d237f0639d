// The quick structure of plain pieces is exactly remark's, or none.
import * as fc from 'fast-check';
import type { RootContent } from 'mdast';
import { describe, expect, it } from 'vitest';
import { remarkStructure } from '../../../src/plan/read/markdown';
import { quickStructure } from '../../../src/plan/read/quick-structure';

/** What the readers look at: kinds, nesting, where text starts and ends. */
function outline(nodes: readonly RootContent[], text: string): readonly unknown[] {
  const ink = (start: number, end: number): string =>
    `${start}:${text.slice(start, end).replace(/[ \t\r]+(?=\n|$)/g, '')}`;
  return nodes.flatMap((node): readonly unknown[] => {
    const [start, end] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
    switch (node.type) {
      case 'paragraph':
      case 'heading':
        return [[node.type, ink(start, end)]];
      case 'list':
        return node.children.map((item) => [
          node.ordered === true ? 'ordered' : 'bullet',
          item.position?.start.offset,
          outline(item.children, text),
        ]);
      case 'thematicBreak':
        return [];
      case 'code':
        return [['code', start, text.slice(0, end).split('\n').length, node.lang ?? null, node.value]];
      default:
        return [[node.type, start]];
    }
  });
}

const line = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom('- a', '* b', '+ c', '1. d', '2. e', '3) f', '- [ ] g', '- **Field**: h', '10. ten'),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'text',
      '**Priority**: High',
      '[x] not a box',
      'a | b',
      '| --- |',
      '#tag',
      '\\- no',
      '1.x',
      '-x',
      '*emphasis*',
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom('', '', '  ', '\t') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '# H',
      '#### Deep ####',
      '---',
      '***',
      '- - -',
      '===',
      '> q',
      '```',
      '<b>',
      '-',
      '1.',
      '- # x',
      '- - x',
      '-\ttab',
      '[a]: b',
      '~~~',
      '``` a`b',
      '```sh extra',
      '\tindented',
    ),
  },
);
const fenceLine = fc.constantFrom('```', '```', '```', '```sh', '````', 'code', '- code', '  code', '', '  ', '    ');
const indented = fc
  .tuple(
    fc.constantFrom(0, 0, 0, 1, 2, 2, 3, 4, 4, 6, 8),
    fc.oneof({ weight: 4, arbitrary: line }, { weight: 1, arbitrary: fenceLine }),
  )
  .map(([indent, ink]) => ' '.repeat(indent) + ink);
const document = fc
  .tuple(fc.array(indented, { maxLength: 9 }), fc.constantFrom('\n', '\n', '\r\n'), fc.boolean())
  .map(([lines, end, final]) => lines.join(end) + (final ? end : ''));

describe('quick structure', () => {
  it('is what remark sees, for any lines it takes on', () => {
    let taken = 0;
    fc.assert(
      fc.property(document, (text) => {
        const quick = quickStructure(text);
        if (quick === null) return;
        taken += 1;
        expect(outline(quick.children, text)).toEqual(outline(remarkStructure(text).children, text));
      }),
      { numRuns: 1500 },
    );
    expect(taken).toBeGreaterThan(400);
  });

  it('takes on the body of a task as people write it', () => {
    const body =
      '**Priority**: High\n**Dependencies**: Task 1.1\n\n**Acceptance Criteria**:\n- [ ] It works\n  over two lines\n' +
      '  - [x] nested\n\n    second paragraph\n\n  ```sh\n  npm test\n  ```\n\n1. first\n2. second\n\n---\n';
    expect(quickStructure(body)).not.toBeNull();
    for (const other of [
      '> quote\n',
      '```sh\nls\n',
      '- a\n  ```\nb\n  ```\n',
      '<details>\n',
      '-\ttab\n',
      'a\n\n2. b\rc',
    ]) {
      expect(quickStructure(other)).toBeNull();
    }
  });
});
