import type { Phase } from './phase-faults.ts';
import { Chance } from './random.ts';
import type { Fault, Schedule, SimEvent } from './schedule.ts';

/** Faults begin this long before or after an event of the schedule, ms. */
const NEAR_MS = 3_000;

/**
 * Most schedules have routers that report in two phases, with faults of the phases near the other events. Uses a separate random
 * stream, so that existing seeds keep their other events.
 */
export function withPhases(schedule: Schedule): Schedule {
  const chance = new Chance('phases', schedule.seed);
  if (!chance.happens(0.7)) return schedule;
  const draw = chance.happens(0.4) ? drawHarmless : drawAny;
  const faults = Array.from({ length: chance.between(0, 3) }, (): SimEvent => {
    const { at } = chance.oneOf(schedule.events);
    return { at: Math.max(0, at + chance.between(-NEAR_MS, NEAR_MS)), ...draw(chance) };
  });
  return { ...schedule, twoPhase: true, events: [...schedule.events, ...faults].toSorted((a, b) => a.at - b.at) };
}

const near = (chance: Chance): 'a' | 'b' => (chance.happens(0.3) ? 'a' : 'b');

/** Faults after which a failover is as fast as without phases. */
function drawHarmless(chance: Chance): Fault {
  const phase = chance.oneOf(['suspected', 'suspected', 'withdrawn'] as const);
  return chance.oneOf<() => Fault>([
    () => disturbed(phase, chance),
    () => ({ kind: 'detector-flaps', router: near(chance) }),
    () => ({ kind: 'environments-end' }),
    () => ({ kind: 'other-environments', forMs: chance.oneOf([1_000, 5_000, 20_000]) }),
    () => ({ kind: 'stray-phases', router: near(chance), phases: ['suspected'], gapMs: 0 }),
  ])();
}

function drawAny(chance: Chance): Fault {
  const afterSteps = chance.between(0, 9);
  return chance.oneOf<() => Fault>([
    () => drawHarmless(chance),
    () => disturbed('confirmed', chance),
    () => ({
      kind: 'stray-phases',
      router: near(chance),
      phases: chance.oneOf(ORDERS),
      gapMs: chance.oneOf([0, 100, 400, 1_500, 4_000, 12_000]),
    }),
    () => ({ kind: 'crash', afterSteps }),
    () => interrupted(chance, afterSteps),
    () => ({ kind: 'between-phases', action: chance.oneOf(['pause', 'maintenance', 'claim']) }),
    () => ({ kind: 'between-phases', action: chance.oneOf(['pause', 'maintenance', 'claim']) }),
    () => ({ kind: 'switchover', to: chance.oneOf(['a', 'b']), overrides: [] }),
    () => ({ kind: 'pause', forMs: 15_000 }),
    () => ({ kind: 'maintenance', router: 'b', on: true }),
  ])();
}

/** Often while a suspected report is handled. */
function interrupted(chance: Chance, afterSteps: number): Fault {
  const action = chance.oneOf(['pause', 'maintenance', 'switchover'] as const);
  return { kind: 'operator-during-run', action, afterSteps };
}

function disturbed(phase: Phase, chance: Chance): Fault {
  const how = chance.oneOf(['lost', 'late', 'twice', 'answer-lost'] as const);
  return { kind: 'phase-disturbed', phase, how, byMs: chance.oneOf([200, 600, 2_000, 5_000, 20_000]) };
}

const ORDERS: readonly (readonly Phase[])[] = [
  ['suspected'],
  ['withdrawn'],
  ['suspected', 'withdrawn'],
  ['withdrawn', 'suspected'],
  ['suspected', 'suspected'],
  ['suspected', 'confirmed'],
  ['confirmed', 'suspected'],
  ['suspected', 'withdrawn', 'confirmed'],
  ['suspected', 'confirmed', 'withdrawn'],
  ['suspected', 'confirmed', 'confirmed'],
];
