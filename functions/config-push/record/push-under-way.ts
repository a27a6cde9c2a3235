import type { PushJournal } from '#contracts/push-journal.ts';
import type { Refusal } from '#contracts/push-plan.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { utcTime } from '#failover/utc-time.ts';
import type { PushPorts } from '../ports.ts';

/**
 * Another run has the lease. An unconfirmed router keeps it although no run is at work, even after its caller is
 * gone.
 */
export function pushUnderWayRefusal(last: PushJournal | undefined, now: number): Refusal | undefined {
  if (last === undefined || last.leasedUntil <= now) return undefined;
  const until = utcTime(last.leasedUntil);
  return { reason: 'push-under-way', says: `a push by ${last.by} is under way (until ${until} at most)` };
}

/** The lease could not be taken. */
export function pushUnderWay(last: PushJournal | undefined, { site, now }: PushPorts): PushResult {
  const { reason, says } = pushUnderWayRefusal(last, now()) ?? {
    reason: 'push-under-way',
    says: 'another push has begun',
  };
  return {
    outcome: 'refused',
    reason,
    says: `Not now: ${says}. Nothing was changed.`,
    site: site.name,
    router: undefined,
    remaining: [],
    routers: [],
  };
}
