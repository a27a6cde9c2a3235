import { CONTACT_FRESH_MS } from '#failover/limits.ts';
import type { Observation } from '#failover/observation.ts';
import { routersOf } from '#failover/site.ts';

import type { ProbePorts } from './ports.ts';

/** Emits, for each router, whether its proof that its reports arrive is missing. Without the store that is unknown. */
export function watchContacts({ site, routers, stored, at }: Observation, { routerMetric }: ProbePorts): void {
  if (!stored.reachable) return;
  for (const { name } of routersOf(site)) {
    const contactAt = routers[name]?.contactAt;
    const isMissing = contactAt === undefined || at - contactAt > CONTACT_FRESH_MS;
    routerMetric('ContactMissing', isMissing ? 1 : 0, name);
  }
}
