// The value an action answers with, as a markdown page: headings for parts, tables for lists of like things. Pure.
import { plain } from './node-tooltip';

type Values = Readonly<Record<string, unknown>>;

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `completedAt` → "Completed at". */
export const fieldWords = (name: string): string => {
  const words = name.replace(/([a-z0-9])([A-Z])|(?<=[A-Z])([A-Z][a-z])/g, '$1 $2$3').replace(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
};

const isTime = (name: string, value: unknown): value is number =>
  typeof value === 'number' && (name === 'at' || name.endsWith('At')) && value > 1e11;

function cell(name: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (Array.isArray(value) && value.length === 0) return 'none';
  if (isTime(name, value)) return new Date(value).toISOString().replace('T', ' ').slice(0, 19);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return plain(value).replace(/\s*\n\s*/g, ' ');
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return plain(value.join(', ')) || '–';
  if (isValues(value) && isFlat(value))
    return Object.entries(value)
      .map(([each, part]) => `${fieldWords(each).toLowerCase()} ${cell(each, part)}`)
      .join(', ');
  const names = Array.isArray(value) ? value.map(nameOf) : [];
  if (names.length > 0 && names.every((name) => name !== null)) return names.join('<br>');
  return plain(JSON.stringify(value));
}

/** Few figures or words, which fit into one cell. */
const isFlat = (value: Values): boolean =>
  Object.keys(value).length <= 6 && Object.values(value).every((each) => typeof each !== 'object' || each === null);

/** A thing inside a cell by its id and title, as a link where it has a place; null: it has no title. */
function nameOf(value: unknown): string | null {
  if (!isValues(value) || typeof value['title'] !== 'string') return null;
  const { id, title, path, line } = value;
  const name = typeof id === 'string' && !title.startsWith(id) ? `${id} ${title}` : title;
  const words = plain(name).replace(/\s*\n\s*/g, ' ');
  return typeof path === 'string' && typeof line === 'number' ? `[${words}](${placeTarget(path, line)})` : words;
}

const placeTarget = (path: string, line: number): string =>
  `/${encodeURI(path).replace(/[()#?]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}#L${line}`;

/** A place as a link. The preview takes a leading slash as the first folder of the window; elsewhere only the words count. */
export const placeLink = (path: string, line: number): string =>
  `[${plain(`${path}:${line}`)}](${placeTarget(path, line)})`;

/** One page for any value. Keys that identify things internally are left out of tables. */
export function valuePage(title: string, value: unknown): string {
  return `# ${plain(title)}\n\n${part(value, 2)}\n`;
}

function part(value: unknown, level: number): string {
  if (Array.isArray(value)) return listPart(value, level);
  if (!isValues(value)) return cell('', value);
  const entries = Object.entries(value);
  if (entries.length === 0) return 'None.';
  // An answer that is one list is that list.
  const only = entries.length === 1 ? entries[0]?.[1] : undefined;
  if (Array.isArray(only)) return listPart(only, level);
  const flat = entries.filter(([, each]) => !nested(each));
  const deep = entries.filter(([, each]) => nested(each));
  return [
    flat.map(([name, each]) => `- ${fieldWords(name)}: ${cell(name, each)}`).join('\n'),
    ...deep.map(([name, each]) => `${'#'.repeat(Math.min(level, 6))} ${fieldWords(name)}\n\n${part(each, level + 1)}`),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

const nested = (value: unknown): boolean =>
  isValues(value) || (Array.isArray(value) && value.some((each) => typeof each === 'object'));

function listPart(values: readonly unknown[], level: number): string {
  if (values.length === 0) return 'None.';
  if (!values.every(isValues)) return values.map((each) => `- ${cell('', each)}`).join('\n');
  const placed = values.every((each) => typeof each['path'] === 'string' && typeof each['line'] === 'number');
  const hidden = new Set(placed ? ['key', 'path', 'line'] : ['key']);
  // A column in which nothing stands says nothing.
  const isSaid = (name: string): boolean => values.some((each) => each[name] !== null && each[name] !== undefined);
  const names = [...new Set(values.flatMap((each) => Object.keys(each)))].filter(
    (name) => !hidden.has(name) && isSaid(name),
  );
  const isTable =
    names.length <= 8 &&
    values.every((each) => Object.values(each).every((value) => !isValues(value) || isFlat(value)));
  if (!isTable)
    return values
      .map((each, index) => `${'#'.repeat(Math.min(level, 6))} ${index + 1}\n\n${part(each, level + 1)}`)
      .join('\n\n');
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row([...names.map(fieldWords), ...(placed ? ['Where'] : [])]),
    row([...names, ...(placed ? ['Where'] : [])].map(() => '---')),
    ...values.map((each) =>
      row([
        ...names.map((name) => cell(name, each[name])),
        ...(placed ? [placeLink(String(each['path']), Number(each['line']))] : []),
      ]),
    ),
  ].join('\n');
}
