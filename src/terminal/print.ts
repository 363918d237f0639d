// Where lines go: to the reader, or beside it.

export interface Print {
  out(line: string): void;
  err(line: string): void;
}
