// What is written into a table, from one list of its columns: which they are, what each takes, and the statements that
// follow from that. Knows no table itself.

/** A row as better-sqlite3 hands it out. */
export type Row = Readonly<Record<string, string | number | bigint | Buffer | null>>;
export type Value = string | number | null;

/** A statement and the values it takes from a thing, in its order. */
export interface Write<T> {
  readonly sql: string;
  readonly values: (thing: T) => Value[];
}

export interface Table<T, Column extends string> {
  readonly columns: string;
  /** Takes the row in, or all of it but the key where the key is there already. */
  readonly upsert: Write<T>;
  /** Takes the row in where its key is not there yet. */
  readonly insert: Write<T>;
  /** Changes these columns of the row in which the others are as they are in the thing. */
  update(set: readonly Column[], where: readonly Column[]): Write<T>;
}

/** What each column takes from a thing: one small function each, because that is what is fast. */
type Takes<T, Column extends string> = { readonly [C in Column]: (thing: T) => Value };

/** `key`: the columns that name a row. */
export function table<T, Column extends string>(
  name: string,
  takes: Takes<T, Column>,
  key: readonly NoInfer<Column>[],
): Table<T, Column> {
  const all = Object.keys(takes) as Column[];
  const values = (columns: readonly Column[]): ((thing: T) => Value[]) => {
    const each = columns.map((column) => takes[column]);
    return (thing) => each.map((take) => take(thing));
  };
  const into = `INSERT INTO ${name}(${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')}) ON CONFLICT(${key.join(', ')})`;
  const sets = all.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  const row = values(all);
  const equal = (columns: readonly Column[]): readonly string[] => columns.map((column) => `${column} = ?`);
  return {
    columns: all.join(', '),
    upsert: { sql: `${into} DO UPDATE SET ${sets.join(', ')}`, values: row },
    insert: { sql: `${into} DO NOTHING`, values: row },
    update: (set, where) => ({
      sql: `UPDATE ${name} SET ${equal(set).join(', ')} WHERE ${equal(where).join(' AND ')}`,
      values: values([...set, ...where]),
    }),
  };
}
