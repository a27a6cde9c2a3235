import { CONTACT_FRESH_MS } from '#failover/limits.ts';
import type { Observation } from '#failover/observation.ts';
import { routersOf } from '#failover/site.ts';

import type { ProbePorts } from './ports.ts';

/** Counts, for each router, that its proof that its reports arrive is missing. Without the store that is unknown. */
export function watchContacts({ site, routers, stored, at }: Observation, { routerMetric }: ProbePorts): void {
  if (!stored.reachable) return;
  for (const { name } of routersOf(site)) {
    const contactAt = routers[name]?.contactAt;
    const isMissing = contactAt === undefined || at - contactAt > CONTACT_FRESH_MS;
    if (isMissing) routerMetric('ContactMissing', 1, name);
  }
}
