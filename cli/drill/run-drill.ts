import type { Drill, DrillLeg } from '#contracts/drill.ts';
import {
  type DrillContext,
  DrillRefused,
  type EndedDrill,
  isInterrupted,
  type PlannedDrill,
  report,
} from './drill-context.ts';
import { drillSays, legSays } from './drill-text.ts';
import { exceeds, legOf } from './leg.ts';
import { type Moved, NOT_BEGUN, switchoverTo } from './move.ts';
import { recordDrill } from './record-drill.ts';
import { returnRoutes } from './return-routes.ts';
import { startAgain, stopOwner } from './stop-owner.ts';
import { measureTraffic, type Traffic } from './traffic.ts';

/** Before a movement: the measurement runs by then, and shows that the traffic passes. */
const LEAD_MS = 5_000;
/** Length of a measurement around a switchover, and around a failover. */
const SWITCHOVER_S = 20;
const FAILOVER_S = 60;

/**
 * Moves the routes to the other router and back, and measures both movements. However the first one ends, the routes return: after
 * its loss budget is exceeded, after its measurement fails, or after Ctrl-C, at once.
 *
 * @throws DrillRefused if the measuring host fails before the first movement; nothing was changed
 */
export async function runDrill(planned: PlannedDrill, drill: DrillContext): Promise<EndedDrill> {
  const id = drill.cli.environment.newId();
  const away = await moveAway(planned, drill);
  if (away.notBegun) return neverBegun(id, planned, drill);
  const mayStay = !exceeds(away.leg, drill.budgetMs) && away.unmeasured === undefined;
  if (away.done && mayStay && !isInterrupted(drill)) await dwell(drill);
  const notStarted = planned.instance === undefined ? undefined : await startAgain(planned.instance, drill);
  const back = await measured(
    { to: planned.from, cause: 'switchover', seconds: SWITCHOVER_S },
    () =>
      notStarted === undefined
        ? returnRoutes(planned.from, drill)
        : Promise.resolve({ done: false, says: notStarted, swap: undefined }),
    drill,
  );
  const legs = back.swap === undefined ? [away.leg] : [away.leg, back.leg];
  const unmeasured = [away, back].flatMap(({ unmeasured: why }) => why ?? []);
  const result: Drill = {
    outcome: outcomeOf(legs, away.done && back.done && unmeasured.length === 0, drill),
    from: planned.from,
    to: planned.to,
    returned: back.done,
    budgetMs: drill.budgetMs,
    legs,
  };
  const why = [away, back].filter(({ done }) => !done).map(({ says }) => says);
  const ended = { id, ...result, says: [drillSays(result), ...why, ...unmeasured].join(' ') };
  await recordDrill(ended, drill);
  return ended;
}

/** Ctrl-C before the first movement. It is not recorded, because no drill took place. */
function neverBegun(id: string, { from, to }: PlannedDrill, { budgetMs }: DrillContext): EndedDrill {
  const says = 'The operator interrupted the drill before a route moved; nothing was changed.';
  return { id, outcome: 'interrupted', from, to, returned: true, budgetMs, legs: [], says };
}

function moveAway({ to, instance, at }: PlannedDrill, drill: DrillContext): Promise<Measured> {
  const traffic: { failed?: string; mustEnd: boolean } = { mustEnd: false };
  const about = { to, cause: instance === undefined ? 'switchover' : 'stopped-instance' } as const;
  const move = async () => {
    if (isInterrupted(drill)) return NOT_BEGUN;
    if (traffic.failed !== undefined)
      throw new DrillRefused(`The drill does not begin: its packets cannot be measured: ${traffic.failed}.`);
    if (instance === undefined) return switchoverTo(to, drill);
    return stopOwner({ instance, to, since: at }, drill, () => traffic.mustEnd);
  };
  const seconds = instance === undefined ? SWITCHOVER_S : FAILOVER_S;
  return measured({ ...about, seconds }, move, drill, (found) => {
    if (!found.measured) traffic.failed = found.why;
    traffic.mustEnd = !found.measured || found.exceeded;
  });
}

interface Measured extends Moved {
  readonly leg: DrillLeg;
  readonly notBegun: boolean;
  /** The measuring host failed: why, as a sentence. */
  readonly unmeasured: string | undefined;
}

/** One movement, with the measurement around it. A movement that throws is one that is not done. */
async function measured(
  { seconds, ...about }: Pick<DrillLeg, 'to' | 'cause'> & { readonly seconds: number },
  move: () => Promise<Moved>,
  drill: DrillContext,
  onTraffic: (traffic: Traffic) => void = () => undefined,
): Promise<Measured> {
  const { environment, io } = drill.cli;
  const measuring = drill.host === undefined ? undefined : measureTraffic(drill, { ...drill.host, seconds });
  void measuring?.then(onTraffic);
  if (measuring !== undefined) await environment.sleep(LEAD_MS, io.signal);
  const moved = await move().catch((error: unknown): Moved => {
    if (error instanceof DrillRefused) throw error;
    return { done: false, says: `${(error as Error).message}.`, swap: undefined };
  });
  const traffic = await measuring;
  const leg = legOf(about, moved.swap, traffic);
  const notBegun = moved === NOT_BEGUN;
  if (!notBegun) report(drill, legSays(leg));
  const hostFailed = traffic?.measured === false && !isInterrupted(drill);
  const unmeasured = hostFailed ? `The movement to ${about.to} could not be measured: ${traffic.why}.` : undefined;
  return { ...moved, leg, notBegun, unmeasured };
}

async function dwell(drill: DrillContext): Promise<void> {
  const { environment, io } = drill.cli;
  if (drill.dwellMs > 0) report(drill, `waiting ${Math.round(drill.dwellMs / 1000)} s before the return`);
  await environment.sleep(drill.dwellMs, io.signal);
}

function outcomeOf(legs: readonly DrillLeg[], isDone: boolean, drill: DrillContext): Drill['outcome'] {
  if (isInterrupted(drill)) return 'interrupted';
  if (!isDone) return 'failed';
  return legs.some((leg) => exceeds(leg, drill.budgetMs)) ? 'exceeded' : 'passed';
}
