import { OVERRIDES } from '#failover/trigger.ts';
import { Chance } from './random.ts';
import type { Happening, RoutePlace, Schedule, Side, SimEvent } from './schedule.ts';

/** Everything happens before this, ms; then faults cease. */
export const STORM_MS = 180_000;

/** The schedule of a seed. */
export function drawSchedule(seed: number): Schedule {
  const chance = new Chance('schedule', seed);
  const hour = chance.oneOf([1, 2, 3]);
  const schedule: Schedule = {
    seed,
    routes: drawRoutes(chance),
    tables: chance.between(1, 3),
    policy: {
      prefer: chance.oneOf(['availability', 'availability', 'safety']),
      mode: chance.oneOf(['automatic', 'automatic', 'automatic', 'automatic', 'observe', 'off']),
      holdDownMs: chance.oneOf([30_000, 60_000, 300_000]),
      maxSwapsPerHour: hour,
    },
    heartbeatMs: chance.happens(0.2) ? 5_000 : undefined,
    staleMs: chance.oneOf([300, 1_000, 1_800]),
    deadAtEnd: chance.happens(0.2) ? side(chance) : undefined,
    deadHow: 'stopped',
    probeAt: chance.between(0, 60_000),
    events: drawEvents(chance),
  };
  return hungAtEnd(schedule, new Chance('hung', seed));
}

/**
 * Half of the routers that stay dead hang instead, half of these in a pause. Of a stream of its own: all else of a seed is
 * what it was before there was this.
 */
function hungAtEnd(schedule: Schedule, chance: Chance): Schedule {
  const { deadAtEnd: router, events } = schedule;
  if (router === undefined || chance.happens(0.5)) return schedule;
  const pausedAt = chance.between(10_000, STORM_MS - 30_000);
  const inPause: readonly SimEvent[] = [
    { at: pausedAt, kind: 'pause', forMs: chance.oneOf([60_000, 600_000]) },
    { at: pausedAt + chance.between(1_000, 20_000), kind: 'hang', router },
  ];
  const all = chance.happens(0.5) ? [...events, ...inPause].toSorted((a, b) => a.at - b.at) : events;
  return { ...schedule, deadHow: 'hung', events: all };
}

function drawRoutes(chance: Chance): RoutePlace[] {
  const count = chance.happens(0.7) ? chance.between(1, 4) : chance.between(5, 12);
  const strange = chance.happens(0.2);
  const place = (): RoutePlace => (strange ? chance.oneOf(['a', 'a', 'a', 'foreign', 'missing']) : 'a');
  return ['a', ...Array.from({ length: count - 1 }, place)];
}

/** Troubles seldom come alone: something that may move routes, and most of the rest around the same moment or two. */
function drawEvents(chance: Chance): SimEvent[] {
  const centres = [chance.between(10_000, STORM_MS - 30_000), chance.between(10_000, STORM_MS - 30_000)];
  const near = (centre: number) => centre + Math.round((chance.number() + chance.number() - 1) * 20_000);
  const within = (at: number) => Math.max(0, Math.min(at, STORM_MS - 1_000));
  const causes = centres
    .slice(0, chance.between(1, 2))
    .map((centre): SimEvent => ({ at: within(near(centre)), ...chance.oneOf(CAUSES)(chance) }));
  const others = Array.from({ length: chance.between(2, 8) }, (): SimEvent => {
    const at = chance.happens(0.8) ? near(chance.oneOf(centres)) : chance.between(0, STORM_MS);
    return { at: within(at), ...drawHappening(chance) };
  });
  return [...causes, ...others].toSorted((a, b) => a.at - b.at);
}

const side = (chance: Chance): Side => (chance.happens(0.65) ? 'a' : 'b');
const spell = (chance: Chance) => chance.oneOf([2_000, 8_000, 20_000, 45_000, 90_000]);

type Draw = (chance: Chance) => Happening;

const CAUSES: readonly Draw[] = [
  () => ({ kind: 'stop', router: 'a' }),
  () => ({ kind: 'hang', router: 'a' }),
  () => ({ kind: 'false-alarm', router: 'b' }),
  (c) => ({ kind: 'switchover', to: 'b', overrides: OVERRIDES.filter(() => c.happens(0.5)) }),
  (c) => ({ kind: 'tunnels-down', router: 'a', forMs: c.oneOf([90_000, 150_000]) }),
  (c) => ({ kind: 'pair-partitioned', forMs: spell(c) }),
];

/** Each as often as its number says. */
const HAPPENINGS: readonly (readonly [number, Draw])[] = [
  [10, (c) => ({ kind: c.oneOf(['stop', 'stop', 'hang', 'hang', 'reboot', 'start']), router: side(c) })],
  [7, (c) => ({ kind: c.oneOf(['uplink-cut', 'tunnels-down', 'agent-silent']), router: side(c), forMs: spell(c) })],
  [3, (c) => ({ kind: 'pair-partitioned', forMs: spell(c) })],
  [2, (c) => ({ kind: 'clock-off', router: side(c), byMs: c.oneOf([-30_000, -8_000, -3_000, 3_000, 8_000, 30_000]) })],
  [1, (c) => ({ kind: 'source-dest-check-on', router: side(c), forMs: spell(c) })],
  [5, (c) => ({ kind: c.oneOf(['false-alarm', 'false-alarm', 'says-goodbye']), router: side(c) })],
  [4, (c) => ({ kind: 'stray-report', router: side(c), lateMs: c.between(0, 25_000), copies: c.between(1, 3) })],
  [1, (c) => ({ kind: 'late-heartbeat', router: side(c), lateMs: c.between(0, 25_000) })],
  [2, (c) => ({ kind: 'testimony', about: side(c) })],
  [4, (c) => ({ kind: 'store-down', forMs: spell(c) })],
  [2, (c) => ({ kind: 'store-loses-answers', calls: c.between(1, 6) })],
  [3, (c) => ({ kind: c.oneOf(['ec2-errors', 'ec2-busy']), forMs: spell(c) })],
  [4, (c) => ({ kind: 'ec2-loses-answers', calls: c.between(1, 6) })],
  [4, (c) => ({ kind: 'stale-reads', forMs: spell(c) })],
  [10, (c) => ({ kind: c.oneOf(['crash', 'crash', 'crash', 'crash-any']), afterSteps: c.between(0, 25) })],
  [2, (c) => ({ kind: c.oneOf(['probe-lost', 'probe-twice']) })],
  [1, (c) => ({ kind: 'probe-late', byMs: c.between(5_000, 59_000) })],
  [7, (c) => ({ kind: 'switchover', to: c.oneOf(['a', 'b']), overrides: OVERRIDES.filter(() => c.happens(0.5)) })],
  [4, (c) => ({ kind: 'pause', forMs: c.oneOf([15_000, 60_000, 600_000]) })],
  [2, () => ({ kind: 'resume' })],
  [2, (c) => ({ kind: 'maintenance', router: side(c), on: c.happens(0.6) })],
];
const TOTAL = HAPPENINGS.reduce((sum, [weight]) => sum + weight, 0);

function drawHappening(chance: Chance): Happening {
  let left = chance.number() * TOTAL;
  for (const [weight, draw] of HAPPENINGS) {
    left -= weight;
    if (left < 0) return draw(chance);
  }
  return { kind: 'resume' };
}
