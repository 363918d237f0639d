// The four sources of context: the memory rows, what the editor and its rules say, anchored documents, and a bundle to paste.
import type { MemoryPassage, MemoryRequest, MemorySystem } from '../model/memory';
import { estimateTokens, shortened, showable } from './clean';
import type {
  AnchoredPassage,
  DocumentIndex,
  EditorContext,
  External,
  GitFacts,
  MemoryStore,
  TextFiles,
} from './ports';
import { readQuery } from './query';
import { fromMemory, recall } from './recall';
import { fittingRules } from './rules';

export interface SystemPorts {
  readonly store: MemoryStore;
  readonly index: DocumentIndex;
  /** Brings the index up to date. */
  readonly refresh: (signal: AbortSignal) => Promise<unknown>;
  readonly rules: TextFiles;
  readonly editor: () => EditorContext | null;
  readonly git: () => Promise<GitFacts | null>;
  readonly external: () => External | null;
  readonly handover: () => string;
  readonly redact: (text: string) => string;
}

/** A system's answer: passages, best first. Throws with a message for people. */
export type AskSystem = (request: MemoryRequest, signal: AbortSignal) => Promise<readonly MemoryPassage[]>;

export const HANDOVER = 'Hand-over';
const PASSAGES = 20;
const LONGEST = 1200;
/** Of a bundle's handover. */
const LONGEST_BUNDLE = 8000;

export function createSystems(ports: SystemPorts): Readonly<Record<MemorySystem, AskSystem>> {
  const passage = (
    system: MemorySystem,
    title: string,
    text: string,
    citation: string,
    longest = LONGEST,
  ): MemoryPassage => {
    const clean = shortened(ports.redact(showable(text)).trim(), longest);
    return { system, title: showable(title), text: clean, citation: showable(citation), tokens: estimateTokens(clean) };
  };

  return {
    ltst: async ({ query }) => {
      const hits = ports.store.search(query, { limit: PASSAGES }).map(({ row }) => fromMemory(row));
      // A query that fits nothing still gets what was decided last.
      const rows =
        hits.length > 0
          ? hits
          : ports.store.latest({ kinds: ['decision', 'lesson', 'fact'], limit: 5 }).map(fromMemory);
      return rows.map((row) => passage('ltst', `${row.kind}: ${row.title}`, row.text, row.citation));
    },

    cursor: async ({ query }, signal) => {
      const editor = ports.editor();
      const git = await ports.git();
      const touched = [...(editor?.open ?? []), ...(git?.dirty ?? [])];
      const rules = await fittingRules(ports.rules, touched, query, signal);
      return [
        ...(editor?.active != null && editor.active.selection !== ''
          ? [
              passage(
                'cursor',
                'Selected in the editor',
                editor.active.selection,
                `${editor.active.path}:${editor.active.line}`,
              ),
            ]
          : []),
        ...(editor !== null && editor.open.length > 0
          ? [passage('cursor', 'Open in the editor', editor.open.join('\n'), 'editor')]
          : []),
        ...(editor !== null && editor.problems.length > 0
          ? [passage('cursor', 'Problems the editor shows', editor.problems.slice(0, 20).join('\n'), 'editor')]
          : []),
        ...rules.map((rule) => passage('cursor', `Rules: ${rule.path}`, rule.text, `${rule.path}:1`, 2400)),
        ...(git === null ? [] : [passage('cursor', 'State of the work tree', gitText(git), 'git')]),
      ];
    },

    go_cli: async (request, signal) => {
      const external = ports.external();
      if (external !== null) {
        if (!external.allowed()) throw new Error(`not approved here (soloflow approve --config): ${external.command}`);
        const asked = { query: request.query, role: request.role };
        const ran = await external.run(asked, signal);
        if (!ran.ok) throw new Error(ran.error);
        return ran.out.trim() === '' ? [] : [passage('go_cli', external.command, ran.out, 'external command', 8000)];
      }
      await ports.refresh(signal);
      return chooseAnchors(ports.index.anchors(), request).map((each) =>
        passage('go_cli', each.key, each.text, `${each.path}:${each.line}`),
      );
    },

    prime: async (request, signal) => {
      await ports.refresh(signal);
      const found = recall(ports.store, ports.index, request.query, 8);
      return [
        passage('prime', HANDOVER, ports.handover(), 'record', LONGEST_BUNDLE),
        ...found.map((each) => passage('prime', each.title, each.text, each.citation)),
      ];
    },
  };
}

const gitText = (git: GitFacts): string =>
  [
    git.branch === null ? 'No branch.' : `Branch: ${git.branch}`,
    git.head === null ? 'No commit yet.' : `Last commit: ${git.head.slice(0, 12)} ${git.subject ?? ''}`,
    git.dirty.length === 0 ? 'Nothing changed.' : `Changed: ${git.dirty.slice(0, 30).join(', ')}`,
    ...(git.dirty.length > 30 ? [`and ${git.dirty.length - 30} more`] : []),
  ].join('\n');

const STABLE = ['tldr', 'quick-start', 'quick-links', 'commands'];
const MOST_ANCHORS = 30;

/** Stable anchors first, then those pinned for the role, then by what the query names; each by priority, 30 at most. */
export function chooseAnchors(
  anchors: readonly AnchoredPassage[],
  request: Pick<MemoryRequest, 'query' | 'role'>,
): readonly AnchoredPassage[] {
  const terms = readQuery(request.query).terms;
  const named = (anchor: AnchoredPassage): number => {
    const text = `${anchor.key} ${anchor.path}`.toLowerCase();
    return terms.filter((term) => text.includes(term)).length;
  };
  const rank = (anchor: AnchoredPassage): number => {
    const stable = STABLE.indexOf(anchor.key);
    if (stable >= 0) return stable;
    if (anchor.pins.includes(request.role)) return STABLE.length;
    return STABLE.length + 1;
  };
  return anchors
    .filter((anchor) => anchor.text !== '' && (rank(anchor) <= STABLE.length || named(anchor) > 0))
    .map((anchor) => ({ anchor, rank: rank(anchor), named: named(anchor) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        a.anchor.priority - b.anchor.priority ||
        b.named - a.named ||
        a.anchor.path.localeCompare(b.anchor.path) ||
        a.anchor.line - b.anchor.line,
    )
    .slice(0, MOST_ANCHORS)
    .map(({ anchor }) => anchor);
}
