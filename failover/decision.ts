import type { Policy } from '#topology/topology.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { CLAIM_FRESH_MS, fitnessOf } from './fitness.ts';
import { factsOf, type Observation } from './observation.ts';
import type { ManagedRouter } from './site.ts';

/** Why routes move. */
export type SwapReason =
  | 'owner-not-running'
  | 'reported-by-survivor'
  | 'owner-left'
  | 'ebgp-down-twice'
  | 'finish-swap'
  | 'switchover'
  | 'failback';

/** Why nothing is done, nothing being wrong or not enough being known. */
export type HoldReason = 'healthy' | 'one-probe-only';

/** Which rule says no. */
export type RefusalReason =
  | 'no-managed-route'
  | 'target-unfit'
  | 'both-unfit'
  | 'owner-healthy'
  | 'second-witness-missing'
  | 'hold-down'
  | 'too-many-swaps'
  | 'mode-off'
  | 'lease-held'
  | 'replayed'
  | 'report-stale';

/**
 * What to do with a site: a value with its own sentence. Programs read `kind` and `reason`; log, API, event and CLI all
 * show `says`.
 */
export type Decision =
  /** Move the routes that point at `from` to `to`. `automatic`: counts for hold-down. */
  | Spoken<
      'swap',
      SwapReason,
      { readonly from: ManagedRouter; readonly to: ManagedRouter; readonly automatic: boolean }
    >
  /** Nothing to move: the routes are where they should be. */
  | Spoken<'already', 'nothing-at-subject', { readonly to: ManagedRouter }>
  /** `mode: observe`: what would have been done, recorded and told, not done. */
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
  return replayed(seen) ?? stale(seen) ?? decideOn(diagnose(seen), seen);
}

/** The same id is acted on once. A retry of a report that was not answered with an end is no replay. */
function replayed({ memory, trigger }: Observation): Decision | undefined {
  if (memory.answered === undefined) return undefined;
  const { outcome, at, says } = memory.answered;
  return refuse(
    'replayed',
    `Report ${trigger.id} was answered "${outcome}" at ${new Date(at).toISOString()} (${says}) Nothing is done twice.`,
  );
}

/** An old report says nothing about now; one from the future has a clock that nobody can rely on. */
function stale({ at, trigger }: Observation): Decision | undefined {
  if (trigger.kind !== 'report' || Math.abs(at - trigger.at) <= CLAIM_FRESH_MS) return undefined;
  const seconds = Math.round((at - trigger.at) / 1000);
  const age = seconds < 0 ? `is ${-seconds} s ahead of AWS's clock` : `is ${seconds} s old`;
  return refuse(
    'report-stale',
    `${trigger.reporter}'s report ${age}; only ${CLAIM_FRESH_MS / 1000} s count. Send it anew, and see that the router's clock is right.`,
  );
}

/** What to do about a diagnosis. Each kind has its answer here, and nowhere else. */
export function decideOn(diagnosis: Diagnosis, seen: Observation): Decision {
  const { kind, rescuer, says } = diagnosis;
  switch (kind) {
    case 'NoRouteOfThePair':
      return refuse('no-managed-route', `${says}. Point at least one managed route at a router of the pair.`);
    case 'NothingAtSubject':
      return { kind: 'already', reason: 'nothing-at-subject', says: `${says}; nothing to move.`, to: rescuer };
    case 'Healthy':
      return { kind: 'hold', reason: 'healthy', says: `${says} and nothing is said against it.` };
    case 'OwnerSuspected':
      return { kind: 'hold', reason: 'one-probe-only', says: `${says}; a second round must say the same.` };
    case 'OwnerDisputed':
      return refuse('owner-healthy', `${says}. Routes stay.`);
    case 'OwnerNotRunning':
      return automatic(diagnosis, 'owner-not-running', seen);
    case 'OwnerReportedFailed':
      return automatic(diagnosis, 'reported-by-survivor', seen);
    case 'OwnerLeft':
      return automatic(diagnosis, 'owner-left', seen);
    case 'OwnerWithoutEbgp':
      return automatic(diagnosis, 'ebgp-down-twice', seen);
    case 'SwapUnfinished':
      return fitOnly(diagnosis, seen) ?? leaseFree(seen) ?? swap(diagnosis, 'finish-swap', false);
    case 'MoveRequested':
      return manual(diagnosis, seen);
  }
}

/** An automatic swap: every rule applies, the one that nothing skips first. */
function automatic(diagnosis: Diagnosis, reason: SwapReason, seen: Observation): Decision {
  const { policy } = seen.site;
  return (
    fitOnly(diagnosis, seen) ??
    witnessed(diagnosis, reason, seen) ??
    permitted(diagnosis, reason, policy) ??
    rested(diagnosis, seen) ??
    leaseFree(seen) ??
    swap(diagnosis, reason, true)
  );
}

/** A person's swap skips witnesses, mode and hold-down, never fitness. */
function manual(diagnosis: Diagnosis, seen: Observation): Decision {
  const reason = seen.trigger.kind === 'operator' ? seen.trigger.act : 'switchover';
  const nothingThere = !seen.routes.some((route) => route.target === diagnosis.subject.eni);
  if (nothingThere) {
    const says = `${diagnosis.rescuer.name} already holds the routes; nothing to move.`;
    return { kind: 'already', reason: 'nothing-at-subject', says, to: diagnosis.rescuer };
  }
  return fitOnly(diagnosis, seen) ?? leaseFree(seen) ?? swap(diagnosis, reason, false);
}

/** Never to a router that is not proven fit. */
function fitOnly({ says, subject, rescuer, rescuerFitness }: Diagnosis, seen: Observation): Decision | undefined {
  if (rescuerFitness.fit) return undefined;
  const why = `${says}, but ${rescuer.name} is not proven fit: ${rescuerFitness.unfit.join('; ')}. Routes stay.`;
  return refuse(fitnessOf(seen, subject).fit ? 'target-unfit' : 'both-unfit', why);
}

/** `prefer: safety` wants one witness who is not the survivor. EC2 and the probe are such witnesses. */
function witnessed(diagnosis: Diagnosis, reason: SwapReason, seen: Observation): Decision | undefined {
  if (seen.site.policy.prefer === 'availability') return undefined;
  if (reason === 'owner-not-running' || reason === 'ebgp-down-twice') return undefined;
  const facts = factsOf(seen, diagnosis.subject);
  const probe = seen.memory.probes.at(-1)?.ebgp[diagnosis.subject.name];
  if (facts.instance !== 'running' && facts.instance !== 'unknown') return undefined;
  if (probe !== undefined && probe !== null && probe.established === 0) return undefined;
  return refuse(
    'second-witness-missing',
    `${diagnosis.says}; this site prefers safety, and nobody but ${diagnosis.rescuer.name} says so. Routes stay.`,
  );
}

function permitted({ says, rescuer }: Diagnosis, reason: SwapReason, policy: Policy): Decision | undefined {
  switch (policy.mode) {
    case 'automatic':
      return undefined;
    case 'observe':
      return {
        kind: 'note',
        reason,
        says: `${says}; the routes would move to ${rescuer.name} (mode: observe).`,
        to: rescuer,
      };
    case 'off':
      return refuse('mode-off', `${says}; failover is switched off (mode: off). Routes stay.`);
  }
}

/** Hold-down after an automatic swap, and at most so many in an hour; then a human. */
function rested({ says }: Diagnosis, seen: Observation): Decision | undefined {
  const { holdDownMs, maxSwapsPerHour } = seen.site.policy;
  const swaps = seen.memory.automaticSwaps;
  const last = Math.max(...swaps, Number.NEGATIVE_INFINITY);
  if (seen.at - last < holdDownMs) {
    const left = Math.ceil((last + holdDownMs - seen.at) / 1000);
    return refuse(
      'hold-down',
      `${says}; the last automatic swap was ${Math.round((seen.at - last) / 1000)} s ago and hold-down lasts another ${left} s. Routes stay.`,
    );
  }
  const lastHour = swaps.filter((at) => seen.at - at < 3_600_000).length;
  if (lastHour < maxSwapsPerHour) return undefined;
  return refuse(
    'too-many-swaps',
    `${says}; ${lastHour} automatic swaps in the last hour are the most that the policy allows. A person must act. Routes stay.`,
  );
}

/** Somebody else is swapping right now. */
function leaseFree(seen: Observation): Decision | undefined {
  const { leasedUntil } = seen.memory;
  if (leasedUntil === undefined || leasedUntil <= seen.at) return undefined;
  return refuse(
    'lease-held',
    `Swap ${seen.memory.epoch} is under way; its lease ends in ${Math.ceil((leasedUntil - seen.at) / 1000)} s. Ask again.`,
  );
}

function swap({ says, subject, rescuer }: Diagnosis, reason: SwapReason, automatic: boolean): Decision {
  return {
    kind: 'swap',
    reason,
    says: `${says}; ${rescuer.name} is fit and takes the routes.`,
    from: subject,
    to: rescuer,
    automatic,
  };
}

function refuse(reason: RefusalReason, says: string): Decision {
  return { kind: 'refuse', reason, says };
}
