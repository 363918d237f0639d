// Looking after the record: doctor, export, import, forgetting old runs.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import { defineAction, type RecordCare, type Workspace } from '../action';
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
    const findings = await care.value.doctor(input.repair);
    return ok({ healthy: findings.every(({ status, repaired }) => status !== 'error' || repaired !== null), findings });
  },
});

/** One of both: where it was written, or the text itself. */
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
  async run(workspace, input): Promise<Result<Exported, Failure>> {
    const care = careOf(workspace);
    if (!care.ok) return care;
    const run = input.run === undefined ? null : findRun(workspace, input.run);
    if (run !== null && !run.ok) return run;
    const text = care.value.exportText(input.format, run === null ? null : run.value.run.id);
    if (!text.ok) return text;
    if (input.file === undefined) return ok({ file: null, text: text.value });
    const created = await workspace.documents.create(input.file, text.value);
    return created.ok ? ok({ file: input.file, text: null }) : created;
  },
});

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
    const text = await workspace.documents.read(input.file);
    if (text === null) return err({ kind: 'file', path: input.file, operation: 'read', code: 'ENOENT' });
    return care.value.importText(text, call.by);
  },
});

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
    return care.ok ? ok(care.value.forget(input.days)) : care;
  },
});

function careOf(workspace: Workspace): Result<RecordCare, Failure> {
  return workspace.record === null ? err({ kind: 'untrusted' }) : ok(workspace.record);
}
