import { CONTACT_KEPT_MS } from '#failover/memory.ts';
import type { Observation } from '#failover/observation.ts';
import { routersOf } from '#failover/site.ts';
import type { ProbeTools } from './probe-site.ts';

/** Counts, for each router, whether its proof that its reports arrive is missing. Without the store nobody knows. */
export function watchContacts({ site, routers, memory, at }: Observation, { metric }: ProbeTools): void {
  if (!memory.reachable) return;
  for (const { name } of routersOf(site)) {
    const contactAt = routers[name]?.contactAt;
    const isMissing = contactAt === undefined || at - contactAt > CONTACT_KEPT_MS;
    metric('ContactMissing', isMissing ? 1 : 0, name);
  }
}
