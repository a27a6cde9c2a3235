import { staleness } from './claim.ts';
import type { Diagnosis } from './diagnosis.ts';
import { isSwapUnderWay } from './memory.ts';
import type { Observation } from './observation.ts';
import { isEnd } from './swap-record.ts';
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
  | 'report-stale';

/** Undefined: the rule has nothing against a swap. `note`: say what would be done, and do not do it. */
export type Rule = (diagnosis: Diagnosis, seen: Observation) => Objection | undefined;
export type Objection = Refusal | { readonly kind: 'note'; readonly says: string };
export interface Refusal {
  readonly kind: 'refuse';
  readonly reason: RefusalReason;
  readonly says: string;
}

/** The same id is acted on once. A retry of a report that was not answered with an end is no replay. */
export const notReplayed = (_: Diagnosis, { memory, trigger }: Observation): Refusal | undefined => {
  if (memory.answered === undefined || !isEnd(memory.answered.outcome)) return undefined;
  const { outcome, at, says } = memory.answered;
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

/** Never to a router that is not proven fit. Nobody may set this one aside. */
export const fitOnly: Rule = ({ says, rescuer, rescuerFitness, subjectFitness }) => {
  if (rescuerFitness.fit) return undefined;
  const why = `${says}, but ${rescuer.name} is not proven fit: ${rescuerFitness.unfit.join('; ')}. Routes stay.`;
  return refuse(subjectFitness.fit ? 'target-unfit' : 'both-unfit', why);
};

/**
 * Without the store there is no lease, no hold-down and no pause to be known. A pair that prefers availability goes on
 * when somebody besides the survivor says the same.
 */
export const memoryReachable: Rule = ({ says, witnesses }, { memory, site }) => {
  const availability = site.policy.prefer === 'availability';
  if (memory.reachable || (availability && witnesses.length > 0)) return undefined;
  const missing = availability ? ', and no second witness agrees' : '';
  return refuse(
    'memory-unreachable',
    `${says}; the site's store does not answer, so nobody knows what is under way${missing}. Routes stay.`,
  );
};

/** The same, for a person: set aside by name. */
export const memoryReachableToPerson: Rule = ({ rescuer }, { memory, trigger }) => {
  if (memory.reachable || overridesOf(trigger).includes('memory-unreachable')) return undefined;
  return refuse(
    'memory-unreachable',
    `Not now: the site's store does not answer, so nobody knows what is under way, or whether ${rescuer.name} is in ` +
      'maintenance. To move the routes all the same, without lease and journal, override "memory-unreachable".',
  );
};

/** `prefer: safety` wants a witness who is not the survivor. */
export const witnessed: Rule = ({ says, rescuer, witnesses }, { site, trigger }) => {
  if (site.policy.prefer === 'availability' || trigger.kind !== 'report' || witnesses.length > 0) return undefined;
  return refuse(
    'second-witness-missing',
    `${says}; this site prefers safety, and nobody but ${rescuer.name} says so. Routes stay.`,
  );
};

/** Mode and pause, for automatic swaps. */
export const permitted: Rule = ({ says, rescuer }, seen) => {
  const obstacle = obstacleOf(seen);
  if (obstacle === undefined) return undefined;
  if (obstacle.rule === 'mode-off')
    return refuse('mode-off', `${says}; failover is switched off (mode: off). Routes stay.`);
  return {
    kind: 'note',
    says: `${says}; the routes would move to ${rescuer.name}, but ${obstacle.says}. Routes stay.`,
  };
};

/** Mode and pause, for a person: set aside by name. */
export const permittedToPerson: Rule = (_, seen) => {
  const obstacle = obstacleOf(seen);
  if (obstacle === undefined || overridesOf(seen.trigger).includes(obstacle.rule)) return undefined;
  return refuse(
    obstacle.rule,
    `Not now: ${obstacle.says}. To move the routes all the same, override "${obstacle.rule}".`,
  );
};

function overridesOf(trigger: Trigger): readonly Override[] {
  return trigger.kind === 'operator' ? trigger.overrides : [];
}

function obstacleOf({ site, memory, at }: Observation): { readonly rule: Override; readonly says: string } | undefined {
  const { pause } = memory;
  if (site.policy.mode === 'off') return { rule: 'mode-off', says: 'failover is switched off (mode: off)' };
  if (site.policy.mode === 'observe') return { rule: 'mode-observe', says: 'this site only observes (mode: observe)' };
  if (pause === undefined || pause.until <= at) return undefined;
  const until = new Date(pause.until).toISOString();
  return { rule: 'paused', says: `${pause.by} paused this site until ${until} (${pause.reason})` };
}

const HOUR_MS = 3_600_000;

/** Hold-down after an automatic swap, and at most so many in an hour; then a human. */
export const rested: Rule = ({ says }, { site, memory, at }) => {
  const { holdDownMs, maxSwapsPerHour } = site.policy;
  const last = Math.max(...memory.automaticSwaps, Number.NEGATIVE_INFINITY);
  if (at - last < holdDownMs) {
    const left = Math.ceil((last + holdDownMs - at) / 1000);
    return refuse(
      'hold-down',
      `${says}; the last automatic swap was ${Math.round((at - last) / 1000)} s ago and hold-down lasts another ${left} s. Routes stay.`,
    );
  }
  const lastHour = memory.automaticSwaps.filter((began) => at - began < HOUR_MS).length;
  if (lastHour < maxSwapsPerHour) return undefined;
  return refuse(
    'too-many-swaps',
    `${says}; ${lastHour} automatic swaps in the last hour are the most that the policy allows. A person must act. Routes stay.`,
  );
};

/** Somebody else is swapping right now. */
export const leaseFree: Rule = (_, { memory, at }) => {
  if (!isSwapUnderWay(memory, at)) return undefined;
  const left = Math.ceil(((memory.leasedUntil ?? at) - at) / 1000);
  return refuse('lease-held', `Swap ${memory.epoch} is under way; its lease ends in ${left} s. Ask again.`);
};

function refuse(reason: RefusalReason, says: string): Refusal {
  return { kind: 'refuse', reason, says };
}
