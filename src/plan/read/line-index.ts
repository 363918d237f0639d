// Lines of a text by offset, without splitting it.

/** Offsets of line starts; line numbers are 1-based, columns 1-based UTF-16. */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(readonly text: string) {
    let at = text.indexOf('\n');
    while (at !== -1) {
      this.#starts.push(at + 1);
      at = text.indexOf('\n', at + 1);
    }
  }

  get count(): number {
    return this.#starts.length;
  }

  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  columnAt(offset: number): number {
    return offset - this.start(this.lineAt(offset)) + 1;
  }

  /** Offset of the first character of a line. Lines past the end start at the end of the text. */
  start(line: number): number {
    return this.#starts[line - 1] ?? this.text.length;
  }

  /** Offset behind the last character of a line, before its CR and LF. */
  end(line: number): number {
    let end = line < this.#starts.length ? this.start(line + 1) - 1 : this.text.length;
    if (end > this.start(line) && this.text.charCodeAt(end - 1) === 13) end -= 1;
    return end;
  }

  line(line: number): string {
    return this.text.slice(this.start(line), this.end(line));
  }
}
