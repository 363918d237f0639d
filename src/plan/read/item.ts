// Makes items: every reader gives what it found, the rest gets its neutral value, keys come out unique.
import type { Item, ItemKind } from '../../model/plan';
import type { Span } from '../../model/text';
import { normalId, normalTitle } from '../graph/ids';

export type ItemDraft = Partial<Omit<Item, 'key' | 'normalId'>> & {
  readonly path: string;
  readonly title: string;
  readonly kind: ItemKind;
  readonly line: number;
  readonly span: Span;
  readonly titleSpan: Span;
  /** Headings above, outermost first: makes the key of an item without id. */
  readonly headings?: readonly string[];
};

/** Hands out keys of one document; the second item of the same identity gets "~2". */
export class KeyMaker {
  readonly #seen = new Map<string, number>();

  make(path: string, id: string | null, title: string, headings: readonly string[]): string {
    const name =
      id === null ? [...headings, title].map(normalTitle).join('/') : `${normalId(id)}:${normalTitle(title)}`;
    const base = `${path}#${name}`;
    const count = (this.#seen.get(base) ?? 0) + 1;
    this.#seen.set(base, count);
    return count === 1 ? base : `${base}~${count}`;
  }
}

/** A whole item from what a reader found. */
export function makeItem(keys: KeyMaker, draft: ItemDraft): Item {
  const { headings = [], ...found } = draft;
  const id = found.id ?? null;
  const status = found.status ?? 'open';
  const statusText = found.statusText ?? null;
  return {
    statusSite: null,
    parent: null,
    priority: null,
    moscow: null,
    points: null,
    score: null,
    scoreParts: null,
    estimate: null,
    dependencies: [],
    dependencySite: null,
    autoAdvance: null,
    pauseAfter: null,
    smartPause: null,
    readyPrompt: null,
    commands: [],
    criteria: [],
    gates: [],
    tests: [],
    description: null,
    owner: null,
    humanRequired: false,
    type: null,
    prd: null,
    dates: {},
    progress: null,
    parallel: false,
    optional: false,
    labels: [],
    ...found,
    id,
    normalId: id === null ? null : normalId(id),
    status,
    statusText,
    occurrences: found.occurrences ?? [{ line: found.line, form: found.kind, status, statusText, title: found.title }],
    key: keys.make(found.path, id, found.title, headings),
  };
}
