// Task Master's tasks.json: properties and array entries added or taken out at their offsets, never written out anew.
import { findNodeAtOffset, type Node, parseTree } from 'jsonc-parser';
import type { Dependency, Item } from '../../model/plan';
import { ok } from '../../model/result';
import type { TextEdit } from '../../model/text';
import { type Edits, notWritable } from './edits';
import { lineEnd, startOfLine } from './text-edits';

/** The object of an item: the smallest object around its title. */
export function objectOf(text: string, item: Item): Node | null {
  const root = parseTree(text);
  if (root === undefined) return null;
  let node: Node | undefined = findNodeAtOffset(root, item.titleSpan.start, true);
  while (node !== undefined && node.type !== 'object') node = node.parent;
  return node ?? null;
}

export function propertyOf(object: Node, name: string): Node | null {
  const found = object.children?.find((each) => each.children?.[0]?.value === name);
  return found?.children?.[1] ?? null;
}

/** Adds a string property behind the last one of the item's object, in its indentation. */
export function jsonProperty(text: string, item: Item, name: string, value: string): Edits {
  const object = objectOf(text, item);
  if (object === null) return notWritable(item, name);
  const there = propertyOf(object, name);
  if (there !== null)
    return ok([{ span: { start: there.offset, end: there.offset + there.length }, text: JSON.stringify(value) }]);
  const last = object.children?.at(-1);
  if (last === undefined) return notWritable(item, name);
  const end = last.offset + last.length;
  return ok([
    { span: { start: end, end }, text: `,${breakBefore(text, last)}${JSON.stringify(name)}: ${JSON.stringify(value)}` },
  ]);
}

/** Line end and indentation in front of a node, if it stands first on its line; else a space. */
export function breakBefore(text: string, node: Node): string {
  const start = startOfLine(text, node.offset);
  const lead = text.slice(start, node.offset);
  return lead.trim() === '' && start > 0 ? lineEnd(text) + lead : ' ';
}

/** Adds a dependency the way the array's other entries are written: numbers as numbers, strings as strings. */
export function addJsonEntry(text: string, item: Item, name: string): Edits {
  const object = objectOf(text, item);
  if (object === null) return notWritable(item, 'dependency');
  const bare = name.replace(/^(?:task[\s-]*|T-|#)/i, '');
  if (!/^\d+(?:\.\d+)?$/.test(bare)) return notWritable(item, `dependency ${name}`);
  const list = propertyOf(object, 'dependencies');
  if (list === null) {
    const last = object.children?.at(-1);
    if (last === undefined) return notWritable(item, 'dependency');
    const end = last.offset + last.length;
    return ok([
      { span: { start: end, end }, text: `,${breakBefore(text, last)}"dependencies": [${entry(bare, object)}]` },
    ]);
  }
  const last = list.children?.at(-1);
  if (list.type !== 'array') return notWritable(item, 'dependency');
  const value = entry(bare, last ?? object);
  if (last === undefined)
    return ok([{ span: { start: list.offset, end: list.offset + list.length }, text: `[${value}]` }]);
  const end = last.offset + last.length;
  return ok([{ span: { start: end, end }, text: `,${breakBefore(text, last)}${value}` }]);
}

function entry(id: string, like: Node): string {
  const strings = like.type === 'string' || (like.type === 'object' && propertyOf(like, 'id')?.type === 'string');
  return id.includes('.') || strings ? JSON.stringify(id) : id;
}

export function removeJsonEntry(text: string, item: Item, found: Dependency): Edits {
  const object = objectOf(text, item);
  const list = object === null ? null : propertyOf(object, 'dependencies');
  const entries = list?.children ?? [];
  const at = entries.findIndex(
    (each) => each.offset <= found.span.start && found.span.end <= each.offset + each.length,
  );
  const node = entries[at];
  if (list === null || node === undefined) return notWritable(item, `dependency ${found.text}`);
  const before = entries[at - 1];
  const after = entries[at + 1];
  const edit: TextEdit =
    after !== undefined
      ? { span: { start: node.offset, end: after.offset }, text: '' }
      : before !== undefined
        ? { span: { start: before.offset + before.length, end: node.offset + node.length }, text: '' }
        : { span: { start: list.offset, end: list.offset + list.length }, text: '[]' };
  return ok([edit]);
}
