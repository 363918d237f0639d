// Where a status stands or can be put in, and which words say each status there in the style of the document.
import type { PlanStatus, StatusSite } from '../../model/plan';
import type { Span } from '../../model/text';
import { BOX_WORDS, boxStatus, classifyStatus, leadingGlyph, statusSuffix, StatusStyle } from './status-words';

/** Kinds of places; each has its own spellings. */
export type SiteForm = 'cell' | 'queue' | 'field' | 'field-box' | 'suffix' | 'glyph' | 'box';

/** A place with what it says now. `text` null: nothing is written, the span is empty. */
export interface SiteFound {
  readonly form: SiteForm;
  readonly span: Span;
  readonly text: string | null;
  /** null: unknown words. */
  readonly status: PlanStatus | null;
  /** Another status stands right before it: taking this one away would bring that one forward. */
  readonly stacked?: boolean;
}

type Words = Readonly<Record<PlanStatus, string>>;
const DEFAULTS: Readonly<Record<SiteForm, Words>> = {
  cell: { open: 'todo', 'in-progress': '🔄 in_progress', blocked: 'blocked', done: '✅ done', cancelled: 'cancelled' },
  queue: { open: 'todo', 'in-progress': 'in-progress', blocked: 'blocked', done: 'done', cancelled: 'cancelled' },
  field: {
    open: 'Not Started',
    'in-progress': 'In Progress',
    blocked: 'Blocked',
    done: 'Completed',
    cancelled: 'Cancelled',
  },
  'field-box': { open: '[ ]', 'in-progress': '[~]', blocked: '[!]', done: '[x]', cancelled: '[-]' },
  suffix: {
    open: '',
    'in-progress': '🔄 **IN PROGRESS**',
    blocked: '🔒 **BLOCKED**',
    done: '✅ **COMPLETED**',
    cancelled: '🚫 **CANCELLED**',
  },
  glyph: { open: '⏳', 'in-progress': '🔄', blocked: '🔒', done: '✅', cancelled: '🚫' },
  box: BOX_WORDS,
};

/** Collects the places of one document and hands out their words once all spellings are known. */
export class SiteBook {
  readonly #styles = new Map<SiteForm, StatusStyle>();
  readonly #words = new Map<SiteForm, Words>();

  see(site: SiteFound): void {
    if (site.text === null) return;
    const style = this.#styles.get(site.form) ?? new StatusStyle();
    if (site.form === 'box') style.see(site.status, site.text, boxStatus);
    else style.see(site.status, site.text, classifyStatus);
    this.#styles.set(site.form, style);
  }

  /** Call after every place was seen. */
  site(found: SiteFound): StatusSite {
    const words = this.#wordsOf(found.form);
    if (found.form !== 'suffix') return { span: found.span, words };
    const spaced = (word: string): string => (word === '' ? '' : ` ${word}`);
    return {
      span: found.span,
      words: {
        open: found.stacked === true ? ' ⏳ **PENDING**' : '',
        'in-progress': spaced(words['in-progress']),
        blocked: spaced(words.blocked),
        done: spaced(words.done),
        cancelled: spaced(words.cancelled),
      },
    };
  }

  #wordsOf(form: SiteForm): Words {
    const known = this.#words.get(form);
    if (known !== undefined) return known;
    const words = this.#styles.get(form)?.words(DEFAULTS[form]) ?? DEFAULTS[form];
    this.#words.set(form, words);
    return words;
  }
}

/** Place and meaning of a Status field's value. */
export function fieldSite(value: { readonly text: string; readonly span: Span }): SiteFound {
  const form = value.text.startsWith('[') ? 'field-box' : 'field';
  return { form, span: value.span, text: value.text, status: classifyStatus(value.text) };
}

/** Place and meaning of a box's inside. */
export function boxSite(text: string, span: Span): SiteFound {
  const inside = text.slice(span.start, span.end);
  return { form: 'box', span, text: inside, status: boxStatus(inside) };
}

/** The suffix of a heading or bullet; where there is none, the place at its end. */
export function suffixSite(text: string, title: Span): SiteFound {
  const suffix = statusSuffix(text, title);
  if (suffix === null) return { form: 'suffix', span: { start: title.end, end: title.end }, text: null, status: null };
  const stacked = statusSuffix(text, { start: title.start, end: suffix.span.start }) !== null;
  return { form: 'suffix', span: suffix.span, text: suffix.text, status: suffix.status, stacked };
}

/** A status glyph at the start of a heading. */
export function glyphSite(text: string, at: number): SiteFound | null {
  const glyph = leadingGlyph(text.slice(at, at + 8));
  if (glyph === null) return null;
  return { form: 'glyph', span: { start: at, end: at + glyph.text.length }, text: glyph.text, status: glyph.status };
}
