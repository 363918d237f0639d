// Says what a person should know about how the workspace was opened: once, and only loudly where it matters.
import * as vscode from 'vscode';
import type { Log } from '../engine/ports';
import type { StoreNotice } from '../model/store-notice';
import { describeNotice } from '../workflow/words/notice-words';
import { t } from './words';

export function sayNotices(notices: readonly StoreNotice[], log: Log): void {
  for (const notice of notices) {
    const message = describeNotice(notice, t);
    log.info(message, { kind: notice.kind });
    if (notice.kind === 'rebuilt' || notice.kind === 'memory' || notice.kind === 'read-only')
      void vscode.window.showWarningMessage(message);
  }
}
