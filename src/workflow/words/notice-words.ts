// What was found when the workspace's database was opened, in words. Nothing here stops the work.
import type { Failure } from '../../model/failure';
import { unreachable } from '../../model/result';
import type { StoreNotice } from '../../model/store-notice';
import { describeFailure } from './failure-words';
import type { Translate } from './translate';

/** While a run is open the record takes nothing any more; null: it does again. */
export const describeTrouble = (failure: Failure | null, t: Translate): string =>
  failure === null
    ? t('The record can be written again, the work goes on.')
    : failure.kind === 'store-gone'
      ? describeFailure(failure, t)
      : t('Nothing new begins until the record can be written. {0}', describeFailure(failure, t));

/** One or two sentences for a person. */
export function describeNotice(notice: StoreNotice, t: Translate): string {
  switch (notice.kind) {
    case 'rebuilt':
      return t(
        '{0} could not be read and is kept as {1}. A new database was built from your documents; {2} runs and {3} events were carried over.',
        notice.path,
        notice.setAsideAs,
        notice.salvaged.runs,
        notice.salvaged.events,
      );
    case 'memory':
      return t('History is not kept this time. {0}', describeFailure(notice.why, t));
    case 'read-only':
      return t('What was recorded can be seen, nothing can be started. {0}', describeFailure(notice.why, t));
    case 'synced-folder':
      return t('This folder is on {0}: the database uses a slower, safer mode.', notice.what);
    case 'migrated':
      return t(
        'The database was updated from format {0} to {1}; the old one is kept as {2}.',
        notice.from,
        notice.to,
        notice.backup,
      );
    default:
      return unreachable(notice);
  }
}
