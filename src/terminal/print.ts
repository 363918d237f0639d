// Where lines go: to the reader, or beside it; and what is known about the one who reads.

export interface Print {
  out(line: string): void;
  err(line: string): void;
}

export interface Terminal extends Print {
  /** Is standard output a terminal? */
  readonly isTerminal: boolean;
  /** Standard error where it is a terminal: what is drawn there may be drawn over. Absent: nothing is drawn. */
  readonly screen?: Screen;
  /** Text as it is, in pieces; resolves when the reader has room for more. Absent: `out` takes everything. */
  readonly write?: (text: string) => Promise<void>;
  /** Asks the person at the keyboard; null: they went away. Absent: nobody is there. */
  readonly ask?: (question: string) => Promise<string | null>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
}

export interface Screen {
  write(text: string): void;
  /** Width in characters, as it is now. */
  columns(): number;
}
