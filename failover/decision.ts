/**
 * How a failover is decided. One snapshot in, one value out; the rules are DESIGN's, numbered as there.
 *
 * 1. Never to a router that is not proven fit: `fitness.ts`, asked by `fitOnly` in every procedure. What cannot be read is
 *    unknown: never zero, never down, never fit. Both routers unfit: nothing changes.
 * 2. A failure is certain where EC2 itself says so (`certain-failure.ts`), and any trigger then moves the routes. All else is
 *    suspicion and needs witnesses (`suspicion.ts`): the peer's report of a new failure (`isNew`) of a router that has ever
 *    answered it (`answeredOnce`), two probe rounds without
 *    path and detour, or an impaired status check with two silent rounds. `prefer: safety` wants one witness who is not the
 *    peer (`witnessed`).
 * 3. The owner's veto: a path claimed since the failure was noticed stands until two more witnesses speak against it
 *    (`suspicion.ts`).
 * 4. A detour is no failure (`bgp-counts.ts`): routes stay, and people are told (`OwnerDetoured`).
 * 5. Hold-down and the hourly limit hold back suspicions only (`notHeldDown`); repairing the last swap is no new one
 *    (`isRepair`). Failback is always manual.
 *    An evacuation (`evacuation.ts`, `policy: { evacuate: automatic }`) is an automatic swap like these: rules 1, 5, 7 and 8
 *    hold for it.
 * 6. A person skips 2 to 5, never 1 (`MANUAL`); each override has its own name.
 * 7. Only managed routes at one of the pair's interfaces are touched (`observation.ts`, `swap-plan.ts`).
 * 8. `mode: observe` and a pause note and move nothing (`permitted`); what a person orders during a run stops it
 *    (`functions/route-swap/orders.ts`).
 */
import { type Diagnosis, diagnose, isCertain } from './diagnosis.ts';
import { holdsRoutes, type Observation } from './observation.ts';
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
  swapsInLastHour,
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

/** Why nothing is done: all is well, or what is wrong is nothing that a swap of ours could mend. */
export type HoldReason = 'healthy' | 'degraded' | 'one-probe-only';

/**
 * What to do with a site: a value with its own sentence. Programs read `kind` and `reason`; log, API, event and CLI all
 * show `says`.
 */
export type Decision =
  /** Move the routes of `from` to `target`. `automatic`: counts for hold-down. `withoutLease`: the store is unreachable. */
  | Spoken<
      'swap',
      SwapReason,
      {
        readonly from: ManagedRouter;
        readonly target: ManagedRouter;
        readonly automatic: boolean;
        readonly withoutLease: boolean;
      }
    >
  /** Nothing to move: the routes are where they should be. */
  | Spoken<'already', 'nothing-at-subject', { readonly target: ManagedRouter }>
  /** Paused, or `mode: observe`: what would have been done, recorded and told, not done. */
  | Spoken<'note', SwapReason, { readonly target: ManagedRouter }>
  | Spoken<'hold', HoldReason>
  | Spoken<'refuse', RefusalReason>;

type Spoken<Kind extends string, Reason extends string, More = unknown> = {
  readonly kind: Kind;
  readonly reason: Reason;
  readonly says: string;
} & More;

/** Diagnoses a site and says what to do. Pure: no clock but `seen.at`, no network. */
export function decide(observation: Observation): Decision {
  return decideOn(diagnose(observation), observation);
}

/** What to do about a diagnosis. Each kind has its answer here, and nowhere else. */
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
      return { kind: 'hold', reason: 'one-probe-only', says: `${says}; a second round must say the same.` };
    case 'OwnerDetoured':
    case 'OwnerImpaired':
    case 'StandbyUnfit':
    case 'OwnerUnfit':
    case 'BothUnfit':
    case 'RoutesSplit':
      return { kind: 'hold', reason: 'degraded', says: `${says}. Routes stay.` };
    case 'Healthy':
      return { kind: 'hold', reason: 'healthy', says: `${says}.` };
  }
}

/**
 * Which rules a reason is asked, in this order: what nothing skips first, what only needs waiting last. `counts`: the swap
 * is an automatic one, for hold-down and the hourly limit.
 */
interface Procedure {
  readonly rules: readonly Rule[];
  readonly counts: boolean;
}

/** EC2 says so itself: at once, without witnesses, without hold-down. */
const CERTAIN: Procedure = { rules: [notReplayed, fitOnly, storeReachable, modeAndPause, leaseFree], counts: true };
/** The peer says so. */
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
/** The probe says so, whoever asks. */
const PROBED: Procedure = {
  rules: [notReplayed, notStale, fitOnly, storeReachable, modeAndPause, notHeldDown, leaseFree],
  counts: true,
};
/** AWS has announced it: planned, so with the store's lease only, and in hold-down it waits. */
const EVACUATING: Procedure = {
  rules: [notReplayed, fitOnly, storeReachableForEvacuation, modeAndPause, notHeldDown, leaseFree],
  counts: true,
};
/** It was decided before, by all the rules; only what may have changed since is asked again. */
const FINISHING: Procedure = { rules: [notReplayed, notStale, fitOnly, modeAndPause, leaseFree], counts: false };
/** A person needs no witness and no hold-down, but is told to say so when a dead store, a pause or the mode stands against it. */
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
    isCertain(kind) && automatic ? ` Automatic swap ${swapsInLastHour(observation) + 1} of the last hour.` : '';
  const sentence = `${says}${agreed}; ${target.name} is fit and takes the routes.${number}${earlier(observation, reason, target)}`;
  return { kind: 'swap', reason, says: sentence, from, target, automatic, withoutLease: !observation.stored.reachable };
}

/** A run that died told nobody of the swap that it had begun: whoever begins the next one does. */
function earlier({ site, stored: { unfinished } }: Observation, reason: SwapReason, target: ManagedRouter): string {
  if (unfinished === undefined || reason === 'finish-swap') return '';
  const end = unfinished.to === target.eni ? 'ends with this one' : 'is given up';
  const name = routerAt(site, unfinished.to)?.name ?? unfinished.to;
  return ` Swap ${unfinished.epoch} to ${name} (${unfinished.reason}) had stopped midway and ${end}.`;
}

/** A swap without a step: it takes the next epoch and closes the journal of the one that is given up. */
function giveUp(diagnosis: Diagnosis, observation: Observation): Decision {
  const { says, subject: from, target } = diagnosis;
  const no =
    notReplayed(diagnosis, observation) ?? notStale(diagnosis, observation) ?? leaseFree(diagnosis, observation);
  if (no?.kind === 'refuse') return no;
  const sentence = `${says}; ${target.name} is fit and keeps the routes, and that swap is given up.`;
  return { kind: 'swap', reason: 'give-up-swap', says: sentence, from, target, automatic: false, withoutLease: false };
}

function requested(diagnosis: Diagnosis, observation: Observation): Decision {
  const { subject, target } = diagnosis;
  const reason = observation.trigger.kind === 'operator' ? observation.trigger.act : 'switchover';
  // A swap that stopped midway is ended even so: else the next run would go on with it, against this person's word.
  if (!holdsRoutes(observation, subject) && observation.stored.unfinished === undefined) {
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
