// Finds the item a person means: by key, by place, by id, by title. Never picks one of several.
import type { Failure } from '../model/failure';
import type { Item } from '../model/plan';
import { err, ok, type Result } from '../model/result';
import type { GraphState } from './graph/graph';
import { normalId, normalTitle } from './graph/ids';
import { nearest } from './graph/nearest';
import { looseId } from './graph/node';

const MOST = 10;

export function findItem(state: GraphState, asked: string): Result<Item, Failure> {
  const text = asked.trim();
  const exact = state.items.get(text);
  if (exact !== undefined) return ok(exact);
  const all = [...state.items.values()];
  const placed = atPlace(all, text);
  if (placed.length > 0) return one(asked, placed);
  const id = normalId(text);
  const loose = looseId(id);
  const sameId = all.filter((item) => item.normalId === id);
  if (sameId.length > 0) return one(asked, sameId);
  const looselySame = all.filter((item) => item.normalId !== null && looseId(item.normalId) === loose);
  if (looselySame.length > 0) return one(asked, looselySame);
  const title = normalTitle(text);
  const sameTitle = title === '' ? [] : all.filter((item) => saysTitle(item, title));
  if (sameTitle.length > 0) return one(asked, sameTitle);
  return err({ kind: 'unknown-item', asked, nearest: suggestions(all, text, id, title) });
}

/** "B-12", "Fix the door", or both: "B-12 Fix the door". */
function saysTitle(item: Item, title: string): boolean {
  const own = normalTitle(item.title);
  return own === title || (item.id !== null && `${normalTitle(item.id)} ${own}` === title);
}

/** "docs/tasks.md:12" and "docs/tasks.md#T-1". */
function atPlace(items: readonly Item[], text: string): readonly Item[] {
  const [, path, line] = /^(.+?):(\d+)$/.exec(text) ?? [];
  if (path !== undefined && line !== undefined) {
    const here = items.filter((item) => item.path === path);
    return here.filter((item) => item.occurrences.some((place) => place.line === Number(line)));
  }
  const hash = text.indexOf('#');
  if (hash <= 0) return [];
  const id = normalId(text.slice(hash + 1));
  return items.filter((item) => item.path === text.slice(0, hash) && item.normalId === id);
}

function one(asked: string, found: readonly Item[]): Result<Item, Failure> {
  const [first] = found;
  if (first !== undefined && found.length === 1) return ok(first);
  // The backlog's own entry is what its id means; documents about it carry the id only in passing.
  const entries = found.filter((item) => item.kind === 'backlog-item');
  if (entries[0] !== undefined && entries.length === 1) return ok(entries[0]);
  return err({ kind: 'ambiguous-item', asked, candidates: found.slice(0, MOST).map((item) => item.key) });
}

function suggestions(items: readonly Item[], asked: string, id: string, title: string): readonly string[] {
  const ids = new Map(items.flatMap((item) => (item.normalId === null ? [] : [[item.normalId, item.id ?? '']])));
  const byId = nearest(id, ids.keys()).map((near) => ids.get(near) ?? near);
  if (byId.length > 0) return byId;
  // A slip among the digits ("B-0O1") is near to the id as it is written, not to its plain form.
  const written = new Map(items.flatMap((item) => (item.id === null ? [] : [[item.id.toUpperCase(), item.id]])));
  const byWriting = nearest(asked.toUpperCase(), written.keys()).map((near) => written.get(near) ?? near);
  if (byWriting.length > 0 || title.length < 4) return byWriting;
  const titles = new Map(items.map((item) => [normalTitle(item.title), item.title]));
  const containing = [...titles.keys()].filter((each) => each.includes(title)).slice(0, 3);
  return (containing.length > 0 ? containing : nearest(title, titles.keys())).map((near) => titles.get(near) ?? near);
}
