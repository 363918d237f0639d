// Sentences of the actions without what only the terminal can do, and a button in place of a flag.
import * as vscode from 'vscode';
import type { Failure } from '../model/failure';
import { err, type Result } from '../model/result';
import { describeFailure } from '../workflow/words/failure-words';
import { withoutFlags } from './flag-words';
import { t } from './words';

type Input = Readonly<Record<string, unknown>>;

/** Flags that mean "all the same", by field. */
const INSISTING = ['force', 'again'];

/** Offers to go on where the action, that has these fields, would with a flag; everything else stays the failure it is. undefined: backed out. */
export async function insisting(
  fields: Input,
  input: Input,
  failure: Failure,
  again: (input: Input) => Promise<Result<unknown, Failure> | undefined>,
): Promise<Result<unknown, Failure> | undefined> {
  if (failure.kind === 'not-approved' && 'approve' in fields && input['approve'] !== true) {
    const approve = t('Approve and Go On');
    const commands = failure.commands.join('\n');
    const said = await vscode.window.showWarningMessage(
      t('This command runs in your workspace. Approve exactly this text?'),
      { modal: true, detail: commands },
      approve,
    );
    return said === approve ? again({ ...input, approve: true }) : undefined;
  }
  const sentence = describeFailure(failure, t);
  const flag = INSISTING.find((name) => name in fields && input[name] !== true && sentence.includes(`--${name}`));
  if (flag === undefined) return err(failure);
  const anyway = t('Go On All the Same');
  const chosen = await vscode.window.showWarningMessage(withoutFlags(sentence), anyway);
  return chosen === anyway ? again({ ...input, [flag]: true }) : undefined;
}
