import { quietly } from '#functions/quietly.ts';
import type { PushPorts } from '../ports.ts';

/** Writes down what a router has now, for the next comparison. The router has it, whether this can be written or not. */
export async function recordPushedConfig(
  router: string,
  lines: readonly string[],
  id: string,
  ports: PushPorts,
): Promise<void> {
  await quietly(`what ${router} got`, ports, () => ports.pushes.setPushed(router, { lines, at: ports.now(), id }));
}
