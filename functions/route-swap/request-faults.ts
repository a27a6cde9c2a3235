import type { MoveRequest, SiteRequest } from '#contracts/route-swap-requests.ts';
import type * as z from '#contracts/validation.ts';
import { shortClause } from '#failover/clause.ts';
import type { ManagedSite } from '#failover/site.ts';
import { unknownRouter } from '#functions/unknown-router.ts';

/** The faults of a request's form, each with its key. */
export function faultsIn({ issues }: z.core.$ZodError): readonly string[] {
  return issues.flatMap((issue) => {
    const at = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [`${at.join('.') || 'body'}: ${issue.message}`];
    return issue.keys.map((key) => `${shortClause([...at, key].join('.'))}: not a key of this request`);
  });
}

/** The fault of a request that has to name a router of the site and does not; undefined: none. */
export function unknownRouterIn(payload: unknown, site: ManagedSite): string | undefined {
  const { action, to, router }: Sent = typeof payload === 'object' && payload !== null ? payload : {};
  switch (action) {
    case 'switchover' satisfies MoveRequest['action']:
      return unknownRouter('to', to, site);
    case 'maintenance' satisfies SiteRequest['action']:
      return unknownRouter('router', router, site);
    default:
      return undefined;
  }
}

interface Sent {
  readonly action?: unknown;
  readonly to?: unknown;
  readonly router?: unknown;
}
