import type { PushJournal } from '#aws/push-store.ts';
import type { PushResult } from './result.ts';
import type { PushTools } from './tools.ts';

/** Another run has the lease. */
export function underWay(last: PushJournal | undefined, { site, now }: PushTools): PushResult {
  const who = last === undefined ? '' : ` by ${last.by}`;
  // A held router keeps the lease although nobody is at work, if whoever wanted to confirm it has gone away.
  const until =
    last === undefined || last.leasedUntil <= now()
      ? ''
      : ` (until ${new Date(last.leasedUntil).toISOString()} at most)`;
  return {
    outcome: 'refused',
    reason: 'push-under-way',
    says: `A push${who} is under way${until}. Nothing was changed.`,
    site: site.name,
    router: undefined,
    remaining: [],
  };
}
