// What the editor's model may ask for while it does a task: files of the workspace behind a fence, and the actions an
// agent has. No command can be run with them.
import * as z from 'zod';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { TaskSpec } from '../model/run';
import type { Call, Workspace } from '../workflow/action';
import type { AnyAction } from '../workflow/actions';
import type { ModelTool } from '../workflow/language-model';
import { plainJson, plainText } from './plain-text';
import type { Fence, ModelHands } from './ports';

export interface HandedTool extends ModelTool {
  /** What is shown when it is called: the path or the first words. */
  readonly about: (input: unknown) => string;
  call(input: unknown): Promise<Result<string, Failure>>;
}

export interface ToolSurroundings {
  readonly hands: ModelHands;
  readonly fence: Fence;
  readonly redact: (text: string) => string;
  readonly workspace: () => Workspace;
  readonly actions: readonly AnyAction[];
}

/** Actions that go along, for the task at hand. What approves, answers or starts is not among them. */
const ACTIONS: ReadonlySet<string> = new Set(['report-progress', 'ask-person', 'remember', 'recall', 'run-gates']);
/** Said by us, not by the model. */
const OURS: readonly string[] = ['item', 'pause', 'wait', 'supersedes'];
const BY = 'mcp:editor-model';
const LISTED = 400;
const SEARCHED = 1500;
const HITS = 60;
const LONGEST = 30_000;
/** A question is waited for as long as the task may take. */
const PATIENCE_S = 3600;

export function toolsFor(around: ToolSurroundings, spec: TaskSpec, signal: AbortSignal): readonly HandedTool[] {
  return [...fileTools(around, signal), ...actionTools(around, spec, signal)];
}

const path = z.string().min(1).max(1000).describe('Relative to the workspace folder');

function fileTools({ hands, fence, redact }: ToolSurroundings, signal: AbortSignal): readonly HandedTool[] {
  const behind = async <T>(
    at: string,
    to: 'read' | 'change',
    then: () => Promise<Result<T, Failure>>,
  ): Promise<Result<T, Failure>> => {
    const why = await fence(at, to);
    return why === null ? then() : err({ kind: 'not-writable', path: at, line: 1, what: why });
  };
  const shown = async (at: string): Promise<Result<string, Failure>> => {
    const text = await behind(at, 'read', () => hands.read(at));
    return text.ok ? ok(redact(text.value)) : text;
  };
  return [
    tool('list-files', 'Paths of files that fit a glob.', z.strictObject({ glob: z.string().max(300) }), 'glob', {
      run: async ({ glob }) => ok((await hands.list(glob, LISTED)).join('\n')),
    }),
    tool(
      'read-file',
      'Text of a file.',
      z.strictObject({ path, from: z.int().min(1).default(1), lines: z.int().min(1).max(2000).default(600) }),
      'path',
      {
        run: async (asked) => {
          const text = await shown(asked.path);
          if (!text.ok) return text;
          const all = text.value.split('\n');
          const part = all.slice(asked.from - 1, asked.from - 1 + asked.lines).join('\n');
          return ok(`${asked.path}, lines from ${asked.from} of ${all.length}\n${part}`);
        },
      },
    ),
    tool(
      'search-files',
      'Lines that contain a text, with their places.',
      z.strictObject({ text: z.string().min(2).max(300), glob: z.string().max(300).default('**/*') }),
      'text',
      {
        run: async ({ text, glob }) => {
          const found: string[] = [];
          for (const at of await hands.list(glob, SEARCHED)) {
            if (signal.aborted || found.length >= HITS) break;
            const file = await shown(at);
            if (!file.ok || !file.value.includes(text)) continue;
            for (const [index, line] of file.value.split('\n').entries())
              if (line.includes(text)) found.push(`${at}:${index + 1} ${line.trim().slice(0, 200)}`);
          }
          return ok(found.length === 0 ? 'Nothing.' : found.slice(0, HITS).join('\n'));
        },
      },
    ),
    tool(
      'edit-file',
      'Replaces a text that stands in the file exactly once.',
      z.strictObject({ path, old: z.string().min(1), text: z.string() }),
      'path',
      { run: (asked) => done(behind(asked.path, 'change', () => hands.edit(asked.path, asked.old, asked.text))) },
    ),
    tool('create-file', 'A new file.', z.strictObject({ path, text: z.string() }), 'path', {
      run: (asked) => done(behind(asked.path, 'change', () => hands.create(asked.path, asked.text))),
    }),
  ];
}

const done = async (changed: Promise<Result<null, Failure>>): Promise<Result<string, Failure>> => {
  const result = await changed;
  return result.ok ? ok('Done.') : result;
};

function tool<Input extends z.ZodObject>(
  name: string,
  description: string,
  input: Input,
  tells: string,
  { run }: { run: (input: z.output<Input>) => Promise<Result<string, Failure>> },
): HandedTool {
  return {
    name,
    description,
    input: z.toJSONSchema(input, { io: 'input' }) as Readonly<Record<string, unknown>>,
    about: (asked) => aboutOf(asked, tells),
    call: async (asked) => {
      const read = input.safeParse(asked);
      if (!read.success) return err(badInput(name, read.error));
      const result = await run(read.data);
      return result.ok ? ok(shortText(plainText(result.value))) : result;
    },
  };
}

function actionTools(around: ToolSurroundings, spec: TaskSpec, signal: AbortSignal): readonly HandedTool[] {
  return around.actions
    .filter(({ name }) => ACTIONS.has(name))
    .map((action) => {
      const { shape } = action.input;
      const offered = z.strictObject(
        Object.fromEntries(Object.entries(shape).filter(([name]) => !OURS.includes(name))),
      );
      const given = {
        ...('item' in shape ? { item: spec.key } : {}),
        ...('wait' in shape ? { wait: PATIENCE_S } : {}),
      };
      return {
        name: action.name,
        description: action.description,
        input: z.toJSONSchema(offered, { io: 'input' }) as Readonly<Record<string, unknown>>,
        about: (asked) => aboutOf(asked, 'text', 'question', 'query'),
        async call(asked) {
          const read = offered.safeParse(asked);
          if (!read.success) return err(badInput(action.name, read.error));
          const whole = action.input.safeParse({ ...read.data, ...given });
          if (!whole.success) return err(badInput(action.name, whole.error));
          const call: Call = { by: BY, signal, progress: () => {} };
          const result = await action.run(around.workspace(), whole.data, call);
          return result.ok ? ok(shortText(plainJson(result.value))) : result;
        },
      };
    });
}

const badInput = (name: string, error: z.ZodError): Failure => ({
  kind: 'invalid-input',
  field: error.issues[0]?.path.join('.') ?? name,
  message: error.issues[0]?.message ?? 'is not what this tool takes',
});

function aboutOf(asked: unknown, ...names: readonly string[]): string {
  const fields: Readonly<Record<string, unknown>> = typeof asked === 'object' && asked !== null ? { ...asked } : {};
  const said = names.map((name) => fields[name]).find((value) => typeof value === 'string');
  return plainText(said ?? '')
    .replace(/\s+/g, ' ')
    .slice(0, 120);
}

const shortText = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\n[${text.length - LONGEST} more characters]`;
