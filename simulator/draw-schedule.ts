import { drawCause, drawFault, drawObstacle } from './draw-fault.ts';
import { withPhases } from './draw-phases.ts';
import { Chance } from './random.ts';
import { REPORTER } from './routers/reporter-times.ts';
import type { RoutePlace, Schedule, SimEvent } from './schedule.ts';

/** Duration of the fault phase, ms. */
export const FAULT_PHASE_MS = 180_000;

/** The schedule of a seed. */
export function drawSchedule(seed: number): Schedule {
  const chance = new Chance('schedule', seed);
  const quiet = chance.happens(0.25);
  const probeAt = chance.between(0, 60_000);
  const schedule: Schedule = {
    seed,
    routes: drawRoutes(chance),
    tables: chance.between(1, 3),
    policy: {
      prefer: chance.oneOf(['availability', 'availability', 'safety']),
      // A separate random stream, so that existing seeds keep their schedules.
      evacuate: new Chance('evacuate', seed).oneOf(['manual', 'automatic']),
      mode: quiet ? 'automatic' : chance.oneOf(['automatic', 'automatic', 'automatic', 'automatic', 'observe', 'off']),
      holdDownMs: chance.oneOf([30_000, 60_000, 300_000]),
      maxSwapsPerHour: chance.oneOf([1, 2, 3]),
    },
    pairForwards: chance.happens(0.7),
    farUnderTest: chance.happens(0.2),
    heartbeatMs: chance.happens(0.2) ? REPORTER.reconcileEvery : undefined,
    countsOnRouter: chance.happens(0.7),
    witnesses: chance.happens(0.3),
    staleMs: chance.oneOf([300, 1_000, 1_800]),
    pageItems: chance.happens(0.1) ? 3 : 100,
    deadAtEnd: chance.happens(0.2) ? chance.oneOf(['a', 'a', 'b']) : undefined,
    deadHow: chance.oneOf(['stopped', 'hung']),
    muteAtEnd: chance.happens(0.05) ? chance.oneOf(['a', 'b']) : undefined,
    probeAt,
    events: quiet ? drawOneFailure(chance, probeAt) : drawManyFaults(chance),
  };
  return withPhases(withEnvironments(withReplacements(withScheduledEvents(withHangInPause(schedule, chance)))));
}

/** Routers that the stacks have created, whose instances are replaced. Uses a separate random stream, too. */
function withReplacements(schedule: Schedule): Schedule {
  const chance = new Chance('created', schedule.seed);
  if (!chance.happens(0.2)) return schedule;
  // An interface at another instance is no fault of a created router: that instance is the router then.
  const events = schedule.events.map((event) =>
    event.kind === 'interface-elsewhere' ? { ...event, kind: 'interface-detached' as const } : event,
  );
  const replacements = chance.oneOf([[], ['a'], ['b'], ['b'], ['a', 'b']] as const).map(
    (router): SimEvent => ({
      at: chance.between(5_000, FAULT_PHASE_MS - 60_000),
      kind: 'replace',
      router,
      afterMs: chance.oneOf([0, 5_000, 20_000]),
    }),
  );
  return { ...schedule, created: true, events: [...events, ...replacements].toSorted((a, b) => a.at - b.at) };
}

/** Environments of the functions that start slowly, end, and change. Uses a separate random stream, too. */
function withEnvironments(schedule: Schedule): Schedule {
  const chance = new Chance('environments', schedule.seed);
  if (!chance.happens(0.4)) return schedule;
  const changes = Array.from({ length: chance.between(0, 3) }, (): SimEvent => {
    const at = chance.between(5_000, FAULT_PHASE_MS - 1_000);
    const forMs = chance.oneOf([2_000, 20_000, 90_000]);
    return chance.happens(0.5) ? { at, kind: 'environments-end' } : { at, kind: 'other-environments', forMs };
  });
  const events = [...schedule.events, ...changes].toSorted((a, b) => a.at - b.at);
  return { ...schedule, coldStartMs: chance.oneOf([0, 300, 900, 2_500]), events };
}

/** Uses a separate random stream, so that existing seeds keep their other events. */
function withScheduledEvents(schedule: Schedule): Schedule {
  const chance = new Chance('scheduled', schedule.seed);
  if (!chance.happens(0.2)) return schedule;
  const scheduled = chance.oneOf([['a'], ['a'], ['b'], ['a', 'b']] as const).map(
    (router): SimEvent => ({
      at: chance.between(5_000, FAULT_PHASE_MS - 30_000),
      kind: 'event-scheduled',
      router,
      inMs: chance.oneOf([-60_000, 60_000, 800_000, 1_000_000, 2_400_000]),
      forMs: chance.oneOf([20_000, 90_000, 600_000]),
    }),
  );
  return { ...schedule, events: [...schedule.events, ...scheduled].toSorted((a, b) => a.at - b.at) };
}

/** Half of the routers that hang at the end do so in a pause. */
function withHangInPause(schedule: Schedule, chance: Chance): Schedule {
  const { deadAtEnd: router, deadHow, events } = schedule;
  if (router === undefined || deadHow !== 'hung' || chance.happens(0.5)) return schedule;
  const pausedAt = chance.between(10_000, FAULT_PHASE_MS - 30_000);
  const inPause: readonly SimEvent[] = [
    { at: pausedAt, kind: 'pause', forMs: chance.oneOf([60_000, 600_000]) },
    { at: pausedAt + chance.between(1_000, 20_000), kind: 'hang', router },
  ];
  return { ...schedule, events: [...events, ...inPause].toSorted((a, b) => a.at - b.at) };
}

function drawRoutes(chance: Chance): RoutePlace[] {
  if (chance.happens(0.003)) return Array.from({ length: chance.between(60, 120) }, () => 'a');
  const count = chance.happens(0.7) ? chance.between(1, 4) : chance.between(5, 12);
  const strange = chance.happens(0.2);
  const place = (): RoutePlace => (strange ? chance.oneOf(['a', 'a', 'a', 'foreign', 'missing']) : 'a');
  return ['a', ...Array.from({ length: count - 1 }, place)];
}

/** One failure and few other faults, so that `recovery-deadline` applies. */
function drawOneFailure(chance: Chance, probeAt: number): SimEvent[] {
  // After the first probe round: before it, no reading of a router exists.
  const at = probeAt + chance.between(5_000, 60_000);
  const cause: SimEvent = { at, ...drawCause(chance) };
  const before: SimEvent = { at: at - chance.between(0, 3_000), ...drawObstacle(chance) };
  const after: SimEvent = { at: at + chance.between(1_000, 60_000), ...drawFault(chance) };
  const others = chance.oneOf([[], [before], [before], [after], [before, after]]);
  return [cause, ...others].toSorted((a, b) => a.at - b.at);
}

/** Many faults, most of them near one or two points in time, with a failure that may move routes at each. */
function drawManyFaults(chance: Chance): SimEvent[] {
  const centres = [chance.between(10_000, FAULT_PHASE_MS - 30_000), chance.between(10_000, FAULT_PHASE_MS - 30_000)];
  const near = (centre: number) => centre + Math.round((chance.number() + chance.number() - 1) * 20_000);
  const within = (at: number) => Math.max(0, Math.min(at, FAULT_PHASE_MS - 1_000));
  const causes = centres
    .slice(0, chance.between(1, 2))
    .map((centre): SimEvent => ({ at: within(near(centre)), ...drawCause(chance) }));
  const others = Array.from({ length: chance.between(2, 8) }, (): SimEvent => {
    const at = chance.happens(0.8) ? near(chance.oneOf(centres)) : chance.between(0, FAULT_PHASE_MS);
    return { at: within(at), ...drawFault(chance) };
  });
  return [...causes, ...others].toSorted((a, b) => a.at - b.at);
}
