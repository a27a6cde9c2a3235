import { authorizedCallers } from './authorized-callers.ts';
import { certainFailureNotHeld } from './certain-failure-not-held.ts';
import { converges } from './converges.ts';
import { evacuation } from './evacuation.ts';
import { farFailure } from './far-failure.ts';
import { foreignRoutesUntouched } from './foreign-routes-untouched.ts';
import { freshObservation } from './fresh-observation.ts';
import { healthIsCorrect } from './health-is-correct.ts';
import { history } from './history.ts';
import { holdDown } from './hold-down.ts';
import type { Invariant } from './invariant.ts';
import { lease } from './lease.ts';
import { leaseTimeLeft } from './lease-time-left.ts';
import { lostAnswer } from './lost-answer.ts';
import { mode } from './mode.ts';
import { needlessSwap } from './needless-swap.ts';
import { newestReport } from './newest-report.ts';
import { noLeaseLeft } from './no-lease-left.ts';
import { noRouteLost } from './no-route-lost.ts';
import { oneRunPerEpoch } from './one-run-per-epoch.ts';
import { oneWriter } from './one-writer.ts';
import { pairPartition } from './pair-partition.ts';
import { pause } from './pause.ts';
import { pauseStopsRuns } from './pause-stops-runs.ts';
import { recoveryDeadline } from './recovery-deadline.ts';
import { replay } from './replay.ts';
import { resume } from './resume.ts';
import { safety } from './safety.ts';
import { staleReport } from './stale-report.ts';
import { storeDown } from './store-down.ts';
import { suspicionChangesNothing } from './suspicion-changes-nothing.ts';
import { swapRate } from './swap-rate.ts';
import { swappedIsCorrect } from './swapped-is-correct.ts';
import { targetAlive } from './target-alive.ts';
import { targetFit } from './target-fit.ts';
import { terminates } from './terminates.ts';
import { unfitOwner } from './unfit-owner.ts';
import { veto } from './veto.ts';

/** Every invariant; of two violations at once the first in this list is reported. */
export const INVARIANTS: readonly Invariant[] = [
  /* Routes. */
  noRouteLost,
  foreignRoutesUntouched,
  targetFit,
  targetAlive,
  swappedIsCorrect,
  /* One at a time. */
  oneRunPerEpoch,
  lease,
  oneWriter,
  leaseTimeLeft,
  lostAnswer,
  noLeaseLeft,
  resume,
  replay,
  /* Authorization and policy. */
  authorizedCallers,
  mode,
  pause,
  pauseStopsRuns,
  storeDown,
  holdDown,
  swapRate,
  staleReport,
  suspicionChangesNothing,
  freshObservation,
  veto,
  safety,
  /* No unnecessary swap. */
  pairPartition,
  farFailure,
  needlessSwap,
  evacuation,
  /* Every necessary swap. */
  certainFailureNotHeld,
  unfitOwner,
  recoveryDeadline,
  converges,
  /* Records and health. */
  newestReport,
  history,
  healthIsCorrect,
  terminates,
];
