// Looking after the record: doctor, export, import, forgetting old runs.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import { defineAction, type ExportFormat, type RecordCare, type Workspace } from '../action';
import { placeInside } from '../place-inside';
import { recorded } from '../recorded';
import { findRun } from '../resolve';
import { doctorOutput, exportRecordOutput, forgetOutput, importRecordOutput } from '../outputs/maintenance-outputs';

export const doctor = defineAction({
  name: 'doctor',
  title: 'Check Workspace State',
  description:
    'Checks runtime, database, event chain, open work and config; explains what it finds; repairs on demand.',
  effect: 'read',
  input: z.strictObject({ repair: z.boolean().default(false).describe('Repair what can be repaired without a guess') }),
  output: doctorOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const care = careOf(workspace);
    if (!care.ok) return care;
    return recorded(async () => {
      const findings = await care.value.doctor(input.repair);
      const healthy = findings.every(({ status, repaired }) => status !== 'error' || repaired !== null);
      return ok({ healthy, findings });
    });
  },
});

/** Characters of an export that an answer may hold. */
const MOST_TEXT = 64 * 1024 * 1024;
class TooLong extends Error {}

/** Where it was written, or the text itself; neither: it went to the one who called, piece by piece. */
interface Exported {
  readonly file: string | null;
  readonly text: string | null;
}

export const exportRecord = defineAction({
  name: 'export',
  title: 'Export Record…',
  description: 'Writes what is recorded as text: everything (JSON lines), or one run as a workflow state.',
  effect: 'read',
  input: z.strictObject({
    format: z.enum(['soloflow', 'workflow-state']).default('soloflow').describe('Form of the text'),
    run: z.string().optional().describe('Only this run'),
    file: z.string().optional().describe('New file in the workspace; default: standard output'),
  }),
  output: exportRecordOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call): Promise<Result<Exported, Failure>> {
    const care = careOf(workspace);
    if (!care.ok) return care;
    const run = input.run === undefined ? null : findRun(workspace, input.run);
    if (run !== null && !run.ok) return run;
    const runId = run === null ? null : run.value.run.id;
    if (input.file !== undefined) {
      const file = placeInside(workspace.root, input.file);
      if (file === null) return err(outside(input.file));
      return exportToFile(workspace, care.value, input.format, runId, file);
    }
    if (call.write === undefined) return exportAsAnswer(care.value, input.format, runId);
    const pieces = care.value.exportSlowly(input.format, runId);
    if (!pieces.ok) return pieces;
    for await (const piece of pieces.value) {
      if (call.signal.aborted) break;
      await call.write(piece);
    }
    return ok({ file: null, text: null });
  },
});

async function exportToFile(
  { documents }: Workspace,
  care: RecordCare,
  format: ExportFormat,
  runId: string | null,
  file: string,
): Promise<Result<Exported, Failure>> {
  let told: Result<null, Failure> = ok(null);
  const fill = (write: (text: string) => void): void => {
    told = care.exportInto(format, runId, write);
    // A file of what there is not must not stay.
    if (!told.ok) throw new Error('nothing to export');
  };
  if (documents.createFrom === undefined) {
    const answer = exportAsAnswer(care, format, runId);
    if (!answer.ok) return answer;
    const created = await documents.create(file, answer.value.text ?? '');
    return created.ok ? ok({ file, text: null }) : created;
  }
  const created = await documents.createFrom(file, fill);
  if (!told.ok) return told;
  return created.ok ? ok({ file, text: null }) : created;
}

function exportAsAnswer(care: RecordCare, format: ExportFormat, runId: string | null): Result<Exported, Failure> {
  const pieces: string[] = [];
  let length = 0;
  try {
    const told = care.exportInto(format, runId, (piece) => {
      length += piece.length;
      if (length > MOST_TEXT) throw new TooLong();
      pieces.push(piece);
    });
    return told.ok ? ok({ file: null, text: pieces.join('') }) : told;
  } catch (error) {
    if (!(error instanceof TooLong)) throw error;
    const message = `The record is larger than ${MOST_TEXT / 1024 / 1024} MB: name a file for it.`;
    return err({ kind: 'invalid-input', field: 'file', message });
  }
}

export const importRecord = defineAction({
  name: 'import',
  title: 'Import Record…',
  description: 'Reads an export or a workflow state back; runs that were open come back paused.',
  effect: 'write',
  input: z.strictObject({ file: z.string().min(1).describe('File in the workspace') }),
  output: importRecordOutput,
  positional: ['file'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    const care = careOf(workspace);
    if (!care.ok) return care;
    const file = placeInside(workspace.root, input.file);
    if (file === null) return err(outside(input.file));
    return recorded(async () => {
      const lines = (await workspace.documents.readLines?.(file)) ?? null;
      if (lines !== null && isExport(lines)) return about(file, care.value.importLines(lines, call.by));
      const text = await workspace.documents.read(file);
      if (text !== null) return about(file, care.value.importText(text, call.by));
      const trouble = workspace.documents.trouble?.(file) ?? null;
      return trouble === null
        ? err({ kind: 'file', path: file, operation: 'read', code: 'ENOENT' })
        : err({ kind: 'invalid-input', field: file, message: trouble });
    });
  },
});

/** A place in the file is one of this file: "export.jsonl, line 3". */
function about<T>(file: string, imported: Result<T, Failure>): Result<T, Failure> {
  if (imported.ok || imported.error.kind !== 'invalid-input') return imported;
  const { field, message } = imported.error;
  return err({ kind: 'invalid-input', field: field === 'file' ? file : `${file}, ${field}`, message });
}

const outside = (file: string): Failure => ({
  kind: 'invalid-input',
  field: file,
  message: 'is outside of the workspace. Name a file inside of it.',
});

/** Only what was exported line by line is read so: it may be larger than a text can be. */
function isExport(lines: Iterable<string>): boolean {
  for (const line of lines) if (line.trim() !== '') return /^\s*\{"kind":"header"/.test(line);
  return false;
}

export const forget = defineAction({
  name: 'forget',
  title: 'Forget Old Runs…',
  description: 'Moves finished runs that ended long ago into an archive file and gives their space back.',
  effect: 'write',
  input: z.strictObject({
    days: z.coerce.number().int().min(1).max(3650).default(90).describe('Runs that ended longer ago'),
  }),
  output: forgetOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const care = careOf(workspace);
    return care.ok ? recorded(() => Promise.resolve(care.value.forget(input.days))) : care;
  },
});

function careOf(workspace: Workspace): Result<RecordCare, Failure> {
  return workspace.record === null ? err({ kind: 'untrusted' }) : ok(workspace.record);
}
