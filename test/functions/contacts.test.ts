import { describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { NOW, SITE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';
import { send } from './send-report.ts';

const { active, standby } = SITE.routers;
const TELLS: CommandEnd = { kind: 'answered', output: JSON.stringify(UP) };

/** Both routers are well, and only what they send shows that their reports arrive. */
function site(): FakeWorld {
  const world = new FakeWorld();
  world.keepsContact = false;
  return world;
}

const contact = (world: FakeWorld, by: string) => send(world, { id: `contact-${by}`, by, event: 'contact' });

/** A round of the probe, with the real rehearsal. @returns the last value of each metric */
async function round(world: FakeWorld): Promise<Record<string, number>> {
  const before = world.metrics.length;
  const answers = { readBgp: () => Promise.resolve(TELLS) };
  const missing: string[] = [];
  await probeSite(
    world.tools({
      ...answers,
      turn: `turn-${world.now}`,
      routerMetric: (name: string, value: number, router: string) => {
        world.metrics.push({ name, value });
        if (name === 'ContactMissing' && value === 1) missing.push(router);
      },
      askRouteSwap: () => rehearse(world.tools(answers)),
    }),
  );
  const metrics = Object.fromEntries(world.metrics.slice(before).map(({ name, value }) => [name, value]));
  return { ready: metrics['FailoverReady'] ?? Number.NaN, missing: missing.length };
}

describe('a router shows that its reports arrive', () => {
  it('with a contact: 200, noted, and stored for its interface and instance', async () => {
    const world = site();
    const answer = await contact(world, 'tokyo-2');
    expect(answer).toMatchObject({ status: 200, outcome: 'noted', reason: 'heard', says: 'tokyo-2 can report.' });
    expect(world.contacts).toEqual({ [standby.eni]: { instance: standby.instance, content: { at: NOW } } });
    expect([world.evidence, world.heartbeats, world.history, world.announced]).toEqual([{}, {}, [], []]);
  });

  it('a contact of another time is refused, so that the router puts its clock right', async () => {
    const world = site();
    const answer = await send(world, { by: 'tokyo-2', event: 'contact', at: NOW - 30_000 });
    expect(answer).toMatchObject({ status: 409, reason: 'report-stale' });
    expect(answer.says).toContain("tokyo-2's contact is 30 s old");
    expect(world.contacts).toEqual({});
  });

  it('a contact about another router is none', async () => {
    const answer = await send(site(), { by: 'tokyo-2', about: 'tokyo-1', event: 'contact' });
    expect(answer).toMatchObject({ status: 400, reason: 'not-oneself' });
  });

  it('a store that does not keep it: 503, so that the router tries again', async () => {
    const world = site();
    world.storeDown = true;
    expect(await contact(world, 'tokyo-2')).toMatchObject({ status: 503, reason: 'not-kept' });
  });

  it('a contact is no claim: neither a veto of the owner, nor a path of the standby', async () => {
    const world = site();
    await contact(world, 'tokyo-1');
    await contact(world, 'tokyo-2');
    expect(await send(world, {}, { bgp: 'unread' })).toMatchObject({ reason: 'both-unfit' });
    expect(await send(world, {})).toMatchObject({ outcome: 'swapped' });
  });
});

describe('a site is ready only while both routers show that their reports arrive', () => {
  it('not before they did', async () => {
    expect(await round(site())).toEqual({ ready: 0, missing: 2 });
  });

  it('with a contact of each, for 300 s', async () => {
    const world = site();
    await contact(world, 'tokyo-1');
    await contact(world, 'tokyo-2');
    world.now = NOW + 300_000;
    expect(await round(world)).toEqual({ ready: 1, missing: 0 });
    for (const later of [301_000, 361_000, 421_000]) {
      world.now = NOW + later;
      expect(await round(world)).toEqual({ ready: 0, missing: 2 });
    }
    const problems = world.announced.map(({ type, detail }) => [type, detail['problems']]);
    const silent =
      'has not shown for 421 s that its reports arrive (name resolution, TLS, credentials, signature, API)';
    expect(problems).toEqual([['Site Degraded', [`tokyo-1 ${silent}`, `tokyo-2 ${silent}`]]]);
  });

  it.each(['tokyo-1', 'tokyo-2'])('one of the two is too few: %s alone', async (by) => {
    const world = site();
    await contact(world, by);
    expect(await round(world)).toEqual({ ready: 0, missing: 1 });
  });

  it('a report or a heartbeat shows it as well', async () => {
    const world = site();
    await send(world, { by: 'tokyo-1', event: 'alive', everyMs: 20_000 });
    await send(world, { by: 'tokyo-2', about: 'tokyo-1', detectedAt: NOW - 60_000 });
    expect(await round(world)).toEqual({ ready: 1, missing: 0 });
  });

  it('not what an instance showed that another one has replaced', async () => {
    const world = site();
    await contact(world, 'tokyo-1');
    await contact(world, 'tokyo-2');
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], attachedTo: 'i-0000000000000009a' } as never };
    expect((await round(world))['ready']).toBe(0);
    world.contacts[active.eni] = { instance: 'i-0000000000000009a', content: { at: world.now } };
    expect((await rehearse(world.tools())).problems.filter((each) => each.includes('reports arrive'))).toEqual([]);
  });

  it('emits no contact metric while the store does not answer', async () => {
    const world = site();
    world.storeDown = true;
    const { problems } = await rehearse(world.tools());
    expect(problems).toContain("the site's store does not answer");
    expect(problems.filter((each) => each.includes('reports arrive'))).toEqual([]);
    expect((await round(world))['missing']).toBe(0);
  });
});
