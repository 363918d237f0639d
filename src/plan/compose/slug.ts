// File names from titles.

/** Lower case words joined by hyphens, at most 60 characters; empty where the title has no letters or digits. */
export function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  if (words.length <= 60) return words;
  const cut = words.slice(0, 60);
  return cut.slice(0, Math.max(cut.lastIndexOf('-'), 20));
}
