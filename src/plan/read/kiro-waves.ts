// "## Task Dependency Graph": waves in a JSON fence or arrows in text become dependencies of the tasks they name.
import { type Node, parseTree } from 'jsonc-parser';
import type { Dependency } from '../../model/plan';
import { normalId } from '../graph/ids';
import { headingOf, type Line, type Lines } from './lines';
import type { TaskNode } from './task-node';

interface Wave {
  readonly id: string;
  readonly tasks: readonly string[];
  /** Waves it names as needed; null: the one before. */
  readonly needs: readonly string[] | null;
  readonly span: { readonly start: number; readonly end: number };
}

const LARGEST = 400_000;

/** Adds what the graph section says to the nodes' own dependencies. */
export function waveDependencies(lines: Lines, nodes: readonly TaskNode[]): void {
  const byId = new Map<string, TaskNode>();
  for (const node of nodes) if (node.id !== null && !byId.has(node.id)) byId.set(node.id, node);
  let level = 0;
  let code: Line[] = [];
  for (const line of lines.all) {
    if (line.kind === 'heading') {
      const heading = headingOf(line);
      if (level > 0 && heading.level <= level) level = 0;
      if (/\bdependenc(?:y|ies)\b.*\b(?:graph|waves?)\b|\bwaves\b/i.test(heading.text)) level = heading.level;
      continue;
    }
    if (level === 0) continue;
    if (line.kind === 'code') code.push(line);
    else if (line.kind === 'fence' && code.length > 0) {
      readBlock(code, byId);
      code = [];
    } else if (line.kind === 'text') readArrow(line, byId);
  }
}

function readBlock(code: readonly Line[], byId: ReadonlyMap<string, TaskNode>): void {
  const first = code[0];
  if (first === undefined) return;
  const text = code.map((line) => line.text).join('\n');
  // Offsets in the joined text are those of the document only while lines end in one character.
  const at = (offset: number): number => {
    let rest = offset;
    for (const line of code) {
      if (rest <= line.text.length) return line.start + rest;
      rest -= line.text.length + 1;
    }
    return code.at(-1)?.end ?? first.start;
  };
  if (!/^\s*[[{]/.test(text) || text.length > LARGEST) {
    for (const line of code) readArrow(line, byId);
    return;
  }
  const waves = wavesOf(parseTree(text), at);
  const named = new Map(waves.map((wave) => [wave.id, wave]));
  waves.forEach((wave, n) => {
    const before =
      wave.needs === null ? waves.slice(Math.max(0, n - 1), n) : wave.needs.flatMap((id) => named.get(id) ?? []);
    for (const task of wave.tasks) {
      const node = byId.get(task);
      if (node === undefined) continue;
      for (const needed of before) for (const each of dependenciesOn(needed)) add(node, each);
    }
  });
}

const made = new WeakMap<Wave, readonly Dependency[]>();

/** One value per wave, shared by all that wait for it. Two targets of a range would be its ends: they stand alone. */
function dependenciesOn(wave: Wave): readonly Dependency[] {
  const known = made.get(wave);
  if (known !== undefined) return known;
  const { span, tasks } = wave;
  const found: readonly Dependency[] =
    tasks.length < 3
      ? tasks.map((task) => ({ kind: 'item', text: task, targets: [normalId(task)], span }))
      : [
          {
            kind: 'range',
            text: tasks.length <= 6 ? tasks.join(', ') : `wave ${wave.id}`,
            targets: tasks.map(normalId),
            span,
          },
        ];
  made.set(wave, found);
  return found;
}

function wavesOf(root: Node | undefined, at: (offset: number) => number): readonly Wave[] {
  const list = root?.type === 'array' ? root : property(root, 'waves');
  const found: Wave[] = [];
  for (const entry of list?.type === 'array' ? (list.children ?? []) : []) {
    const tasks = entry.type === 'array' ? entry : property(entry, 'tasks');
    if (tasks?.type !== 'array') continue;
    const id = property(entry, 'id') ?? property(entry, 'wave');
    const needs = property(entry, 'depends_on') ?? property(entry, 'dependsOn');
    found.push({
      id: String(id?.value ?? found.length),
      tasks: (tasks.children ?? []).map((task) => String(task.value)),
      needs: needs?.type === 'array' ? (needs.children ?? []).map((each) => String(each.value)) : null,
      span: { start: at(tasks.offset), end: at(tasks.offset + tasks.length) },
    });
  }
  return found;
}

function property(node: Node | null | undefined, name: string): Node | null {
  if (node?.type !== 'object') return null;
  return node.children?.find((each) => each.children?.[0]?.value === name)?.children?.[1] ?? null;
}

function readArrow(line: Line, byId: ReadonlyMap<string, TaskNode>): void {
  const arrow = /^[\t >*-]*T?(\d+(?:\.\d+)*)[^\n\d→>-]{0,80}\s*(?:-->|->|→)\s*T?(\d+(?:\.\d+)*)/.exec(
    line.text.slice(0, 400),
  );
  const from = arrow?.[1];
  const node = arrow?.[2] === undefined ? undefined : byId.get(arrow[2]);
  if (from === undefined || node === undefined || !byId.has(from)) return;
  const start = line.start + line.text.indexOf(from);
  add(node, { kind: 'item', text: from, targets: [normalId(from)], span: { start, end: start + from.length } });
}

function add(node: TaskNode, dependency: Dependency): void {
  const own = node.reader?.fields.dependencies;
  if (own === undefined) return;
  const said = own.some(
    (each) =>
      each === dependency ||
      (each.kind === 'item' && dependency.targets.length === 1 && each.targets[0] === dependency.targets[0]),
  );
  if (!said) own.push(dependency);
}
