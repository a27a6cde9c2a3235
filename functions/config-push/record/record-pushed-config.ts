import { routerNamed } from '#failover/site.ts';
import { logFailure } from '#functions/log-failure.ts';
import type { PushPorts } from '../ports.ts';

/** Stores what the router runs now, for the next comparison. The result of the push does not depend on this write. */
export async function recordPushedConfig(
  router: string,
  lines: readonly string[],
  id: string,
  ports: PushPorts,
): Promise<void> {
  const managed = routerNamed(ports.site, router);
  if (managed === undefined) throw new Error(`no router ${router}`);
  await logFailure(`what ${router} got`, ports, () => ports.pushes.setPushed(managed, { lines, at: ports.now(), id }));
}
