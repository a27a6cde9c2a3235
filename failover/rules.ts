import { staleness, whyNotNew } from './claim.ts';
import { type Diagnosis, isCertain } from './diagnosis.ts';
import { holdDownEnd, lastAutomaticSwap, swapsInLastHour } from './hold-down.ts';
import { LEASE_SETTLED_MS, OWNER_CLAIMS_WITHIN_MS, SAME_OUTAGE_MS } from './limits.ts';
import { holdsRoutes, type Observation } from './observation.ts';
import { modeObstacle, type OverridableObstacle, pauseObstacle } from './planned-work.ts';
import { isSwapUnderWay } from './stored-state.ts';
import { isFinal } from './swap-record.ts';
import type { Override, Trigger } from './trigger.ts';
import { utcTime } from './utc-time.ts';

/** The rule that refuses a swap. Published: API answers, events and `--json` show it. */
export type RefusalReason =
  | 'no-managed-route'
  | 'target-unfit'
  | 'both-unfit'
  | 'owner-healthy'
  | 'second-witness-missing'
  | 'hold-down'
  | 'too-many-swaps'
  | 'paused'
  | 'mode-observe'
  | 'mode-off'
  | 'lease-held'
  | 'memory-unreachable'
  | 'replayed'
  | 'report-stale'
  | 'peer-never-answered';

/** One rule. Undefined: it permits the swap. `note`: the swap is recorded and announced, but not carried out. */
export type Rule = (diagnosis: Diagnosis, observation: Observation) => Objection | undefined;
export type Objection = Refusal | { readonly kind: 'note'; readonly says: string };
export interface Refusal {
  readonly kind: 'refuse';
  readonly reason: RefusalReason;
  readonly says: string;
}

/** An id is acted on once. A retry after an answer that was not final is no replay. */
export const notReplayed = (_: Diagnosis, { stored, trigger }: Observation): Refusal | undefined => {
  if (stored.answered === undefined || !isFinal(stored.answered.outcome)) return undefined;
  const { outcome, at, says } = stored.answered;
  return refuse(
    'replayed',
    `Report ${trigger.id} was answered "${outcome}" at ${utcTime(at)} (${says}) A report is acted on once.`,
  );
};

/** Refuses a report whose `at` is more than CLAIM_FRESH_MS from AWS's time. */
export const notStale: Rule = (_, { at, trigger }) => {
  const stale = trigger.kind === 'report' ? staleness(`${trigger.reporter}'s report`, trigger.at, at) : undefined;
  return stale === undefined ? undefined : refuse('report-stale', stale);
};

/** Rule 2: a report must be about a new failure. An old one may be over. */
export const isNew: Rule = ({ says }, { trigger }) => {
  const why = trigger.kind === 'report' ? whyNotNew(trigger) : undefined;
  return why === undefined ? undefined : refuse('report-stale', `${says}, but ${why}. Routes stay.`);
};

/** A peer that has never answered its reporter has not failed: most likely a security group closes the ports between them. */
export const peerHasAnswered: Rule = ({ says }, { trigger }) => {
  if (trigger.kind !== 'report' || trigger.neverAnswered !== true) return undefined;
  const why =
    `${trigger.subject} has never answered ${trigger.reporter} since it was installed, which indicates closed ports: ` +
    'check their security groups (vyos-failover topology security-groups)';
  return refuse('peer-never-answered', `${says}, but ${why}. Routes stay.`);
};

/** Rule 1: the target is proven fit. No override skips it. */
export const fitOnly: Rule = ({ says, target, targetFitness, subjectFitness }) => {
  if (targetFitness.fit) return undefined;
  const why = `${says}, but ${target.name} is not proven fit: ${targetFitness.unfit.join('; ')}. Routes stay.`;
  return refuse(subjectFitness.fit ? 'target-unfit' : 'both-unfit', why);
};

/**
 * Without the store the lease, hold-down and pauses are unknown. A pair that prefers availability goes on if a second signal
 * agrees with the trigger: a certain failure, or a witness.
 */
export const storeReachable: Rule = ({ kind, says, witnesses }, { stored, site }) => {
  const availability = site.policy.prefer === 'availability';
  if (stored.reachable || (availability && (isCertain(kind) || witnesses.length > 0))) return undefined;
  const missing = availability ? ', and no second witness agrees' : '';
  return refuse(
    'memory-unreachable',
    `${says}; the site's store does not answer, so ${UNKNOWN_LEASE}${missing}. Routes stay.`,
  );
};

const UNKNOWN_LEASE = 'it is unknown whether a swap is under way';

/** An evacuation can wait: without the store hold-down, and a switchover that an operator just made, are unknown. */
export const storeReachableForEvacuation: Rule = ({ says }, { stored }) => {
  if (stored.reachable) return undefined;
  return refuse(
    'memory-unreachable',
    `${says}; the site's store does not answer, and nothing has failed yet. Routes stay.`,
  );
};

/** An operator can override a store that does not answer, by name. */
export const storeReachableForOperator: Rule = ({ target }, { stored, trigger }) => {
  if (stored.reachable || overridesOf(trigger).includes('memory-unreachable')) return undefined;
  return refuse(
    'memory-unreachable',
    `Not now: the site's store does not answer, so ${UNKNOWN_LEASE}, or whether ${target.name} is in maintenance. ` +
      'To move the routes without lease and journal, override "memory-unreachable".',
  );
};

/** `prefer: safety` requires a witness other than the peer. */
export const secondWitness: Rule = ({ says, target, witnesses }, { site, trigger }) => {
  if (site.policy.prefer === 'availability' || trigger.kind !== 'report' || witnesses.length > 0) return undefined;
  return refuse(
    'second-witness-missing',
    `${says}; this site prefers safety, and no witness other than ${target.name} confirms it. Routes stay.`,
  );
};

/** Rule 8, for automatic swaps: mode and pause. */
export const modeAndPause: Rule = ({ says, target }, observation) => {
  const [obstacle] = obstaclesIn(observation);
  if (obstacle === undefined) return undefined;
  if (obstacle.rule === 'mode-off')
    return refuse('mode-off', `${says}; failover is switched off (mode: off). Routes stay.`);
  return {
    kind: 'note',
    says: `${says}; the routes would move to ${target.name}, but ${obstacle.says}. Routes stay.`,
  };
};

/** Rule 8, for an operator, who can override mode and pause, each by its name. */
export const modeAndPauseForOperator: Rule = (_, observation) => {
  const obstacle = obstaclesIn(observation).find(({ rule }) => !overridesOf(observation.trigger).includes(rule));
  if (obstacle === undefined) return undefined;
  return refuse(
    obstacle.rule,
    `Not now: ${obstacle.says}. To move the routes nevertheless, override "${obstacle.rule}".`,
  );
};

function overridesOf(trigger: Trigger): readonly Override[] {
  return trigger.kind === 'operator' ? trigger.overrides : [];
}

function obstaclesIn(observation: Observation): readonly OverridableObstacle<Override>[] {
  return [modeObstacle(observation) ?? [], pauseObstacle(observation) ?? []].flat();
}

/**
 * Rule 5: hold-down after an automatic swap, and the hourly limit, after which an operator must act. It applies to suspicions
 * only, and not to a repair of the last swap.
 */
export const notHeldDown: Rule = (diagnosis, observation) => {
  const { says } = diagnosis;
  const { site, stored, at } = observation;
  if (isRepair(diagnosis, observation)) return undefined;
  const last = lastAutomaticSwap(stored);
  const end = holdDownEnd(stored, holdDownFor(observation));
  if (at < end) {
    const [ago, left] = [Math.round((at - last) / 1000), Math.ceil((end - at) / 1000)];
    return refuse(
      'hold-down',
      `${says}; the last automatic swap was ${ago} s ago and hold-down lasts another ${left} s. Routes stay.`,
    );
  }
  const lastHour = swapsInLastHour(stored, at);
  if (lastHour < site.policy.maxSwapsPerHour) return undefined;
  return refuse(
    'too-many-swaps',
    `${says}; there were ${lastHour} automatic swaps in the last hour, the most that the policy permits. An operator must act. Routes stay.`,
  );
};

/**
 * The policy's hold-down, or longer after a swap that was about the same outage as this report: then the two routers may only
 * have lost sight of each other, the report that moved the routes may be slightly older than this one, and the new owner needs
 * time to claim its path.
 */
function holdDownFor({ site, stored, trigger }: Observation): number {
  const { holdDownMs } = site.policy;
  const isSameOutage =
    trigger.kind === 'report' &&
    trigger.noticedAt !== undefined &&
    trigger.noticedAt - lastAutomaticSwap(stored) <= SAME_OUTAGE_MS;
  return isSameOutage ? Math.max(holdDownMs, OWNER_CLAIMS_WITHIN_MS) : holdDownMs;
}

/**
 * Whether a swap repairs the last one: routes that were moved back from its target go there again. It is no new swap while some
 * routes are still at its target, or while EC2 may still show them as they were before it. If all of them are at the other router
 * after that time, the last swap in the store is not the last one: another run moved them without the store, or an operator did.
 */
export function isRepair({ target }: Diagnosis, observation: Observation): boolean {
  const { stored, at } = observation;
  if (stored.lastTarget !== target.eni) return false;
  const last = Math.max(lastAutomaticSwap(stored), stored.leasedUntil ?? Number.NEGATIVE_INFINITY);
  return holdsRoutes(observation, target) || at - last <= LEASE_SETTLED_MS;
}

/** No other run holds the lease. */
export const leaseFree: Rule = (_, { stored, at }) => {
  if (!isSwapUnderWay(stored, at)) return undefined;
  const left = Math.ceil(((stored.leasedUntil ?? at) - at) / 1000);
  return refuse('lease-held', `Swap ${stored.epoch} is under way; its lease ends in ${left} s. Ask again.`);
};

function refuse(reason: RefusalReason, says: string): Refusal {
  return { kind: 'refuse', reason, says };
}
