import { describe, expect, it } from 'vitest';
import { CallPacer, leastDurationMs, MUTATING_CALLS } from '#failover/call-pacer.ts';

/** A pacer whose burst is used up, and a clock. */
function used(): { pacer: CallPacer; now: number } {
  return { pacer: new CallPacer({ ...MUTATING_CALLS, capacity: 0 }, 0), now: 0 };
}

/** Waits for its turn, and EC2 refuses the call. @returns the wait, ms */
function refuse(clock: ReturnType<typeof used>, urgent = false): number {
  const wait = clock.pacer.reserve(clock.now, urgent);
  clock.now += wait;
  clock.pacer.refused(clock.now + 40, clock.now);
  clock.now += 40;
  return wait;
}

function accept(clock: ReturnType<typeof used>): number {
  const wait = clock.pacer.reserve(clock.now);
  clock.now += wait;
  clock.pacer.accepted(clock.now);
  return wait;
}

describe('the pacer of calls to EC2', () => {
  it('lets the burst through at once, and then as many calls a second as AWS publishes', () => {
    const pacer = new CallPacer(MUTATING_CALLS, 0);
    const waits = Array.from({ length: 52 }, () => pacer.reserve(0));
    expect(waits.slice(0, 50).every((wait) => wait === 0)).toBe(true);
    expect(waits.slice(50)).toEqual([200, 400]);
  });

  it('tries less and less often while EC2 refuses, but a route at least every 4 s, and the most important one every 0.5 s', () => {
    const [others, first] = [used(), used()];
    const waits = Array.from({ length: 12 }, () => refuse(others));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBe(4_000);
    expect(Array.from({ length: 12 }, () => refuse(first, true)).at(-1)).toBe(500);
  });

  it('is at the published rate again after a few accepted calls', () => {
    const clock = used();
    for (let call = 0; call < 12; call++) refuse(clock);
    expect(Array.from({ length: 8 }, () => accept(clock)).at(-1)).toBeLessThanOrEqual(200);
  });

  it('raises the rate until EC2 refuses, because AWS raises the throttle of an account on request', () => {
    const clock = used();
    const waits = Array.from({ length: 100 }, () => accept(clock));
    expect(waits.at(-1)).toBeLessThan(100);
    refuse(clock);
    expect(clock.pacer.reserve(clock.now)).toBeGreaterThan(waits.at(-1) ?? 0);
  });

  it('counts refusals of calls that were under way together once', () => {
    const [one, many] = [used(), used()];
    refuse(one);
    refuse(many);
    for (let call = 0; call < 15; call++) many.pacer.refused(many.now, 0);
    expect(many.pacer.reserve(many.now)).toBe(one.pacer.reserve(one.now));
    expect(many.pacer.contended).toBe(false);
  });

  it('makes one call at a time after a refusal, and one more after each accepted call', () => {
    const clock = used();
    expect(clock.pacer.atOnce).toBe(16);
    refuse(clock);
    expect(clock.pacer.atOnce).toBe(1);
    accept(clock);
    expect(clock.pacer.atOnce).toBe(2);
  });

  it('spreads the calls of pairs that were refused at the same time', () => {
    const [early, late] = [0, 0.9].map((random) => new CallPacer({ ...MUTATING_CALLS, capacity: 0 }, 0, () => random));
    for (const pacer of [early, late]) pacer?.refused(0, 0);
    expect(early?.reserve(0)).toBeLessThan((late?.reserve(0) ?? 0) / 2);
  });
});

it('450 calls beyond the burst take 90 s', () => {
  expect(leastDurationMs(500)).toBe(90_000);
});
