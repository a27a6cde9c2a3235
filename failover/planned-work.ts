/** What prevents planned work at a site: a switchover, a configuration push, or the replacement of an instance. Pure. */
import { holdDownEnd } from './hold-down.ts';
import { type Observation, ownerOf } from './observation.ts';
import { activePause } from './pause.ts';
import { routerAt } from './site.ts';
import { isSwapUnderWay } from './stored-state.ts';
import type { Override } from './trigger.ts';
import { utcTime } from './utc-time.ts';

/** Why work must not begin, or a rule that refuses it, as a clause. */
export interface WorkObstacle {
  readonly reason: 'memory-unreachable' | 'lease-held' | 'swap-unfinished' | 'hold-down' | 'paused' | 'owner-unknown';
  readonly says: string;
}

/** A site as it is, whatever triggers the work. */
type ObservedSite = Omit<Observation, 'trigger'>;

/** A failover has priority: during a swap and its hold-down no router is changed. The first one is the most important. */
export function workObstacles(observation: ObservedSite): readonly WorkObstacle[] {
  const { stored, site, at } = observation;
  const { unfinished } = stored;
  const found: WorkObstacle[] = [];
  const add = (reason: WorkObstacle['reason'], says: string) => void found.push({ reason, says });
  if (!stored.reachable)
    add('memory-unreachable', "the site's store does not answer, so it is unknown whether a swap is under way");
  if (isSwapUnderWay(stored, at)) add('lease-held', `swap ${stored.epoch} is under way`);
  if (unfinished !== undefined) {
    const to = routerAt(site, unfinished.to)?.name ?? unfinished.to;
    add('swap-unfinished', `swap ${unfinished.epoch} to ${to} is not finished`);
  }
  const heldUntil = holdDownEnd(stored, site.policy.holdDownMs);
  if (at < heldUntil)
    add('hold-down', `hold-down after a failover lasts another ${Math.ceil((heldUntil - at) / 1000)} s`);
  const paused = pauseObstacle(observation);
  if (paused !== undefined) add(paused.rule, paused.says);
  if (ownerOf(observation) === undefined)
    add('owner-unknown', 'the managed routes are split between the routers of the pair, or point elsewhere');
  return found;
}

/** A rule that an operator can override by its name, as a clause. */
export interface OverridableObstacle<Rule extends Override> {
  readonly rule: Rule;
  readonly says: string;
}

/** Rule 8: `mode` permits no swap. */
export function modeObstacle({
  site: { policy },
}: Pick<Observation, 'site'>): OverridableObstacle<'mode-off' | 'mode-observe'> | undefined {
  if (policy.mode === 'off') return { rule: 'mode-off', says: 'failover is switched off (mode: off)' };
  if (policy.mode === 'observe') return { rule: 'mode-observe', says: 'this site only observes (mode: observe)' };
  return undefined;
}

/** Rule 8: a pause is in force. */
export function pauseObstacle({
  stored,
  at,
}: Pick<Observation, 'stored' | 'at'>): OverridableObstacle<'paused'> | undefined {
  const pause = activePause(stored, at);
  if (pause === undefined) return undefined;
  return { rule: 'paused', says: `${pause.by} paused this site until ${utcTime(pause.until)} (${pause.reason})` };
}
