import type { FailoverDetail } from '#contracts/events.ts';
import type { RefusalReason } from '#failover/rules.ts';
import type { SiteSeverity } from '#failover/stored-state.ts';
import type { Override } from '#failover/trigger.ts';

/** A refusal that operators must hear of. */
export interface Refusal {
  readonly severity: SiteSeverity;
  readonly title: string;
  /** Sentences before the command. */
  readonly next: readonly string[];
  /** Whether an operator may move the routes: `permitted`, or the name of the override that it takes. Undefined: nobody may. */
  readonly byHand?: 'permitted' | Override;
}

/**
 * By the rule that refused: whether the owner may have failed. Undefined: nothing is lost by it. `lease-held` and `replayed` are about a
 * failure that another run handles; with `owner-healthy` and `report-stale` the owner has shown that it works, or nothing new is known.
 */
const REFUSALS: Readonly<Record<RefusalReason, Refusal | undefined>> = {
  'both-unfit': {
    severity: 'down',
    title: 'no router can take the routes',
    next: ['Repair one of the two routers; the routes then move by themselves.'],
  },
  'target-unfit': {
    severity: 'degraded',
    title: 'failover refused, the other router is not fit',
    next: ['The owner still shows a path. Repair the other router.'],
  },
  'hold-down': {
    severity: 'down',
    title: 'owner failed again, hold-down keeps the routes',
    next: ['If the other router works, move the routes now.'],
    byHand: 'permitted',
  },
  'too-many-swaps': {
    severity: 'down',
    title: 'owner failed again, the hourly limit keeps the routes',
    next: ['Automatic failover has stopped for this hour. If the other router works, move the routes now.'],
    byHand: 'permitted',
  },
  'second-witness-missing': {
    severity: 'down',
    title: 'owner reported failed, not confirmed',
    next: ['This site prefers safety. If the owner has failed, move the routes now.'],
    byHand: 'permitted',
  },
  'memory-unreachable': {
    severity: 'down',
    title: 'owner reported failed, the table does not answer',
    next: ['DynamoDB does not answer. If the owner has failed, move the routes now.'],
    byHand: 'memory-unreachable',
  },
  'mode-off': {
    severity: 'down',
    title: 'owner failed, and failover is off (mode: off)',
    next: ['Routes move only by hand while the topology says mode: off.'],
    byHand: 'mode-off',
  },
  'peer-never-answered': {
    severity: 'degraded',
    title: 'the routers do not reach each other',
    next: ['Check their security groups: vyos-failover topology security-groups'],
  },
  'no-managed-route': {
    severity: 'degraded',
    title: 'no managed route points at the pair',
    next: ['Point at least one managed route at a router of the pair.'],
  },
  'owner-healthy': undefined,
  'report-stale': undefined,
  replayed: undefined,
  'lease-held': undefined,
  paused: undefined,
  'mode-observe': undefined,
};

/** The id that health-probe gives to an evacuation that the hourly limit may delay until it is too late. */
const EVACUATION_ID = 'probe-noted-';

export function refusalOf({ reason, detector, id }: FailoverDetail): Refusal | undefined {
  if (detector === 'operator') return undefined;
  if (reason === 'too-many-swaps' && id.startsWith(EVACUATION_ID)) {
    const next = ['Automatic swaps have stopped for this hour. Move the routes before the event.'];
    return { severity: 'degraded', title: 'evacuation stopped by the hourly limit', next, byHand: 'permitted' };
  }
  if (Object.hasOwn(REFUSALS, reason)) return REFUSALS[reason as RefusalReason];
  return { severity: 'down', title: `failover refused (${reason})`, next: [] };
}
