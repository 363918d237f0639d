// Asks several systems at once and makes one answer of theirs: no passage twice, best first, within the budget.
import type {
  MemoryAnswer,
  MemoryPassage,
  MemoryRequest,
  MemoryRole,
  MemorySystem,
  SystemAnswer,
} from '../model/memory';
import { estimateTokens, shortened } from './clean';
import { fuse, overlap, wordSet } from './fuse';
import { HANDOVER, type AskSystem } from './systems';

export interface OrchestratorPorts {
  readonly systems: Readonly<Record<MemorySystem, AskSystem>>;
  readonly monotonic: () => number;
  /** How long one system may take. */
  readonly timeoutMs: number;
}

/** Passages that share this much of their words say the same. */
const SAME = 0.6;

/** How much a role weighs each system: who plans asks the record first, who writes code the rules. */
const WEIGHTS: Readonly<Record<MemoryRole, Readonly<Record<MemorySystem, number>>>> = {
  planner: { ltst: 1.2, cursor: 0.9, go_cli: 1.1, prime: 1 },
  implementer: { ltst: 1.2, cursor: 1.1, go_cli: 1, prime: 1 },
  coder: { ltst: 1.1, cursor: 1.2, go_cli: 1, prime: 1 },
  researcher: { ltst: 1, cursor: 0.8, go_cli: 1, prime: 1.2 },
};

export async function orchestrate(
  ports: OrchestratorPorts,
  request: MemoryRequest,
  signal: AbortSignal,
  progress: (step: string, fraction: number | null) => void,
): Promise<MemoryAnswer> {
  const wanted = [...new Set(request.systems)];
  let done = 0;
  const answers = await Promise.all(
    wanted.map(async (system) => {
      progress(system, done / wanted.length);
      const answer = await askOne(ports, system, request, signal);
      done += 1;
      progress(`${system}: ${answer.status}`, done / wanted.length);
      return answer;
    }),
  );
  const ranked = fuse(
    answers.map(({ source, output }) => ({ items: output, weight: WEIGHTS[request.role][source] })),
    ({ citation, title, text }) => (/:\d+$/.test(citation) ? citation : `${citation} ${title} ${text}`),
  ).map(({ item }) => item);
  const passages = withinBudget(withoutRepeats(handoverFirst(ranked, request.budget)), request.budget - FRAME);
  const kept = new Set(passages.map(({ source }) => keyOf(source)));
  return {
    query: request.query,
    role: request.role,
    budget: request.budget,
    tokens: passages.reduce((sum, { shown }) => sum + tokensOf(shown), FRAME),
    systems: answers.map((answer) => ({
      ...answer,
      output: answer.output.filter((passage) => kept.has(keyOf(passage))),
    })),
    passages: passages.map(({ shown }) => shown),
  };
}

async function askOne(
  ports: OrchestratorPorts,
  system: MemorySystem,
  request: MemoryRequest,
  signal: AbortSignal,
): Promise<SystemAnswer> {
  const began = ports.monotonic();
  const limit = ports.timeoutMs;
  const late = new AbortController();
  const answer = (
    status: SystemAnswer['status'],
    output: readonly MemoryPassage[],
    error: string | null,
  ): SystemAnswer => ({
    source: system,
    status,
    found: output.length,
    ms: Math.round(ports.monotonic() - began),
    output,
    error,
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = (): void => {};
  try {
    return await Promise.race([
      ports.systems[system](request, AbortSignal.any([signal, late.signal])).then((output) =>
        answer(output.length === 0 ? 'empty' : 'ok', output, null),
      ),
      new Promise<SystemAnswer>((resolve) => {
        timer = setTimeout(() => resolve(answer('timeout', [], `no answer within ${limit / 1000} s`)), limit);
        stop = () => resolve(answer('error', [], 'cancelled'));
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
      }),
    ]);
  } catch (error) {
    return answer('error', [], error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    late.abort();
  }
}

/** A bundle to go on with begins with where the work stands, and leaves room for the rest. */
function handoverFirst(ranked: readonly MemoryPassage[], budget: number): readonly MemoryPassage[] {
  const handover = ranked.find(({ system, title }) => system === 'prime' && title === HANDOVER);
  if (handover === undefined) return ranked;
  const text = shortened(handover.text, Math.floor(budget / 3) * 4);
  const short = { ...handover, text, tokens: estimateTokens(text) };
  return [short, ...ranked.filter((passage) => passage !== handover)];
}

/** The first of those that say the same stays: it is the best placed. */
function withoutRepeats(passages: readonly MemoryPassage[]): readonly MemoryPassage[] {
  const kept: { readonly passage: MemoryPassage; readonly words: ReadonlySet<string> }[] = [];
  for (const passage of passages) {
    const words = wordSet(passage.text);
    const repeats = kept.some(
      (other) =>
        // Short ones share their few words with everything.
        Math.min(words.size, other.words.size) >= 8 &&
        Math.max(words.size, other.words.size) <= 4 * Math.min(words.size, other.words.size) &&
        overlap(words, other.words) >= SAME,
    );
    if (!repeats) kept.push({ passage, words });
  }
  return kept.map(({ passage }) => passage);
}

const keyOf = ({ system, title, citation }: MemoryPassage): string => JSON.stringify([system, title, citation]);

/** What stands around the passages: head line, who was asked, notice, systems that failed. */
const FRAME = 140;

/** What a passage takes in an answer: its text, title and citation, and the fence around it. */
const tokensOf = (passage: MemoryPassage): number =>
  estimateTokens(`${passage.title}\n${passage.citation}\n${passage.text}`) + 14;

/** Passages that fit; a long one is shortened when at least half of it fits, else the next smaller one is tried. */
function withinBudget(
  passages: readonly MemoryPassage[],
  budget: number,
): readonly { readonly source: MemoryPassage; readonly shown: MemoryPassage }[] {
  const kept: { readonly source: MemoryPassage; readonly shown: MemoryPassage }[] = [];
  let left = budget;
  for (const passage of passages) {
    const cost = tokensOf(passage);
    const shown = cost <= left ? passage : cut(passage, left, cost);
    if (shown === null) continue;
    kept.push({ source: passage, shown });
    left -= tokensOf(shown);
  }
  return kept;
}

function cut(passage: MemoryPassage, left: number, cost: number): MemoryPassage | null {
  const room = passage.text.length - (cost - left) * 4 - 8;
  if (room < passage.text.length / 2 || room < 200) return null;
  const text = `${passage.text.slice(0, room).trimEnd()}…`;
  return { ...passage, text, tokens: estimateTokens(text) };
}
