// What the actions of claim-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';

const text = z.string();

export const releaseTaskOutput = () =>
  z.strictObject({
    key: text,
    title: text,
    from: text,
    reason: text,
  });
