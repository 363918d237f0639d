// Links of a document that moves to another folder: they go on pointing where they pointed.

const LINK = /(\]\()([^)\s]+)(\))/g;

/** Targets relative to `from` become relative to `to`. `moved`: other documents that move, old path → new path. */
export function relink(text: string, from: string, to: string, moved: ReadonlyMap<string, string>): string {
  const [fromFolder, toFolder] = [folderOf(from), folderOf(to)];
  return text.replace(LINK, (whole, open: string, target: string, close: string) => {
    if (/^(?:[a-z][a-z\d+.-]*:|#|\/)/i.test(target)) return whole;
    const [path = '', ...rest] = target.split(/(?=[#?])/);
    const meant = joined(fromFolder, path);
    if (meant === null) return whole;
    const now = moved.get(meant) ?? meant;
    return `${open}${relative(toFolder, now)}${rest.join('')}${close}`;
  });
}

const folderOf = (path: string): readonly string[] => path.split('/').slice(0, -1);

/** null: outside the workspace. */
function joined(folder: readonly string[], path: string): string | null {
  const parts = [...folder];
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function relative(folder: readonly string[], path: string): string {
  const parts = path.split('/');
  let same = 0;
  while (same < folder.length && same < parts.length - 1 && folder[same] === parts[same]) same += 1;
  return [...folder.slice(same).map(() => '..'), ...parts.slice(same)].join('/');
}
