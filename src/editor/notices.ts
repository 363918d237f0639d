// Says what a person should know about how the workspace was opened: once, and only loudly where it matters.
import * as vscode from 'vscode';
import type { Log } from '../engine/ports';
import type { Failure } from '../model/failure';
import type { StoreNotice } from '../model/store-notice';
import { describeNotice, describeTrouble } from '../workflow/words/notice-words';
import { t } from './words';

/** `tryAgain`: opens the workspace anew, where the record could not be used. */
export function sayNotices(notices: readonly StoreNotice[], log: Log, tryAgain: () => Promise<void>): void {
  for (const notice of notices) {
    const message = describeNotice(notice, t);
    log.info(message, { kind: notice.kind });
    if (notice.kind === 'rebuilt') void vscode.window.showWarningMessage(message);
    if (notice.kind !== 'memory' && notice.kind !== 'read-only') continue;
    const again = t('Try Again');
    void vscode.window.showWarningMessage(message, again).then((chosen) => (chosen === again ? tryAgain() : undefined));
  }
}

/** The record takes nothing any more, or again. */
export function sayTrouble(failure: Failure | null): void {
  const message = describeTrouble(failure, t);
  if (failure === null) void vscode.window.showInformationMessage(message);
  else void vscode.window.showWarningMessage(message);
}
