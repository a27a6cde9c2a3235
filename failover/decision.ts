/**
 * How a failover is decided: one snapshot in, one value out. These are the rules; other files refer to them by number.
 *
 * 1. Routes move only to a router that is proven fit (`fitness.ts`; `fitOnly` is part of every procedure). What cannot be read is
 *    unknown: never zero, never down, never fit. If both routers are unfit nothing changes.
 * 2. A failure that EC2 itself reports is certain (`certain-failure.ts`), and any trigger then moves the routes. Everything else
 *    is suspicion and needs a witness (`suspicion.ts`): the peer's report of a new failure (`isNew`) of a router that has answered
 *    it before (`peerHasAnswered`), two consecutive probe rounds without path and detour, or an impaired status check together
 *    with two silent rounds. `prefer: safety` requires a witness other than the peer (`secondWitness`).
 * 3. The owner's veto: a path that it has claimed since the failure was noticed disputes a suspicion, unless two witnesses
 *    confirm it (`unlessVetoed` in `suspicion.ts`).
 * 4. A detour is not a failure (`bgp-counts.ts`): routes stay, and `OwnerDetoured` is announced.
 * 5. Hold-down and the hourly limit apply to suspicions only (`notHeldDown`); a repair of the last swap is no new swap
 *    (`isRepair`). Failback is always manual.
 *    An evacuation (`evacuation.ts`, `policy: { evacuate: automatic }`) is an automatic swap like these: rules 1, 5, 7 and 8
 *    hold for it.
 * 6. A switchover or failback by an operator skips rules 2 to 5, never 1 (`MANUAL`). Each override has its own name.
 * 7. Only managed static routes whose target is one of the pair's interfaces are replaced (`routesOfThePair`, `swap-plan.ts`), and none
 *    in a table that another stack has marked (`controller.ts`). An interface that the deployed topology had for a router before is one of
 *    the pair's while routes point at it (`former-interfaces.ts`).
 * 8. With `mode: observe` or during a pause decisions are recorded and announced, and nothing moves (`modeAndPause`). A pause or a
 *    maintenance that an operator sets stops a run that is under way (`functions/route-swap/orders.ts`).
 *
 * A suspected report is no trigger. A confirmed one is decided by the same rules, at the time of its confirmation; only EC2's facts may be
 * those that the suspected one prepared (`functions/route-swap/observe-confirmed.ts`).
 */
import { type Diagnosis, diagnose, isCertain } from './diagnosis.ts';
import { swapsInLastHour } from './hold-down.ts';
import { type Observation, routesOfThePair } from './observation.ts';
import {
  fitOnly,
  isNew,
  isRepair,
  leaseFree,
  modeAndPause,
  modeAndPauseForOperator,
  notHeldDown,
  notReplayed,
  notStale,
  peerHasAnswered,
  type RefusalReason,
  type Rule,
  secondWitness,
  storeReachable,
  storeReachableForEvacuation,
  storeReachableForOperator,
} from './rules.ts';
import { type ManagedRouter, routerAt } from './site.ts';

/** Why routes move. */
export type SwapReason =
  | 'owner-not-running'
  | 'owner-cannot-forward'
  | 'reported-by-survivor'
  | 'owner-left'
  | 'ebgp-down-twice'
  | 'owner-silent'
  | 'evacuation'
  | 'finish-swap'
  | 'give-up-swap'
  | 'switchover'
  | 'failback';

/** Why nothing is done: the site is healthy, or what is wrong cannot be repaired by a swap. */
export type HoldReason = 'healthy' | 'degraded' | 'one-probe-only';

/**
 * What to do with a site. `kind` and `reason` are for programs; `says` is the sentence that log, API, event and CLI show.
 */
export type Decision =
  /**
   * Move the routes of `from` to `target`. `done`: `says` in the past tense, for a swap that has moved them. `automatic`: counts for
   * hold-down. `withoutLease`: the store does not answer.
   */
  | Spoken<
      'swap',
      SwapReason,
      {
        readonly done: string;
        readonly from: ManagedRouter;
        readonly target: ManagedRouter;
        readonly automatic: boolean;
        readonly withoutLease: boolean;
      }
    >
  /** Nothing to move: the routes are at the target. */
  | Spoken<'already', 'nothing-at-subject', { readonly target: ManagedRouter }>
  /** During a pause, or with `mode: observe`: the swap is recorded and announced, not carried out. */
  | Spoken<'note', SwapReason, { readonly target: ManagedRouter }>
  | Spoken<'hold', HoldReason>
  | Spoken<'refuse', RefusalReason>;

type Spoken<Kind extends string, Reason extends string, More = unknown> = {
  readonly kind: Kind;
  readonly reason: Reason;
  readonly says: string;
} & More;

/** Diagnoses a site and decides. Pure: the only clock is `observation.at`. */
export function decide(observation: Observation): Decision {
  return decideOn(diagnose(observation), observation);
}

/** What to do about each kind of diagnosis. */
export function decideOn(diagnosis: Diagnosis, observation: Observation): Decision {
  const { kind, target, says } = diagnosis;
  switch (kind) {
    case 'OwnerNotRunning':
      return swap(diagnosis, observation, 'owner-not-running', CERTAIN);
    case 'OwnerCannotForward':
      return swap(diagnosis, observation, 'owner-cannot-forward', CERTAIN);
    case 'OwnerReportedFailed':
      return swap(diagnosis, observation, 'reported-by-survivor', REPORTED);
    case 'OwnerLeft':
      return swap(diagnosis, observation, 'owner-left', REPORTED);
    case 'OwnerWithoutPath':
      return swap(diagnosis, observation, 'ebgp-down-twice', PROBED);
    case 'OwnerSilent':
      return swap(diagnosis, observation, 'owner-silent', PROBED);
    case 'OwnerEventDue':
      return swap(diagnosis, observation, 'evacuation', EVACUATING);
    case 'SwapUnfinished':
      return swap(diagnosis, observation, 'finish-swap', FINISHING);
    case 'SwapAbandoned':
      return giveUp(diagnosis, observation);
    case 'MoveRequested':
      return requested(diagnosis, observation);
    case 'OwnerDisputed':
      return refuse('owner-healthy', `${says}. Routes stay.`);
    case 'NoRouteOfThePair':
      return refuse('no-managed-route', `${says}. Point at least one managed route at a router of the pair.`);
    case 'NothingAtSubject':
      return (
        notReplayed(diagnosis, observation) ?? {
          kind: 'already',
          reason: 'nothing-at-subject',
          says: `${says}; nothing to move.`,
          target,
        }
      );
    case 'OwnerSuspected':
      return { kind: 'hold', reason: 'one-probe-only', says: `${says}; a second round must confirm it.` };
    case 'OwnerDetoured':
    case 'OwnerImpaired':
    case 'StandbyUnfit':
    case 'OwnerUnfit':
    case 'BothUnfit':
    case 'RoutesSplit':
    case 'RoutesAtFormerInterface':
      return { kind: 'hold', reason: 'degraded', says: `${says}. Routes stay.` };
    case 'Healthy':
      return { kind: 'hold', reason: 'healthy', says: `${says}.` };
  }
}

/**
 * The rules that apply to a reason, in order: those that nothing overrides first, those that only delay last. `counts`: the swap
 * counts for hold-down and the hourly limit.
 */
interface Procedure {
  readonly rules: readonly Rule[];
  readonly counts: boolean;
}

/** A certain failure: no witnesses, no hold-down. */
const CERTAIN: Procedure = { rules: [notReplayed, fitOnly, storeReachable, modeAndPause, leaseFree], counts: true };
/** A report by the peer. */
const REPORTED: Procedure = {
  rules: [
    notReplayed,
    notStale,
    isNew,
    peerHasAnswered,
    fitOnly,
    storeReachable,
    secondWitness,
    modeAndPause,
    notHeldDown,
    leaseFree,
  ],
  counts: true,
};
/** Found by the probe, for any trigger. */
const PROBED: Procedure = {
  rules: [notReplayed, notStale, fitOnly, storeReachable, modeAndPause, notHeldDown, leaseFree],
  counts: true,
};
/** A scheduled event: planned, so it needs the lease and waits for the end of hold-down. */
const EVACUATING: Procedure = {
  rules: [notReplayed, fitOnly, storeReachableForEvacuation, modeAndPause, notHeldDown, leaseFree],
  counts: true,
};
/** The swap was decided by all rules when it began; only those whose facts may have changed apply again. */
const FINISHING: Procedure = { rules: [notReplayed, notStale, fitOnly, modeAndPause, leaseFree], counts: false };
/** An operator needs no witness and no hold-down, and must override an unreachable store, a pause or the mode by name. */
const MANUAL: Procedure = {
  rules: [fitOnly, storeReachableForOperator, modeAndPauseForOperator, leaseFree],
  counts: false,
};

function swap(
  diagnosis: Diagnosis,
  observation: Observation,
  reason: SwapReason,
  { rules, counts }: Procedure,
): Decision {
  const { kind, says, subject: from, target } = diagnosis;
  for (const rule of rules) {
    const no = rule(diagnosis, observation);
    if (no?.kind === 'refuse') return no;
    if (no?.kind === 'note') return { kind: 'note', reason, says: no.says, target };
  }
  const witnesses =
    observation.trigger.kind === 'report' ? diagnosis.witnesses.map((witness) => witness.says).join('; ') : '';
  const agreed = witnesses === '' ? '' : ` (${witnesses})`;
  const automatic = counts && !isRepair(diagnosis, observation);
  const number =
    isCertain(kind) && automatic
      ? ` Automatic swap ${swapsInLastHour(observation.stored, observation.at) + 1} of the last hour.`
      : '';
  const sentence = (takes: string) =>
    `${says}${agreed}; ${target.name} ${takes} the routes.${number}${earlier(observation, reason, target)}`;
  const sentences = { says: sentence('is fit and takes'), done: sentence('was fit and took') };
  return { kind: 'swap', reason, ...sentences, from, target, automatic, withoutLease: !observation.stored.reachable };
}

/** A run that ended midway did not announce its swap; the next swap does. */
function earlier({ site, stored: { unfinished } }: Observation, reason: SwapReason, target: ManagedRouter): string {
  if (unfinished === undefined || reason === 'finish-swap') return '';
  const name = routerAt(site, unfinished.to)?.name ?? unfinished.to;
  const swap = `Swap ${unfinished.epoch} to ${name} (${unfinished.reason})`;
  if (unfinished.noneAtTarget === true)
    return ` ${swap} is not recorded as finished, no route was at ${name}, and it is closed.`;
  return ` ${swap} had not finished and ${unfinished.to === target.eni ? 'is finished by this one' : 'is abandoned'}.`;
}

/** A swap without steps: it takes the next epoch and closes the journal of the abandoned swap. */
function giveUp(diagnosis: Diagnosis, observation: Observation): Decision {
  const { says, subject: from, target } = diagnosis;
  const no =
    notReplayed(diagnosis, observation) ?? notStale(diagnosis, observation) ?? leaseFree(diagnosis, observation);
  if (no?.kind === 'refuse') return no;
  const sentence = `${says}; ${target.name} is fit and keeps the routes, and that swap is abandoned.`;
  const sentences = { says: sentence, done: sentence };
  return { kind: 'swap', reason: 'give-up-swap', ...sentences, from, target, automatic: false, withoutLease: false };
}

function requested(diagnosis: Diagnosis, observation: Observation): Decision {
  const { target } = diagnosis;
  const reason = observation.trigger.kind === 'operator' ? observation.trigger.act : 'switchover';
  // An unfinished swap is closed even so: otherwise the next run would continue it against this operator's request.
  const isAllThere = routesOfThePair(observation).every((route) => route.target === target.eni);
  if (isAllThere && observation.stored.unfinished === undefined) {
    return {
      kind: 'already',
      reason: 'nothing-at-subject',
      says: `${target.name} already holds the routes; nothing to move.`,
      target,
    };
  }
  return swap(diagnosis, observation, reason, MANUAL);
}

function refuse(reason: RefusalReason, says: string): Decision {
  return { kind: 'refuse', reason, says };
}
