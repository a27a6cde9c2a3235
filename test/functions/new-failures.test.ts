import { describe, expect, it } from 'vitest';
import { NOW, SITE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';
import { send } from './send-report.ts';

const at = (ago: number) => new Date(NOW - ago).toISOString();
const MINUTES_9 = 9 * 60_000;

/** Both routers are well: EC2 and the probe say so. */
function wellSite(policy: Partial<typeof SITE.policy> = {}): FakeWorld {
  const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, ...policy } });
  world.stored = { ...world.stored, probes: [world.round(NOW - 20_000, { 'tokyo-1': UP, 'tokyo-2': UP })] };
  return world;
}

describe('a report counts only if its failure is new', () => {
  it.each(['member-failed', 'member-leave', 'peer-failed', 'peer-left'])(
    'a %s that was noticed nine minutes ago moves nothing, however fresh it is sent',
    async (event) => {
      const world = wellSite();
      const answer = await send(world, { event, detectedAt: NOW - MINUTES_9 });
      expect(answer).toMatchObject({ status: 409, outcome: 'refused', reason: 'report-stale' });
      expect(answer.says).toContain('noticed 540 s before the report was sent, and the peer was not asked again');
      expect(world.replaced).toEqual([]);
    },
  );

  it.each(['member-leave', 'peer-failed'])(
    'but a %s does if the peer was asked again, and was silent',
    async (event) => {
      const world = wellSite();
      const answer = await send(world, { event, detectedAt: NOW - MINUTES_9, confirmedAt: NOW - 400 });
      expect(answer).toMatchObject({ status: 200, outcome: 'swapped' });
    },
  );

  it.each<[string, object, string]>([
    ['that does not say when it was noticed', { detectedAt: undefined }, 'evidence.detectedAt'],
    ['noticed after it was written', { detectedAt: at(-5_000) }, 'dates the failure after the report itself'],
    ['noticed 11 s before', { detectedAt: at(11_000) }, '11 s before the report was sent'],
    ['noticed two hours before', { detectedAt: at(7_200_000) }, '7200 s before the report was sent'],
    ['whose peer answered when it was asked', confirmed('alive', 400), 'the peer was not asked again'],
    ['whose peer refused when it was asked', confirmed('refused', 400), 'the peer was not asked again'],
    [
      'whose confirmation does not say when',
      { detectedAt: at(MINUTES_9), confirm: { verdict: 'dead' } },
      'the peer was not asked again',
    ],
    ['confirmed 11 s before the report was sent', confirmed('dead', 11_000), 'the peer was not asked again'],
    ['confirmed after it was written', confirmed('dead', -5_000), 'the peer was not asked again'],
  ])('one %s is refused, with the reason', async (_, evidence, why) => {
    const world = wellSite();
    const answer = await send(world, {}, { evidence });
    expect(answer).toMatchObject({ status: 409, reason: 'report-stale' });
    expect(answer.says).toContain(why);
    expect(world.replaced).toEqual([]);
  });

  it.each([10_000, 0, -900])('one noticed %i ms before it was sent moves the routes', async (ago) => {
    expect(await send(wellSite(), { detectedAt: NOW - ago })).toMatchObject({ status: 200, outcome: 'swapped' });
  });

  it('one noticed two hours ago and confirmed a moment ago does: the peer has been silent all the while', async () => {
    expect(await send(wellSite(), {}, { evidence: confirmed('dead', 400, 7_200_000) })).toMatchObject({
      status: 200,
      outcome: 'swapped',
    });
  });

  it.each([
    ['detectedAt', { detectedAt: 'yesterday' }],
    ['confirm.at', { confirm: { verdict: 'dead', at: 'a while ago' } }],
  ])('a time that is none in %s is named, with 400', async (where, evidence) => {
    const answer = await send(wellSite(), {}, { evidence });
    expect(answer).toMatchObject({ status: 400, reason: 'malformed-report' });
    expect(answer.says).toContain(`evidence.${where}`);
  });

  it('an old one is as good as any other where EC2 itself says that the owner failed', async () => {
    const world = wellSite();
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], sourceDestCheck: true } as never };
    expect(await send(world, { detectedAt: NOW - MINUTES_9 })).toMatchObject({
      outcome: 'swapped',
      reason: 'owner-cannot-forward',
    });
  });

  it('a clock that is behind makes an old failure no newer: both times are by the same clock', async () => {
    const world = wellSite();
    const behind = { at: NOW - 8_000, detectedAt: NOW - 19_000 };
    expect(await send(world, behind)).toMatchObject({ status: 409, reason: 'report-stale' });
  });
});

describe('what the owner says of itself is a veto if it said so since the failure was noticed', () => {
  it.each([
    ['before it was noticed: none', 3_000, 'reported-by-survivor'],
    ['since: a veto', 1_000, 'owner-healthy'],
  ])('a heartbeat from %s', async (_, ago, reason) => {
    const world = wellSite();
    world.hasBeaten('tokyo-1', { at: NOW - ago, everyMs: 20_000, bgp: UP });
    expect(await send(world, { detectedAt: NOW - 2_000 })).toMatchObject({ reason });
  });

  it.each(['availability', 'safety'] as const)(
    'against which one witness is too few, and two are enough, in a pair that prefers %s',
    async (prefer) => {
      const world = wellSite({ prefer });
      world.hasBeaten('tokyo-1', { at: NOW - 1_000, bgp: UP });
      const accuse = () => send(world, { detectedAt: NOW - 2_000 });
      const testimony = { by: 'virginia-1', about: SITE.routers.active.eni, at: NOW - 500 };
      world.stored = { ...world.stored, witnessReports: [testimony] };
      expect(await accuse()).toMatchObject({ reason: 'owner-healthy' });
      world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], statusChecks: 'impaired' } as never };
      expect(await accuse()).toMatchObject({ outcome: 'swapped', reason: 'reported-by-survivor' });
    },
  );

  it('and remains until witnesses contradict it, however often the report is confirmed again', async () => {
    const world = wellSite();
    const noticed = world.now;
    world.hasBeaten('tokyo-1', { at: noticed + 5_000, bgp: UP });
    for (let minute = 1; minute <= 30; minute++) {
      world.now += 60_000;
      expect((await send(world, { detectedAt: noticed, confirmedAt: world.now })).reason).toBe('owner-healthy');
    }
    expect(world.replaced).toEqual([]);
  });
});

function confirmed(verdict: string, ago: number, noticedAgo = MINUTES_9) {
  return { detectedAt: at(noticedAgo), confirm: { verdict, at: at(ago) } };
}
