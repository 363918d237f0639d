// The rules by which a task gets its fields: type by its words, priority, MoSCoW, and whether a person looks after it.

export type TaskType = 'deployment' | 'database' | 'documentation' | 'testing' | 'research' | 'development';

const TYPES: readonly (readonly [RegExp, TaskType])[] = [
  [
    /(?<!post[- ])\b(?:deploy\w*|roll[- ]?out|publish|release to|go[- ]live|production (?:switch|cut))\b/i,
    'deployment',
  ],
  [
    /\b(?:(?<!\b(?:content|files?|docs?|documentation|documents?|pages?|code|templates?|imports?)[\s-])migrations?|(?<!\bjson[\s-])schema|alembic|backfill|sql|pgvector|postgres\w*|index(?:es)? on|database (?:changes?|updates?|upgrades?|tables?|setup))\b/i,
    'database',
  ],
  [/\b(?:document(?:ation|ing|s|ed)?|docs?|readme|guides?|changelog|write[- ]up|runbooks?)\b/i, 'documentation'],
  [/\b(?:tests?|testing|test suite|benchmarks?|validat\w+|verif\w+|qa|coverage)\b/i, 'testing'],
  [
    // An audit log is built, not researched.
    /\b(?:analysis|investigation|survey|evaluation|assessment|audit(?!\s+(?:log|trail))|spike|baseline)\b|\b(?:architecture|system|schema|api|ui|ux) design\b/i,
    'research',
  ],
];

/** What the first word settles. */
const BEGINNINGS: readonly (readonly [RegExp, TaskType])[] = [
  [/^\W*(?:tests?|testing|validate|verify|check|benchmark|measure)\b/i, 'testing'],
  [
    /^\W*(?:document|write (?:down|the docs)|update (?:the )?(?:docs|documentation|readme|guides?))\b/i,
    'documentation',
  ],
  [
    /^\W*(?:research|analy[sz]e|investigate|survey|evaluate|assess|audit|design|plan|identify|compare|review|outline)\b/i,
    'research',
  ],
];

/** What is made is words: "Enhance the deployment guide", "Create 01_start.md", "Write performance guidelines". */
const WORDS_MADE =
  /(?:\.(?:md|mdx|rst|adoc)|\b(?:guides?|guidelines?|documentation|docs|readme|runbooks?|manuals?|reports?|procedures|plans?|tutorials?|how[- ]tos?))\W*$/i;
const WRITES =
  /^\W*(?:create|write|update|enhance|extend|improve|add|consolidate|draft|revise|generate|refresh|implement)\b/i;
const PREPOSITION =
  /\s(?:for|of|with|to|in|from|using|based|across|on|at|during|between|against|by|as|that|through|into|before|after|via|without)\s/i;

/** By the first word that tells; a title that begins with doing ("Implement …") is development unless it deploys or migrates. */
export function taskType(whole: string): TaskType {
  // "Add log capture; document it": the first clause says what is done.
  const title = whole.split(/;\s/)[0] ?? whole;
  if (
    /^\W*(?:codify|describe|explain|record|capture|note)\b.*\b(?:in|to|into)\s+\S+\.(?:md|mdx|rst|adoc)\W*$/i.test(
      title,
    )
  )
    return 'documentation';
  // What is done stands before the first preposition: "Compare metrics before and after migration" compares.
  const head = title.split(PREPOSITION)[0] ?? title;
  if (WRITES.test(title) && WORDS_MADE.test(head)) return 'documentation';
  for (const [pattern, type] of BEGINNINGS) if (pattern.test(title)) return type;
  const doing = /^\W*(?:implement|build|add|create|develop|refactor|extend|integrate|fix)\b/i.test(title);
  for (const [pattern, type] of TYPES) {
    if (!pattern.test(type === 'documentation' || type === 'research' ? head : title)) continue;
    if (!doing || type === 'deployment') return type;
    // What is built is the end of the phrase: "Create test suite" tests, "Build guide search" builds.
    const object = head.replace(/^\W*\w+\s+/, '');
    if (
      type === 'database'
        ? /\b(?:migrations?|schema)\b/i.test(object)
        : type !== 'research' && new RegExp(`(?:${pattern.source})\\W*$`, 'i').test(object)
    )
      return type;
  }
  return doing && /^\W*extend\b.*\btable$/i.test(head) ? 'database' : 'development';
}

export type Priority = 'Critical' | 'High' | 'Medium' | 'Low';

/** The author's sign or word as one of four; null: neither. */
export function priorityOf(written: string | null): Priority | null {
  if (written === null) return null;
  if (/critical|highest|blocker|\bp0\b|must/i.test(written)) return 'Critical';
  if (/high|🔥|\bp1\b/iu.test(written)) return 'High';
  if (/medium|normal|⭐|📈|📊|⚡|\bp2\b|should/iu.test(written)) return 'Medium';
  if (/low|🔧|🧹|⚙|\bp3\b|could/iu.test(written)) return 'Low';
  return null;
}

export function moscowOf(written: string | null, priority: Priority): string {
  const word = /must|should|could|won/i.exec(written ?? '')?.[0]?.toLowerCase();
  const of =
    word ?? (priority === 'Critical' || priority === 'High' ? 'must' : priority === 'Medium' ? 'should' : 'could');
  switch (of) {
    case 'must':
      return '🔥 Must';
    case 'should':
      return '🎯 Should';
    case 'could':
      return '⚡ Could';
    default:
      return "⏸️ Won't";
  }
}

/** Goes on by itself, unless it is critical, deploys or changes a database: then a person looks after it. */
export function pausesAfter(priority: Priority, type: TaskType): boolean {
  return priority === 'Critical' || type === 'deployment' || type === 'database';
}

/** What is checked besides the acceptance criteria. With a test command known, code is checked by it. */
export function gatesOf(type: TaskType, testCommand: string | null): readonly string[] {
  switch (type) {
    case 'deployment':
      return ['The way back was tried before going on'];
    case 'database':
      return ['Tried on a copy, and taken back once'];
    case 'documentation':
      return ['Names, links and commands in the text are right'];
    case 'research':
      return ['The result is written down where the next task finds it'];
    case 'testing':
    case 'development':
      return testCommand === null ? ['Tests of the change pass'] : [`\`${testCommand}\` passes`];
  }
}

const STOP = new Set(
  'with from that this into onto their them then than have been will would should could must when where which while each every using used based being also more most other such only over under between within without about across through system systems implementation implement complete completed comprehensive ensure provide support existing added create'.split(
    ' ',
  ),
);

/** Stems of the words that carry a title's meaning. */
function keyWords(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? [];
  return new Set(words.filter((word) => !STOP.has(word)).map((word) => word.slice(0, 6)));
}

/** Share of the key words of `a` that `b` has too, 0..1. */
export function overlap(a: string, b: string): number {
  const [left, right] = [keyWords(a), keyWords(b)];
  if (left.size === 0) return 0;
  let both = 0;
  for (const word of left) if (right.has(word)) both += 1;
  return both / left.size;
}
