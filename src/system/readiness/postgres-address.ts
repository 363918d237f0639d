// Where a connection text of PostgreSQL points to, as pg_isready wants to hear it. Passwords are left behind.

export interface Address {
  /** A name, an address, the folder of a socket, or several of these with commas. */
  readonly host?: string;
  readonly port?: string;
}

/**
 * "postgres://me:secret@host:5432/db", also with a driver ("postgresql+asyncpg:"), several hosts, "[::1]", a socket in
 * "?host=/run/postgresql" or "%2Frun"; and "host=… port=…". null: it is of another database, or not understood.
 */
export function addressOf(text: string): Address | null {
  const url = /^(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?:\/\/([^/?#]*)[^?#]*(?:\?([^#]*))?/.exec(text.trim());
  if (url === null) return /^(?:\w+=\S*\s+)*(?:host|port|dbname)=/.test(text.trim()) ? fromWords(text) : null;
  const [, authority = '', query = ''] = url;
  const parts = authority.slice(authority.lastIndexOf('@') + 1).split(',');
  const found = parts.map((part) => /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(part));
  const said = new URLSearchParams(query);
  return made(
    said.get('host') ?? joined(found.map((part) => decoded((part?.[1] ?? '').replace(/^\[(.*)\]$/, '$1')))),
    said.get('port') ?? joined(found.map((part) => part?.[2] ?? '')),
  );
}

function fromWords(text: string): Address {
  const word = (name: string): string =>
    new RegExp(String.raw`(?:^|\s)${name}\s*=\s*'?([^\s']*)`).exec(text)?.[1] ?? '';
  return made(word('host'), word('port'));
}

/** Which port of this machine leads to 5432 in a container: "5433:5432", "127.0.0.1:5433:5432", `published: 5433`. */
export function publishedPort(compose: string): string | null {
  const short = /^\s*-\s*["']?(?:[\d.]+:)?(\d+):5432(?:\/tcp)?["']?\s*(?:#.*)?$/m.exec(compose)?.[1];
  const long = /target:\s*5432\s+published:\s*["']?(\d+)|published:\s*["']?(\d+)["']?\s+target:\s*5432/.exec(compose);
  return short ?? long?.[1] ?? long?.[2] ?? null;
}

const made = (host: string, port: string): Address => ({
  ...(host === '' ? {} : { host }),
  ...(port === '' ? {} : { port }),
});

/** As the library reads lists: none at all, or one for each. */
const joined = (parts: readonly string[]): string => (parts.every((part) => part === '') ? '' : parts.join(','));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
