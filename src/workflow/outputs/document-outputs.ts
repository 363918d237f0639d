// What the actions of document-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';

const text = z.string();

export const createBacklogOutput = () =>
  z.strictObject({
    path: text,
  });
