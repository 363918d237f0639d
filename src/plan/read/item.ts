// Makes items: every reader gives what it found, the rest gets its neutral value, keys come out unique.
import type { Item, ItemKind } from '../../model/plan';
import type { Span } from '../../model/text';
import { normalId, normalTitleOnce } from '../graph/ids';

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
  #headings: readonly string[] | null = null;
  #prefix = '';

  /** `normal`: the normalised id, null without one. */
  make(path: string, normal: string | null, title: string, headings: readonly string[]): string {
    const name =
      normal === null ? this.#above(headings) + normalTitleOnce(title) : `${normal}:${normalTitleOnce(title)}`;
    const base = `${path}#${name}`;
    const count = (this.#seen.get(base) ?? 0) + 1;
    this.#seen.set(base, count);
    return count === 1 ? base : `${base}~${count}`;
  }

  /** Normalised headings, made once for the items that share the array. */
  #above(headings: readonly string[]): string {
    if (this.#headings !== headings) {
      this.#headings = headings;
      this.#prefix = headings.map((heading) => `${normalTitleOnce(heading)}/`).join('');
    }
    return this.#prefix;
  }
}

const NONE: readonly never[] = Object.freeze([]);
const NO_DATES: Item['dates'] = Object.freeze({});

/**
 * A whole item from what a reader found. Written out field by field: every item gets the same shape, which is several
 * times faster and smaller than spreading, and a plan has thousands of them.
 */
export function makeItem(keys: KeyMaker, draft: ItemDraft): Item {
  const { path, title, kind, line, headings = NONE } = draft;
  const id = draft.id ?? null;
  const normal = id === null ? null : normalId(id);
  const status = draft.status ?? 'open';
  const statusText = draft.statusText ?? null;
  return {
    key: keys.make(path, normal, title, headings),
    path,
    id,
    normalId: normal,
    title,
    kind,
    status,
    statusText,
    statusSite: draft.statusSite ?? null,
    line,
    span: draft.span,
    titleSpan: draft.titleSpan,
    occurrences: draft.occurrences ?? [{ line, form: kind, status, statusText, title }],
    parent: draft.parent ?? null,
    priority: draft.priority ?? null,
    moscow: draft.moscow ?? null,
    points: draft.points ?? null,
    score: draft.score ?? null,
    scoreParts: draft.scoreParts ?? null,
    estimate: draft.estimate ?? null,
    dependencies: some(draft.dependencies),
    dependencySite: draft.dependencySite ?? null,
    autoAdvance: draft.autoAdvance ?? null,
    pauseAfter: draft.pauseAfter ?? null,
    smartPause: draft.smartPause ?? null,
    readyPrompt: draft.readyPrompt ?? null,
    timeLimit: draft.timeLimit ?? null,
    commands: some(draft.commands),
    criteria: some(draft.criteria),
    gates: some(draft.gates),
    tests: some(draft.tests),
    description: draft.description ?? null,
    doNext: draft.doNext ?? null,
    owner: draft.owner ?? null,
    humanRequired: draft.humanRequired ?? false,
    type: draft.type ?? null,
    prd: draft.prd ?? null,
    dates: draft.dates ?? NO_DATES,
    progress: draft.progress ?? null,
    parallel: draft.parallel ?? false,
    optional: draft.optional ?? false,
    labels: some(draft.labels),
  };
}

/** Empty lists are one and the same. */
function some<T>(list: readonly T[] | undefined): readonly T[] {
  return list === undefined || list.length === 0 ? NONE : list;
}
