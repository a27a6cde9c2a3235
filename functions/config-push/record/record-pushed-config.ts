import { logFailure } from '#functions/log-failure.ts';
import type { PushPorts } from '../ports.ts';

/** Stores what the router runs now, for the next comparison. The result of the push does not depend on this write. */
export async function recordPushedConfig(
  router: string,
  lines: readonly string[],
  id: string,
  ports: PushPorts,
): Promise<void> {
  await logFailure(`what ${router} got`, ports, () => ports.pushes.setPushed(router, { lines, at: ports.now(), id }));
}
