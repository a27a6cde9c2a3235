import type { Drill, DrillLeg } from '#contracts/drill.ts';
import { type DrillContext, type EndedDrill, isInterrupted, type PlannedDrill, report } from './drill-context.ts';
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
 * its loss budget is exceeded or Ctrl-C, at once.
 */
export async function runDrill(planned: PlannedDrill, drill: DrillContext): Promise<EndedDrill> {
  const id = drill.cli.environment.newId();
  const away = await moveAway(planned, drill);
  if (away.notBegun) return neverBegun(id, planned, drill);
  const isOver = exceeds(away.leg, drill.budgetMs);
  if (away.done && !isOver && !isInterrupted(drill)) await dwell(drill);
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
  const result: Drill = {
    outcome: outcomeOf(legs, away.done && back.done, drill),
    from: planned.from,
    to: planned.to,
    returned: back.done,
    budgetMs: drill.budgetMs,
    legs,
  };
  const why = [away, back].filter(({ done }) => !done).map(({ says }) => says);
  const ended = { id, ...result, says: [drillSays(result), ...why].join(' ') };
  await recordDrill(ended, drill);
  return ended;
}

/** Ctrl-C before the first movement. It is not recorded, because no drill took place. */
function neverBegun(id: string, { from, to }: PlannedDrill, { budgetMs }: DrillContext): EndedDrill {
  const says = 'The operator interrupted the drill before a route moved; nothing was changed.';
  return { id, outcome: 'interrupted', from, to, returned: true, budgetMs, legs: [], says };
}

function moveAway({ to, instance, at }: PlannedDrill, drill: DrillContext) {
  const traffic = { lostTooMuch: false };
  const about = { to, cause: instance === undefined ? 'switchover' : 'stopped-instance' } as const;
  if (instance === undefined)
    return measured(
      { ...about, seconds: SWITCHOVER_S },
      () => (isInterrupted(drill) ? Promise.resolve(NOT_BEGUN) : switchoverTo(to, drill)),
      drill,
    );
  return measured(
    { ...about, seconds: FAILOVER_S },
    () => stopOwner({ instance, to, since: at }, drill, () => traffic.lostTooMuch),
    drill,
    (found) => {
      traffic.lostTooMuch = found.measured && found.exceeded;
    },
  );
}

/** One movement, with the measurement around it. A movement that throws is one that is not done. */
async function measured(
  { seconds, ...about }: Pick<DrillLeg, 'to' | 'cause'> & { readonly seconds: number },
  move: () => Promise<Moved>,
  drill: DrillContext,
  onTraffic: (traffic: Traffic) => void = () => undefined,
): Promise<Moved & { readonly leg: DrillLeg; readonly notBegun: boolean }> {
  const { environment, io } = drill.cli;
  const measuring = drill.host === undefined ? undefined : measureTraffic(drill, { ...drill.host, seconds });
  void measuring?.then(onTraffic);
  if (measuring !== undefined) await environment.sleep(LEAD_MS, io.signal);
  const moved = await move().catch((error: unknown): Moved => {
    return { done: false, says: `${(error as Error).message}.`, swap: undefined };
  });
  const leg = legOf(about, moved.swap, await measuring);
  const notBegun = moved === NOT_BEGUN;
  if (!notBegun) report(drill, legSays(leg));
  return { ...moved, leg, notBegun };
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
