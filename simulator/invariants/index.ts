import { certainHeldBack } from './certain-held-back.ts';
import { converges } from './converges.ts';
import { ends } from './ends.ts';
import { evacuation } from './evacuation.ts';
import { foreignDeath } from './foreign-death.ts';
import { foreignUntouched } from './foreign-untouched.ts';
import { healthIsTrue } from './health-is-true.ts';
import { history } from './history.ts';
import { holdDown } from './hold-down.ts';
import type { Invariant } from './invariant.ts';
import { lease } from './lease.ts';
import { lostAnswer } from './lost-answer.ts';
import { lostSight } from './lost-sight.ts';
import { mode } from './mode.ts';
import { needlessSwap } from './needless-swap.ts';
import { newestStatement } from './newest-statement.ts';
import { noRouteLost } from './no-route-lost.ts';
import { oneRunAnEpoch } from './one-run-an-epoch.ts';
import { oneWriter } from './one-writer.ts';
import { onlyToTheFit } from './only-to-the-fit.ts';
import { pause } from './pause.ts';
import { replay } from './replay.ts';
import { resume } from './resume.ts';
import { safety } from './safety.ts';
import { savedInTime } from './saved-in-time.ts';
import { staleReport } from './stale-report.ts';
import { storeDown } from './store-down.ts';
import { swappedIsTrue } from './swapped-is-true.ts';
import { timeLeft } from './time-left.ts';
import { toTheLiving } from './to-the-living.ts';
import { tooMany } from './too-many.ts';
import { unfitOwner } from './unfit-owner.ts';
import { veto } from './veto.ts';
import { whoMaySpeak } from './who-may-speak.ts';
import { wordInForce } from './word-in-force.ts';

/** All that must hold; of two that break at once the one that stands first is named. */
export const INVARIANTS: readonly Invariant[] = [
  /* Routes. */
  noRouteLost,
  foreignUntouched,
  onlyToTheFit,
  toTheLiving,
  swappedIsTrue,
  /* One at a time. */
  oneRunAnEpoch,
  lease,
  oneWriter,
  timeLeft,
  lostAnswer,
  resume,
  replay,
  /* Who may move them, and who may not. */
  whoMaySpeak,
  mode,
  pause,
  wordInForce,
  storeDown,
  holdDown,
  tooMany,
  staleReport,
  veto,
  safety,
  /* Stay when it need not. */
  lostSight,
  foreignDeath,
  needlessSwap,
  evacuation,
  /* Move when it must. */
  certainHeldBack,
  unfitOwner,
  savedInTime,
  converges,
  /* What is known and told. */
  newestStatement,
  history,
  healthIsTrue,
  ends,
];
