// How fast the plan is, as ratios and limits within one run. Not a test: it prints a table.
// Alone: node bench/run.mjs plan edit|next|write|memory|open|cold|list …
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { configSchema } from '../src/model/config';
import { createPlan } from '../src/plan/plan-index';
import type { DocumentStore, Plan } from '../src/plan/ports';
import { claimant } from '../src/plan/read/registry';
import { openStore } from '../src/store/open';
import { createDiskDocuments } from '../src/system/document-files';
import { planCache } from '../src/wire-plan-cache';
import { longestBlock, median, ms, printTable, timed, type Row } from './lib.mts';
import { backlog, headedTasks, longDocuments, taskList, workspace } from './plan-documents.mts';

const remark = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml']);
const config = () => configSchema.parse({});
const temporary: string[] = [];

class Texts implements DocumentStore {
  readonly texts: Map<string, string>;
  readonly #listeners = new Set<(paths: readonly string[]) => void>();
  constructor(texts: ReadonlyMap<string, string>) {
    this.texts = new Map(texts);
  }
  list = async () => [...this.texts.keys()];
  read = async (file: string) => this.texts.get(file) ?? null;
  write = () => Promise.reject(new Error('read only'));
  create = () => Promise.reject(new Error('read only'));
  put(file: string, text: string): void {
    this.texts.set(file, text);
    for (const listener of this.#listeners) listener([file]);
  }
  onDidChange(listener: (paths: readonly string[]) => void) {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }
}

const changed = (plan: Plan): Promise<void> =>
  new Promise((resolve) => {
    const listening = plan.onDidChange(() => {
      listening.dispose();
      resolve();
    });
  });

/** CPU time of the process, ms: on a busy machine the clock measures the neighbours. */
async function cpu(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** What one did: CPU and clock, ms. */
async function spentOn(work: () => unknown): Promise<{ readonly cpu: number; readonly clock: number }> {
  let used = 0;
  const clock = await timed(async () => {
    used = await cpu(work);
  });
  return { cpu: used, clock };
}

/** Edits and readings come several in a row, as in life; the middle one of a row stands for it. */
const IN_A_ROW = 5;

/** Does some of `a` and one `b` in turn. The ratio is of CPU times; the clock's stand beside them. */
async function pairedCpu(rounds: number, a: (round: number) => unknown, b: () => unknown) {
  const spent: { readonly a: number; readonly b: number }[] = [];
  const clock: { readonly a: number; readonly b: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const row: { readonly cpu: number; readonly clock: number }[] = [];
    for (let n = 0; n < IN_A_ROW; n += 1) row.push(await spentOn(() => a(round * IN_A_ROW + n)));
    const theirs = await spentOn(b);
    spent.push({ a: median(row.map((each) => each.cpu)), b: theirs.cpu });
    clock.push({ a: median(row.map((each) => each.clock)), b: theirs.clock });
  }
  return {
    ratio: median(spent.map((each) => each.a / each.b)),
    said: `CPU ${ms(median(spent.map((each) => each.a)))}, remark ${ms(median(spent.map((each) => each.b)))}`,
    clock: `clock ${ms(median(clock.map((each) => each.a)))}, ${ms(median(clock.map((each) => each.b)))}`,
  };
}

async function editBacklog(name: string, text: string): Promise<Row> {
  const documents = new Texts(new Map([['000_backlog.md', text]]));
  const plan = createPlan(documents, { config, debounceMs: 0 });
  await plan.open();
  const items = plan.snapshot().items.size;
  const at = text.indexOf('\n', Math.floor(text.length / 2));
  const edit = async (round: number): Promise<void> => {
    const seen = changed(plan);
    // Another word in the middle of a line in the middle of the document, as typing does.
    documents.put('000_backlog.md', `${text.slice(0, at)} edit ${round}${text.slice(at)}`);
    await seen;
  };
  // Both are compiled before they are timed.
  for (let round = -100; round < 0; round += 1) await edit(round);
  for (let round = 0; round < 3; round += 1) remark.parse(text);
  const { ratio, said, clock } = await pairedCpu(9, edit, () => remark.parse(text));
  plan.dispose();
  return {
    what: `one-line edit, ${name} of ${Math.round(text.length / 1000)} KB, ${items} items`,
    measured: `${said}: 1/${(1 / ratio).toFixed(1)} (${clock})`,
    target: '1/15',
    met: ratio <= 1 / 15,
  };
}

async function readList(): Promise<Row> {
  const source = { path: 'plan/tasks.md', text: taskList(5000) };
  const read = (text: string): number =>
    claimant({ ...source, text })?.read({ ...source, text }, { sideFiles: new Map() }).items.length ?? 0;
  if (read(source.text) < 5000) throw new Error('The list was not read.');
  // Another text each time, so that no cache of pieces helps.
  // Both are compiled before they are timed.
  for (let round = 0; round < 6; round += 1) read(taskList(5000, round));
  remark.parse(taskList(500));
  const { ratio, said, clock } = await pairedCpu(
    5,
    (round) => read(source.text.replaceAll('T', `R${round}T`)),
    () => remark.parse(source.text),
  );
  return {
    what: '5,000-task list',
    measured: `${said}: ${(1 / ratio).toFixed(0)} times (${clock})`,
    target: '20 times',
    met: ratio <= 1 / 20,
  };
}

interface Turn {
  readonly clock: number;
  readonly own: number;
}

/** Longest turn of the event loop while `work` ran: by the clock, and what the thread itself used of it. */
async function longestTurn(work: () => Promise<unknown>): Promise<Turn> {
  const used = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let [own, running, last] = [0, true, used()];
  const probe = (): void => {
    const now = used();
    own = Math.max(own, now - last);
    last = now;
    if (running) setImmediate(probe);
  };
  setImmediate(probe);
  const clock = await longestBlock(work);
  running = false;
  return { clock, own };
}

function folderOf(files: ReadonlyMap<string, string>): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'soloflow-bench-'));
  temporary.push(root);
  for (const [file, text] of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

interface Opening {
  readonly items: number;
  /** ms of plan.open(), by the clock and in CPU of all threads; of the first next(), and of looking at every item then. */
  readonly open: number;
  readonly cpu: number;
  readonly next: number;
  readonly all: number;
  /** The longest turn of the opening, and of what follows behind the answer (keeping, getting ready for changes). */
  readonly block: Turn;
  readonly behind: Turn;
}

/** Runs in a process of its own, as an editor's or a terminal's is: nothing is compiled or cached there yet. */
async function openOnce(root: string): Promise<void> {
  const store = openStore({ root, now: Date.now, log: { info() {}, warn() {}, error() {} }, appVersion: 'bench' });
  if (!store.ok) throw new Error(JSON.stringify(store.error));
  const parsed = config();
  const documents = createDiskDocuments({ root, config: () => parsed });
  const plan = createPlan(documents, { config: () => parsed, cache: planCache(store.value), idleMs: 50 });
  let [next, all, items] = [0, 0, 0];
  let spent = { cpu: 0, clock: 0 };
  const open = async (): Promise<void> => {
    spent = await spentOn(() => plan.open());
  };
  // Looking for long turns keeps the thread busy between them: it is done in openings that are not timed.
  const turns = process.argv.includes('--turns');
  const block = turns ? await longestTurn(open) : NO_TURN;
  if (!turns) await open();
  if (process.argv.includes('--ask')) {
    next = await timed(() => plan.next(1));
    all = await timed(() => {
      for (const item of plan.snapshot().items.values()) items += item.title === '' ? 0 : 1;
    });
  }
  const behind = await longestTurn(async () => {
    // Past the quiet after which it keeps what it knows and gets ready for changes.
    await new Promise((resolve) => setTimeout(resolve, 60));
    await plan.kept();
  });
  items = [...plan.snapshot().items.values()].length;
  plan.dispose();
  documents.dispose();
  store.value.close();
  console.log(JSON.stringify({ items, open: spent.clock, cpu: spent.cpu, next, all, block, behind } satisfies Opening));
}

const NO_TURN: Turn = { clock: 0, own: 0 };

/** Files written a moment ago are not believed from their stamps: those of a real workspace are older. */
const UNTIL_OLD_MS = 3500;

async function openWorkspace(): Promise<readonly Row[]> {
  const files = workspace(1000, 10_000_000);
  const root = folderOf(files);
  await new Promise((resolve) => setTimeout(resolve, UNTIL_OLD_MS));
  const open = (...args: readonly string[]): Opening => {
    const output = execFileSync(process.execPath, [process.argv[1] ?? '', '--open', root, ...args], {
      encoding: 'utf8',
    });
    return JSON.parse(output) as Opening;
  };
  const anew = (...args: readonly string[]): Opening => {
    rmSync(path.join(root, '.soloflow'), { recursive: true, force: true });
    return open(...args);
  };
  const firsts: Opening[] = [];
  const seconds: Opening[] = [];
  // In turn, so that a busy moment of the machine meets both.
  for (let round = 0; round < 3; round += 1) {
    firsts.push(anew());
    for (let n = 0; n < 3; n += 1) seconds.push(open());
  }
  const asked = [open('--ask'), open('--ask'), open('--ask')];
  const firstTurns = [anew('--turns'), anew('--turns')];
  const secondTurns = [open('--turns'), open('--turns')];
  const items = firsts[0]?.items ?? 0;
  for (const each of [...firsts, ...seconds, ...asked, ...firstTurns, ...secondTurns])
    if (each.items !== items) throw new Error(`${each.items} items, and ${items} the first time`);
  const longest = (all: readonly Opening[], of: 'block' | 'behind', by: keyof Turn): number =>
    Math.max(...all.map((each) => each[of][by]));
  const said = (all: readonly Opening[]): string =>
    `own ${ms(longest(all, 'block', 'own'))} (behind ${ms(longest(all, 'behind', 'own'))}), clock ${ms(longest(all, 'block', 'clock'))}`;
  const own = [firstTurns, secondTurns].flatMap((all) => [longest(all, 'block', 'own'), longest(all, 'behind', 'own')]);
  const both = (by: 'open' | 'cpu') => [firsts, seconds].map((all) => median(all.map((each) => each[by])));
  const [first = 0, second = 0] = both('cpu');
  const [firstClock = 0, secondClock = 0] = both('open');
  const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const then = (of: 'next' | 'all'): string => ms(median(asked.map((each) => each[of])));
  return [
    {
      what: `opening ${files.size} documents, ${(bytes / 1e6).toFixed(1)} MB, ${items} items: longest block`,
      measured: `${said(firstTurns)}; again ${said(secondTurns)}`,
      target: '50 ms',
      met: Math.max(...own) <= 50,
    },
    {
      what: 'opening it a second time, in a new process',
      measured: `CPU ${ms(first)}, then ${ms(second)}: ${(first / second).toFixed(1)} times (clock ${ms(firstClock)}, ${ms(secondClock)}: ${(firstClock / secondClock).toFixed(1)}); next after it ${then('next')}, every item ${then('all')}`,
      target: '20 times',
      met: first / second >= 20,
    },
  ];
}

/** Each in a process of its own, where nothing is compiled yet. */
async function readOneCold(file: string): Promise<void> {
  const text = longDocuments().get(file) ?? '';
  const plan = createPlan(new Texts(new Map([[file, text]])), { config });
  const turn = await longestTurn(() => plan.open());
  console.log(JSON.stringify({ turn, items: plan.snapshot().items.size, bytes: Buffer.byteLength(text) }));
  plan.dispose();
}

function readCold(): Row {
  const found = [...longDocuments().keys()].map((file) => {
    const runs = [0, 1, 2].map(() => {
      const output = execFileSync(process.execPath, [process.argv[1] ?? '', '--cold', file], { encoding: 'utf8' });
      return JSON.parse(output) as { turn: Turn; items: number; bytes: number };
    });
    const own = median(runs.map((run) => run.turn.own));
    const { items, bytes } = runs[0] ?? { items: 0, bytes: 0 };
    return { own, said: `${file} (${Math.round(bytes / 1000)} KB, ${items} items) ${ms(own)}` };
  });
  return {
    what: 'first reading of one long document: longest block',
    measured: found.map((each) => each.said).join('; '),
    target: '50 ms',
    met: found.every((each) => each.own <= 50),
  };
}

const tenThousand = (): ReadonlyMap<string, string> =>
  new Map([
    ...Array.from({ length: 50 }, (_, n) => [`list-${n}/tasks.md`, taskList(100, n)] as const),
    ...Array.from({ length: 50 }, (_, n) => [`Task-List-B-${n + 1}-Work.md`, headedTasks(100, n)] as const),
  ]);

async function nextTask(): Promise<Row> {
  const documents = new Texts(tenThousand());
  const plan = createPlan(documents, { config, debounceMs: 0 });
  await plan.open();
  const times: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const seen = changed(plan);
    documents.put('list-0/tasks.md', `${taskList(100, 0)}\n<!-- ${round} -->\n- [ ] T${200 + round}: Another\n`);
    await seen;
    // The first question after a change: nothing is remembered.
    times.push(await timed(() => plan.next(1)));
  }
  const tasks = [...plan.snapshot().items.values()].filter((item) => item.kind === 'task').length;
  const answer = plan.next(1)[0];
  plan.dispose();
  return {
    what: `next among ${tasks} tasks, after a change`,
    measured: `${ms(median(times))} (worst ${ms(Math.max(...times))}): ${answer?.item.id ?? 'nothing'}`,
    target: '5 ms',
    met: median(times) <= 5,
  };
}

async function writeStatus(text: string): Promise<Row> {
  const root = folderOf(new Map([['000_backlog.md', text]]));
  const documents = createDiskDocuments({ root, config });
  // When the file is on the disk, and when the plan shows it.
  let onDisk = 0;
  const watched: DocumentStore = {
    ...documents,
    async write(file, basis, edits) {
      const written = await documents.write(file, basis, edits);
      onDisk = performance.now();
      return written;
    },
  };
  const plan = createPlan(watched, { config });
  await plan.open();
  const item = [...plan.snapshot().items.values()].find(
    (each) => each.statusSite?.words.done != null && each.statusSite.words.open != null && each.status === 'open',
  );
  if (item === undefined) return { what: 'status write', measured: 'no writable item', target: '20 ms', met: false };
  const files: number[] = [];
  const snapshots: number[] = [];
  // The first twenty compile what is timed.
  for (let round = -20; round < 31; round += 1) {
    const status = round % 2 === 0 ? 'done' : 'open';
    const start = performance.now();
    const written = await plan.change([{ kind: 'set-status', key: item.key, status }]);
    if (round >= 0) {
      files.push(onDisk - start);
      snapshots.push(performance.now() - start);
    }
    if (!written.ok || written.value.length !== 1) throw new Error(`Not written: ${JSON.stringify(written)}`);
    // One write at a time: what the watcher tells about it is looked at before the next.
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  plan.dispose();
  documents.dispose();
  return {
    what: 'status write: its file is on the disk',
    measured: `${ms(median(files))} (best ${ms(Math.min(...files))}, worst ${ms(Math.max(...files))}); the next snapshot ${ms(median(snapshots))}`,
    target: '20 ms',
    met: median(files) <= 20,
  };
}

/** Runs in a process of its own: what 10,000 tasks hold on to, texts included. */
async function memory(): Promise<void> {
  const collect = globalThis.gc ?? (() => undefined);
  const settle = async (): Promise<number> => {
    for (let n = 0; n < 4; n += 1) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const empty = await settle();
  const root = folderOf(tenThousand());
  const documents = createDiskDocuments({ root, config });
  const plan = createPlan(documents, { config });
  await plan.open();
  plan.next(1);
  const full = await settle();
  const tasks = [...plan.snapshot().items.values()].filter((item) => item.kind === 'task').length;
  plan.dispose();
  console.log(JSON.stringify({ tasks, bytes: full - empty }));
}

function memoryRow(): Row {
  const output = execFileSync(process.execPath, ['--expose-gc', process.argv[1] ?? '', '--memory'], {
    encoding: 'utf8',
  });
  const { tasks, bytes } = JSON.parse(output) as { tasks: number; bytes: number };
  return {
    what: `memory for ${tasks} tasks above the empty process`,
    measured: `${(bytes / 1e6).toFixed(1)} MB`,
    target: '60 MB',
    met: bytes <= 60e6,
  };
}

try {
  const opening = process.argv.indexOf('--open');
  if (process.argv.includes('--memory')) await memory();
  else if (process.argv.includes('--cold')) await readOneCold(process.argv.at(-1) ?? '');
  else if (opening !== -1) await openOnce(process.argv[opening + 1] ?? '');
  else {
    const wanted = process.argv.slice(2);
    const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
    const text = backlog(277_000);
    const rows: Row[] = [];
    if (isWanted('edit')) {
      rows.push(await editBacklog('generated backlog', text));
      const corpus = path.resolve('../shared/corpus/documents/000_core/000_backlog.md');
      if (existsSync(corpus)) rows.push(await editBacklog('corpus backlog', readFileSync(corpus, 'utf8')));
    }
    if (isWanted('next')) rows.push(await nextTask());
    if (isWanted('write')) rows.push(await writeStatus(text));
    if (isWanted('memory')) rows.push(memoryRow());
    if (isWanted('open')) rows.push(...(await openWorkspace()));
    if (isWanted('cold')) rows.push(readCold());
    if (isWanted('list')) rows.push(await readList());
    printTable('Plan', rows);
    if (rows.some((row) => !row.met)) process.exitCode = 1;
  }
} finally {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
}
