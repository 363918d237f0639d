// Engines that are opened for one test and closed behind it.
import { afterEach } from 'vitest';
import type { Engine } from '../../../../src/engine/service';
import type { World } from './world';

export const opened: Engine[] = [];
export const open = async (w: World, owner: string): Promise<ReturnType<World['engine']>> => {
  const engine = w.engine(owner);
  opened.push(engine);
  await engine.open();
  return engine;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((engine) => engine.close({ endProcesses: false })));
});
export const until = async (holds: () => boolean, what: string): Promise<void> => {
  for (let i = 0; i < 2000; i++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`never: ${what}`);
};
