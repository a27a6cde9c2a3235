import type { PushOverride } from '#contracts/push-request.ts';
import { holdDownEnd } from '#failover/hold-down.ts';
import { type Observation, ownerOf } from '#failover/observation.ts';
import { activePause } from '#failover/pause.ts';
import { routerAt } from '#failover/site.ts';
import { isSwapUnderWay } from '#failover/stored-state.ts';
import { utcTime } from '#failover/utc-time.ts';

/** Why no configuration can be pushed now. */
export interface UnmetPrecondition {
  readonly reason: 'memory-unreachable' | 'lease-held' | 'swap-unfinished' | 'hold-down' | 'paused' | 'owner-unknown';
  readonly says: string;
}

/** A failover has priority: during a swap and its hold-down, no router is changed. Pure. */
export function unmetPrecondition(
  observation: Observation,
  overrides: readonly PushOverride[],
): UnmetPrecondition | undefined {
  const { stored, site, at } = observation;
  const { unfinished } = stored;
  const pause = activePause(stored, at);
  if (!stored.reachable) {
    return {
      reason: 'memory-unreachable',
      says: "the site's store does not answer, so it is unknown whether a swap is under way",
    };
  }
  if (isSwapUnderWay(stored, at)) {
    return { reason: 'lease-held', says: `swap ${stored.epoch} is under way` };
  }
  if (unfinished !== undefined) {
    const to = routerAt(site, unfinished.to)?.name ?? unfinished.to;
    return { reason: 'swap-unfinished', says: `swap ${unfinished.epoch} to ${to} is not finished` };
  }
  const heldUntil = holdDownEnd(stored, site.policy.holdDownMs);
  if (at < heldUntil) {
    return {
      reason: 'hold-down',
      says: `hold-down after a failover lasts another ${Math.ceil((heldUntil - at) / 1000)} s`,
    };
  }
  if (pause !== undefined && !overrides.includes('paused')) {
    const until = utcTime(pause.until);
    return {
      reason: 'paused',
      says: `${pause.by} paused this site until ${until} (${pause.reason}); to push anyway, use --override paused`,
    };
  }
  if (ownerOf(observation) === undefined) {
    return {
      reason: 'owner-unknown',
      says: 'the managed routes are split between the routers of the pair, or point elsewhere',
    };
  }
  return undefined;
}
