// The address of a page, made from its title.

/** Lower-case words joined by single hyphens: "Hello, World!" becomes "hello-world". */
export function pageName(title) {
  const words = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const joined = words.replace(/[^a-z0-9]/g, '-');
  return joined.replace(/^-+|-+$/g, '');
}
