// The row of an item among the completed ones: what came out of it and what was learned, where the table asks for it.
import { rowAlone } from '../../plan/compose/item-facts';

export interface ArchiveWords {
  readonly id: string | null;
  readonly title: string;
  /** null: what the row says already stands. */
  readonly outcome: string | null;
  readonly lessons: readonly string[];
}

/** Empty cells are filled; words that stand there stay, but for an outcome that was said now. */
export function withArchiveWords(text: string, words: ArchiveWords): string {
  const lines = text.split('\n');
  let columns: readonly string[] = [];
  for (const [at, line] of lines.entries()) {
    const ending = line.endsWith('\r') ? '\r' : '';
    const row = rowAlone(line);
    const behind = line.trimEnd().slice(row.trimEnd().length);
    const cells = cellsOf(row);
    if (cells === null) continue;
    const names = cells.map((cell) => cell.toLowerCase());
    if (names.includes('id') && names.includes('title')) columns = names;
    const [dated, titled] = [columns.findIndex((name) => /date|completed/.test(name)), columns.indexOf('title')];
    if (dated === -1 || cells.length !== columns.length) continue;
    if (cells[columns.indexOf('id')] !== (words.id ?? '') || cells[titled] !== escaped(words.title)) continue;
    const filled = cells.map((cell, n) => {
      const name = columns[n] ?? '';
      if (/outcome/.test(name)) return words.outcome === null ? cell : escaped(words.outcome);
      if (/lesson/.test(name) && cell === '') return words.lessons.map(escaped).join('; ');
      return cell;
    });
    lines[at] = `| ${filled.join(' | ')} |${behind}${ending}`;
  }
  return lines.join('\n');
}

function cellsOf(line: string): readonly string[] | null {
  const text = line.trim();
  if (!text.startsWith('|') || !text.endsWith('|')) return null;
  return text
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

const escaped = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/(?<!\\)\|/g, '\\|');
