import { staleness, whyNotNew } from './claim.ts';
import { type Diagnosis, isCertain } from './diagnosis.ts';
import { holdsRoutes, type Observation } from './observation.ts';
import { isSwapUnderWay } from './stored-state.ts';
import { isFinal } from './swap-record.ts';
import type { Override, Trigger } from './trigger.ts';

/** Which rule says no. */
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

/** Undefined: the rule has nothing against a swap. `note`: say what would be done, and do not do it. */
export type Rule = (diagnosis: Diagnosis, observation: Observation) => Objection | undefined;
export type Objection = Refusal | { readonly kind: 'note'; readonly says: string };
export interface Refusal {
  readonly kind: 'refuse';
  readonly reason: RefusalReason;
  readonly says: string;
}

/** The same id is acted on once. A retry of a report that was not answered with an end is no replay. */
export const notReplayed = (_: Diagnosis, { stored, trigger }: Observation): Refusal | undefined => {
  if (stored.answered === undefined || !isFinal(stored.answered.outcome)) return undefined;
  const { outcome, at, says } = stored.answered;
  return refuse(
    'replayed',
    `Report ${trigger.id} was answered "${outcome}" at ${new Date(at).toISOString()} (${says}) Nothing is done twice.`,
  );
};

/** Only what is said now says something about now. */
export const notStale: Rule = (_, { at, trigger }) => {
  const stale = trigger.kind === 'report' ? staleness(`${trigger.reporter}'s report`, trigger.at, at) : undefined;
  return stale === undefined ? undefined : refuse('report-stale', stale);
};

/** Only a new failure is one: an old one may long be over. */
export const isNew: Rule = ({ says }, { trigger }) => {
  const why = trigger.kind === 'report' ? whyNotNew(trigger) : undefined;
  return why === undefined ? undefined : refuse('report-stale', `${says}, but ${why}. Routes stay.`);
};

/** Whoever has never heard of its peer has not lost it: most likely ports between the two are closed. */
export const peerHasAnswered: Rule = ({ says }, { trigger }) => {
  if (trigger.kind !== 'report' || trigger.neverAnswered !== true) return undefined;
  const why =
    `${trigger.subject} has never answered ${trigger.reporter} since that was installed, which is a sign of closed ports: ` +
    'see their security groups (vyos-failover topology security-groups)';
  return refuse('peer-never-answered', `${says}, but ${why}. Routes stay.`);
};

/** Never to a router that is not proven fit. Nobody may set this one aside. */
export const fitOnly: Rule = ({ says, target, targetFitness, subjectFitness }) => {
  if (targetFitness.fit) return undefined;
  const why = `${says}, but ${target.name} is not proven fit: ${targetFitness.unfit.join('; ')}. Routes stay.`;
  return refuse(subjectFitness.fit ? 'target-unfit' : 'both-unfit', why);
};

/**
 * Without the store there is no lease, no hold-down and no pause to be known. A pair that prefers availability goes on
 * when a second signal agrees with the trigger: EC2's own word, or a witness who is not the peer.
 */
export const storeReachable: Rule = ({ kind, says, witnesses }, { stored, site }) => {
  const availability = site.policy.prefer === 'availability';
  if (stored.reachable || (availability && (isCertain(kind) || witnesses.length > 0))) return undefined;
  const missing = availability ? ', and no second witness agrees' : '';
  return refuse(
    'memory-unreachable',
    `${says}; the site's store does not answer, so nobody knows what is under way${missing}. Routes stay.`,
  );
};

/** The same, for what can wait: without the store nobody knows of hold-down, or of a person who brought the routes here. */
export const storeReachableForEvacuation: Rule = ({ says }, { stored }) => {
  if (stored.reachable) return undefined;
  return refuse(
    'memory-unreachable',
    `${says}; the site's store does not answer, and nothing has failed yet. Routes stay.`,
  );
};

/** The same, for a person: set aside by name. */
export const storeReachableForOperator: Rule = ({ target }, { stored, trigger }) => {
  if (stored.reachable || overridesOf(trigger).includes('memory-unreachable')) return undefined;
  return refuse(
    'memory-unreachable',
    `Not now: the site's store does not answer, so nobody knows what is under way, or whether ${target.name} is in ` +
      'maintenance. To move the routes all the same, without lease and journal, override "memory-unreachable".',
  );
};

/** `prefer: safety` wants a witness who is not the peer. */
export const secondWitness: Rule = ({ says, target, witnesses }, { site, trigger }) => {
  if (site.policy.prefer === 'availability' || trigger.kind !== 'report' || witnesses.length > 0) return undefined;
  return refuse(
    'second-witness-missing',
    `${says}; this site prefers safety, and nobody but ${target.name} says so. Routes stay.`,
  );
};

/** Mode and pause, for automatic swaps. */
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

/** Mode and pause, for a person: each is set aside by its own name. */
export const modeAndPauseForOperator: Rule = (_, observation) => {
  const obstacle = obstaclesIn(observation).find(({ rule }) => !overridesOf(observation.trigger).includes(rule));
  if (obstacle === undefined) return undefined;
  return refuse(
    obstacle.rule,
    `Not now: ${obstacle.says}. To move the routes all the same, override "${obstacle.rule}".`,
  );
};

function overridesOf(trigger: Trigger): readonly Override[] {
  return trigger.kind === 'operator' ? trigger.overrides : [];
}

interface Obstacle {
  readonly rule: Override;
  readonly says: string;
}

function obstaclesIn({ site: { policy }, stored: { pause }, at }: Observation): readonly Obstacle[] {
  const found: Obstacle[] = [];
  if (policy.mode === 'off') found.push({ rule: 'mode-off', says: 'failover is switched off (mode: off)' });
  if (policy.mode === 'observe') found.push({ rule: 'mode-observe', says: 'this site only observes (mode: observe)' });
  if (pause !== undefined && pause.until > at) {
    const until = new Date(pause.until).toISOString();
    found.push({ rule: 'paused', says: `${pause.by} paused this site until ${until} (${pause.reason})` });
  }
  return found;
}

const HOUR_MS = 3_600_000;

/** How many automatic swaps began in the last hour. */
export function swapsInLastHour({ stored, at }: Pick<Observation, 'stored' | 'at'>): number {
  return stored.automaticSwaps.filter((began) => at - began < HOUR_MS).length;
}

/**
 * Hold-down after an automatic swap, and at most so many in an hour; then a human. It holds back suspicions, and no repair
 * of what the last swap did.
 */
export const notHeldDown: Rule = (diagnosis, observation) => {
  const { says } = diagnosis;
  const { site, stored, at } = observation;
  if (isRepair(diagnosis, observation)) return undefined;
  const { maxSwapsPerHour } = site.policy;
  const last = Math.max(...stored.automaticSwaps, Number.NEGATIVE_INFINITY);
  const holdDownMs = Math.max(site.policy.holdDownMs, noticedWithSwap(observation, last) ? OWNER_CLAIMS_WITHIN_MS : 0);
  if (at - last < holdDownMs) {
    const left = Math.ceil((last + holdDownMs - at) / 1000);
    return refuse(
      'hold-down',
      `${says}; the last automatic swap was ${Math.round((at - last) / 1000)} s ago and hold-down lasts another ${left} s. Routes stay.`,
    );
  }
  const lastHour = swapsInLastHour(observation);
  if (lastHour < maxSwapsPerHour) return undefined;
  return refuse(
    'too-many-swaps',
    `${says}; ${lastHour} automatic swaps in the last hour are the most that the policy allows. A person must act. Routes stay.`,
  );
};

/** Of one outage, the slower detector (Serf) notices so much later than the faster one (BFD). */
const SAME_OUTAGE_MS = 15_000;
/** A router that took the routes, and does not see its peer, says so long after at the latest that it has a path. */
const OWNER_CLAIMS_WITHIN_MS = 120_000;

/**
 * The failure was noticed at about the time of the last swap: the two may only have lost sight of each other, and the owner's
 * report that brought it the routes may be a little older than its peer's, and therefore no veto. However short the policy's
 * hold-down is, the owner gets the time to claim its path.
 */
function noticedWithSwap({ trigger }: Observation, last: number): boolean {
  return trigger.kind === 'report' && trigger.noticedAt !== undefined && trigger.noticedAt - last <= SAME_OUTAGE_MS;
}

/**
 * Routes that somebody brought back from where the last swap had put them, to the router that it took them from: bringing
 * them there again is no new swap. It counts for nothing, as long as the last swap still holds others back, or some of its
 * routes are where it put them.
 */
export function isRepair({ target }: Diagnosis, observation: Observation): boolean {
  const { stored, site, at } = observation;
  if (stored.lastTarget !== target.eni) return false;
  // A person's too: EC2 may show for a second what was before it.
  const last = Math.max(...stored.automaticSwaps, stored.lastBeganAt ?? Number.NEGATIVE_INFINITY);
  return holdsRoutes(observation, target) || at - last < site.policy.holdDownMs;
}

/** Somebody else is swapping right now. */
export const leaseFree: Rule = (_, { stored, at }) => {
  if (!isSwapUnderWay(stored, at)) return undefined;
  const left = Math.ceil(((stored.leasedUntil ?? at) - at) / 1000);
  return refuse('lease-held', `Swap ${stored.epoch} is under way; its lease ends in ${left} s. Ask again.`);
};

function refuse(reason: RefusalReason, says: string): Refusal {
  return { kind: 'refuse', reason, says };
}
