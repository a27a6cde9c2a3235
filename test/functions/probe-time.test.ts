import { expect, it } from 'vitest';
import { ATTEMPT_MS, BOUNDED } from '#aws/bounds.ts';
import type { Ec2Facts } from '#aws/routers.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { ANSWER_WITHIN_MS, PROBE_EVERY_S, ROUND_WITHIN_MS, SWAP_WITHIN_MS } from '#functions/health-probe/settings.ts';
import { FakeWorld } from './fakes.ts';

it('a round in which every call takes all of its time has a value of FailoverReady before its function ends', async () => {
  const world = new FakeWorld();
  const began = world.now;
  const pass = (ms: number) => void (world.now = Math.max(world.now, ms));
  const readBgp = () => {
    pass(began + ANSWER_WITHIN_MS + 2 * ATTEMPT_MS + ATTEMPT_MS);
    return Promise.resolve({ kind: 'silent', why: 'no answer within 10 s' } as const);
  };
  const describeRouters = (): Promise<Record<string, Ec2Facts>> => {
    world.now += BOUNDED.maxAttempts * ATTEMPT_MS;
    return Promise.resolve(world.ec2);
  };
  const askRouteSwap = () => {
    world.now += SWAP_WITHIN_MS;
    return Promise.reject(new Error('requestTimeout'));
  };
  await probeSite(world.tools({ turn: 't', readBgp, describeRouters, askRouteSwap }));
  expect(world.metrics).toContainEqual({ name: 'FailoverReady', value: 0 });
  expect(world.now - began).toBeLessThan(ROUND_WITHIN_MS);
  expect(ROUND_WITHIN_MS).toBeLessThan(PROBE_EVERY_S * 1000);
});
