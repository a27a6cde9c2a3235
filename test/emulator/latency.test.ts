import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLatency, type LatencyRule } from '#emulator/latency.ts';
import { createRandom } from '#emulator/random.ts';
import type { Happening } from '#emulator/service.ts';
import { manualClock } from './manual-clock.ts';

function latencyOf(...rules: LatencyRule[]) {
  const clock = manualClock(0);
  const happenings: Happening[] = [];
  const latency = createLatency({ random: createRandom('latency'), clock, record: (each) => happenings.push(each) });
  latency.use(rules);
  return { latency, clock, happenings };
}

describe('the latency of an operation', () => {
  it('is that of the first rule that matches', () => {
    const { latency } = latencyOf(
      { service: 'ec2', operation: 'Describe*', ms: 90 },
      { service: 'ec2', ms: 180 },
      { ms: 8 },
    );
    expect(latency.draw('ec2', 'DescribeRouteTables')).toBe(90);
    expect(latency.draw('ec2', 'ReplaceRoute')).toBe(180);
    expect(latency.draw('dynamodb', 'GetItem')).toBe(8);
  });

  it('is nothing without a rule', () => {
    expect(latencyOf({ service: 'ec2', ms: 90 }).latency.draw('lambda', 'ColdStart')).toBe(0);
  });

  it('with a spread has the given median', () => {
    const { latency } = latencyOf({ ms: 40, sigma: 0.5 });
    const draws = Array.from({ length: 2_000 }, () => latency.draw('ec2', 'ReplaceRoute')).toSorted((a, b) => a - b);
    expect(draws[1_000]).toBeCloseTo(40, -1);
    expect(draws[1_980]).toBeGreaterThan(100);
  });

  it('refuses a rule that it does not understand', () => {
    expect(() => latencyOf({ service: 'ec2', milliseconds: 90 } as unknown as LatencyRule)).toThrow(/ms/);
  });
});

describe('the latency of a call', () => {
  /** A call that arrives now and needs the emulator for `beforeMs` and `afterMs`. @returns when it is answered, after its arrival */
  async function answered({ latency, clock }: ReturnType<typeof latencyOf>, beforeMs: number, afterMs: number) {
    const arrivedAt = clock.now();
    const call = latency.call('ec2', 'ReplaceRoute', arrivedAt);
    await clock.advance(beforeMs);
    let waitedAt = clock.now();
    const waiting = call.wait().then(() => (waitedAt = clock.now()));
    await setImmediate();
    await clock.advance(100);
    await waiting;
    call.ended(waitedAt + afterMs);
    return waitedAt + afterMs - arrivedAt;
  }

  it('counts from its arrival', async () => {
    expect(await answered(latencyOf({ ms: 40 }), 3, 0)).toBe(40);
  });

  it('contains the work of the emulator that follows the wait, as it was in the last calls', async () => {
    const world = latencyOf({ ms: 40 });
    expect(await answered(world, 0, 2)).toBe(42);
    for (let calls = 0; calls < 5; calls += 1) expect(await answered(world, 1, 2)).toBe(40);
    await answered(world, 0, 50);
    expect(await answered(world, 0, 2)).toBe(40);
  });

  it('is never much too short: after slow calls it ends 5 ms before its time', async () => {
    const world = latencyOf({ ms: 40 });
    for (let calls = 0; calls < 5; calls += 1) await answered(world, 0, 20);
    expect(await answered(world, 0, 0)).toBe(35);
  });

  it('is at least what the emulator needs', async () => {
    const world = latencyOf({ ms: 1 });
    expect(await answered(world, 5, 2)).toBe(7);
    expect(await answered(world, 0, 0)).toBe(1);
  });
});

describe('the latency of a connection', () => {
  const connect = { service: 'ec2', operation: 'Connect', ms: 60 };
  /** The time when the request may begin, of a request that comes at a time. */
  const request = async ({ latency, clock }: ReturnType<typeof latencyOf>, socket: Socket, service = 'ec2') => {
    let begun = Number.NaN;
    const waiting = latency.connected(socket, service, 'us-east-1').then(() => (begun = clock.now()));
    await clock.advance(100);
    await waiting;
    return begun;
  };

  it('begins with the connection, and ends before its first request', async () => {
    const world = latencyOf(connect);
    const socket = new Socket();
    world.latency.opened(socket);
    await world.clock.advance(45);
    expect(await request(world, socket)).toBe(60);
    expect(world.happenings).toEqual([
      { kind: 'latency', at: 0, ms: 60, service: 'ec2', operation: 'Connect', region: 'us-east-1' },
    ]);
  });

  it('is paid once for each service, and again once the connection counts as closed', async () => {
    const world = latencyOf(connect, { ...connect, service: 'dynamodb' });
    const socket = new Socket();
    world.latency.opened(socket);
    await request(world, socket);
    await request(world, socket);
    expect(world.happenings).toHaveLength(1);
    await request(world, socket, 'dynamodb');
    expect(world.happenings).toHaveLength(2);
    world.latency.closeConnections();
    const closedAt = world.clock.now();
    expect(await request(world, socket)).toBe(closedAt + 60);
  });
});
