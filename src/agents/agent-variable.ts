// The environment variable by which a program knows that an agent runs it. Apart, so that the terminal loads only this.

/** Set for everything an agent starts: the terminal then neither approves nor answers. */
export const AGENT_VARIABLE = 'SOLOFLOW_AGENT';
