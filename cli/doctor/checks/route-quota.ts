import type { ControlledTable } from '#aws/controlled-tables.ts';
import type { Check } from '../check.ts';
import { type Found, whenRead } from '../outcome.ts';

/** From here on a few new destinations fill the table. */
const NEARLY_FULL = 0.9;

export const routeQuota: Check = {
  id: 'route-quota',
  severity: 'attention',
  check({ quotas, tables, observation: { site } }) {
    if (!tables.ok) return { found: [], unchecked: tables.why };
    const own = [...new Set(site.routes.map(({ table }) => table))];
    const unmarked = own.filter((table) => !tables.fact.some(({ id }) => id === table));
    const outcome = whenRead(quotas, ({ routesPerTable }) =>
      tables.fact.filter(({ id }) => own.includes(id)).flatMap((table) => crowded(table, routesPerTable)),
    );
    if (!quotas.ok || unmarked.length === 0) return outcome;
    return { ...outcome, unchecked: `${unmarked.join(', ')}: not marked by the stack of a site` };
  },
};

function crowded({ id, ipv4, ipv6 }: ControlledTable, quota: number): readonly Found[] {
  return [
    { family: 'IPv4', routes: ipv4 },
    { family: 'IPv6', routes: ipv6 },
  ]
    .filter(({ routes }) => routes >= NEARLY_FULL * quota)
    .map(({ family, routes }) => ({
      where: id,
      says: `the table has ${routes} of at most ${quota} ${family} routes, a prefix list counted with its maximum of entries: a full table takes no new route, and no deleted one back`,
      remedy:
        'Request an increase of the quota "Routes per route table" of Amazon VPC in Service Quotas, up to 1,000, or summarize the destinations.',
    }));
}
