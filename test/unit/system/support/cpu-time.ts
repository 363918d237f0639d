// Processor time of a piece of work: unlike wall time it says the same on a busy machine.

/** Milliseconds of this process's processor time. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
