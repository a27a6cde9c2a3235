import { type Diagnosis, diagnose } from './diagnosis.ts';
import { holdsRoutes, type Observation } from './observation.ts';
import {
  fitOnly,
  leaseFree,
  memoryReachable,
  memoryReachableToPerson,
  notReplayed,
  notStale,
  permitted,
  permittedToPerson,
  type RefusalReason,
  type Rule,
  rested,
  witnessed,
} from './rules.ts';
import type { ManagedRouter } from './site.ts';

/** Why routes move. */
export type SwapReason =
  | 'owner-not-running'
  | 'reported-by-survivor'
  | 'owner-left'
  | 'ebgp-down-twice'
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
  /** Move the routes of `from` to `to`. `automatic`: counts for hold-down. `withoutLease`: the store is unreachable. */
  | Spoken<
      'swap',
      SwapReason,
      {
        readonly from: ManagedRouter;
        readonly to: ManagedRouter;
        readonly automatic: boolean;
        readonly withoutLease: boolean;
      }
    >
  /** Nothing to move: the routes are where they should be. */
  | Spoken<'already', 'nothing-at-subject', { readonly to: ManagedRouter }>
  /** Paused, or `mode: observe`: what would have been done, recorded and told, not done. */
  | Spoken<'note', SwapReason, { readonly to: ManagedRouter }>
  | Spoken<'hold', HoldReason>
  | Spoken<'refuse', RefusalReason>;

type Spoken<Kind extends string, Reason extends string, More = unknown> = {
  readonly kind: Kind;
  readonly reason: Reason;
  readonly says: string;
} & More;

/** Diagnoses a site and says what to do. Pure: no clock but `seen.at`, no network. */
export function decide(seen: Observation): Decision {
  return decideOn(diagnose(seen), seen);
}

/** What to do about a diagnosis. Each kind has its answer here, and nowhere else. */
export function decideOn(diagnosis: Diagnosis, seen: Observation): Decision {
  const { kind, rescuer, says } = diagnosis;
  switch (kind) {
    case 'OwnerReportedFailed':
      return swap(diagnosis, seen, 'reported-by-survivor', AUTOMATIC);
    case 'OwnerLeft':
      return swap(diagnosis, seen, 'owner-left', AUTOMATIC);
    case 'OwnerNotRunning':
      return swap(diagnosis, seen, 'owner-not-running', AUTOMATIC);
    case 'OwnerWithoutEbgp':
      return swap(diagnosis, seen, 'ebgp-down-twice', AUTOMATIC);
    case 'SwapUnfinished':
      return swap(diagnosis, seen, 'finish-swap', FINISHING);
    case 'SwapAbandoned':
      return giveUp(diagnosis, seen);
    case 'MoveRequested':
      return requested(diagnosis, seen);
    case 'OwnerDisputed':
      return refuse('owner-healthy', `${says}. Routes stay.`);
    case 'NoRouteOfThePair':
      return refuse('no-managed-route', `${says}. Point at least one managed route at a router of the pair.`);
    case 'NothingAtSubject':
      return (
        notReplayed(diagnosis, seen) ?? {
          kind: 'already',
          reason: 'nothing-at-subject',
          says: `${says}; nothing to move.`,
          to: rescuer,
        }
      );
    case 'OwnerSuspected':
      return { kind: 'hold', reason: 'one-probe-only', says: `${says}; a second round must say the same.` };
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

/** Rules in the order in which they are asked: what nothing skips first, what only needs waiting last. */
const AUTOMATIC: readonly Rule[] = [
  notReplayed,
  notStale,
  fitOnly,
  memoryReachable,
  witnessed,
  permitted,
  rested,
  leaseFree,
];
/** It was decided before, by all the rules; only what may have changed since is asked again. */
const FINISHING: readonly Rule[] = [notReplayed, notStale, fitOnly, permitted, leaseFree];
/** A person needs no witness and no hold-down, but is told to say so when a dead store, a pause or the mode stands against it. */
const MANUAL: readonly Rule[] = [fitOnly, memoryReachableToPerson, permittedToPerson, leaseFree];

function swap(diagnosis: Diagnosis, seen: Observation, reason: SwapReason, rules: readonly Rule[]): Decision {
  const { says, subject: from, rescuer: to } = diagnosis;
  for (const rule of rules) {
    const no = rule(diagnosis, seen);
    if (no?.kind === 'refuse') return no;
    if (no?.kind === 'note') return { kind: 'note', reason, says: no.says, to };
  }
  const witnesses = seen.trigger.kind === 'report' ? diagnosis.witnesses.map((witness) => witness.says).join('; ') : '';
  const agreed = witnesses === '' ? '' : ` (${witnesses})`;
  const sentence = `${says}${agreed}; ${to.name} is fit and takes the routes.${earlier(seen, reason, to)}`;
  const withoutLease = !seen.memory.reachable;
  return { kind: 'swap', reason, says: sentence, from, to, automatic: rules === AUTOMATIC, withoutLease };
}

/** A run that died told nobody of the swap that it had begun: whoever begins the next one does. */
function earlier({ memory: { unfinished } }: Observation, reason: SwapReason, to: ManagedRouter): string {
  if (unfinished === undefined || reason === 'finish-swap') return '';
  const end = unfinished.to === to.name ? 'ends with this one' : 'is given up';
  return ` Swap ${unfinished.epoch} to ${unfinished.to} (${unfinished.reason}) had stopped midway and ${end}.`;
}

/** A swap without a step: it takes the next epoch and closes the journal of the one that is given up. */
function giveUp(diagnosis: Diagnosis, seen: Observation): Decision {
  const { says, subject: from, rescuer: to } = diagnosis;
  const no = notReplayed(diagnosis, seen) ?? notStale(diagnosis, seen) ?? leaseFree(diagnosis, seen);
  if (no?.kind === 'refuse') return no;
  const sentence = `${says}; ${to.name} is fit and keeps the routes, and that swap is given up.`;
  return { kind: 'swap', reason: 'give-up-swap', says: sentence, from, to, automatic: false, withoutLease: false };
}

function requested(diagnosis: Diagnosis, seen: Observation): Decision {
  const { subject, rescuer: to } = diagnosis;
  const reason = seen.trigger.kind === 'operator' ? seen.trigger.act : 'switchover';
  // A swap that stopped midway is ended even so: else the next run would go on with it, against this person's word.
  if (!holdsRoutes(seen, subject) && seen.memory.unfinished === undefined) {
    return {
      kind: 'already',
      reason: 'nothing-at-subject',
      says: `${to.name} already holds the routes; nothing to move.`,
      to,
    };
  }
  return swap(diagnosis, seen, reason, MANUAL);
}

function refuse(reason: RefusalReason, says: string): Decision {
  return { kind: 'refuse', reason, says };
}
