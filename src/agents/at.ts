import type { Workspace } from '../workflow/action';

/** The workspace as it is when something is asked: trust may have come since the last time. */
export type At = () => Promise<Workspace>;
