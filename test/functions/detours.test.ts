import { describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import type { ProbeRequest, RehearseRequest } from '#contracts/route-swap-requests.ts';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, DETOUR, DOWN, EMPTY, REPORT, SITE, STANDBY_ENI, UNREADABLE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

/** FRR's own summary, as routers with older programs print it: the tunnel's session, and the pair's own. */
const summary = (tunnel: string, pair: string, other: string) => {
  const peer = (state: string) => ({ remoteAs: 65002, state, pfxRcd: state === 'Established' ? 1 : 0 });
  return { ipv4Unicast: { as: 65001, peers: { '169.254.10.2': peer(tunnel), [other]: peer(pair) } } };
};

/** A round of the probe, with the real route-swap at the other end. */
async function round(world: FakeWorld, told: Readonly<Record<string, object | undefined>>) {
  const end = (output: object | undefined): CommandEnd =>
    output === undefined
      ? { kind: 'silent', why: 'no answer within 10 s' }
      : { kind: 'answered', output: JSON.stringify(output) };
  const readBgp = ({ name }: { name: string }) => Promise.resolve(end(told[name]));
  const run = `run-${world.now}`;
  const { decision, diagnosis } = await probeSite(
    world.tools({
      run,
      turn: `turn-${world.now}`,
      readBgp,
      askRouteSwap: (request: ProbeRequest | RehearseRequest): Promise<unknown> => {
        const asked = readDirectRequest(JSON.parse(JSON.stringify(request)), world.site);
        return 'trigger' in asked
          ? swapRoutes(asked.trigger, world.tools({ run, readBgp }))
          : rehearse(world.tools({ readBgp }));
      },
    }),
  );
  world.now += 60_000;
  return { reason: decision.reason, diagnosis, says: decision.says };
}

const rounds = async (world: FakeWorld, count: number, active: BgpCounts, standby: BgpCounts) => {
  const found = [];
  for (let turn = 0; turn < count; turn++) found.push(await round(world, { 'tokyo-1': active, 'tokyo-2': standby }));
  return found;
};
const owners = (world: FakeWorld) => [...new Set(world.targets.values())];
/** Two subnets, and no tunnel between the two routers. */
const overTheVpc = () => new FakeWorld({ ...SITE, pairForwards: false });

describe('the far end of the owner’s only tunnel has failed', () => {
  it('the traffic takes a detour over the peer: no route moves, no swap is counted, and the detour is announced', async () => {
    const world = new FakeWorld();
    const found = await rounds(world, 5, DETOUR, UP);
    expect(new Set(found.map(({ diagnosis, reason }) => `${diagnosis} ${reason}`))).toEqual(
      new Set(['OwnerDetoured degraded']),
    );
    expect([owners(world), world.stored.automaticSwaps]).toEqual([[ACTIVE_ENI], []]);
    expect(world.announced.map(({ type }) => type)).toEqual(['Site Degraded']);
    expect(String(world.announced[0]?.detail['says'])).toContain(
      'to end the detour: vyos-failover switchover tokyo --to tokyo-2',
    );
  });

  it('ends when the tunnel is back, which is announced once', async () => {
    const world = new FakeWorld();
    await rounds(world, 3, DETOUR, UP);
    await rounds(world, 5, UP, UP);
    expect(world.announced.map(({ type }) => type)).toEqual(['Site Degraded', 'Site Recovered']);
  });

  it('is no failure to a router with older programs either, which shows what FRR prints', async () => {
    const world = new FakeWorld({
      ...SITE,
      routers: {
        active: { ...SITE.routers.active, bgp: { tunnels: ['169.254.10.2'], pair: ['10.1.101.10'] } },
        standby: { ...SITE.routers.standby, bgp: { tunnels: ['169.254.10.2'], pair: ['10.1.100.10'] } },
      },
    });
    const told = {
      'tokyo-1': summary('Active', 'Established', '10.1.101.10'),
      'tokyo-2': summary('Established', 'Established', '10.1.100.10'),
    };
    for (let turn = 0; turn < 3; turn++) expect(await round(world, told)).toMatchObject({ diagnosis: 'OwnerDetoured' });
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('does not prevent a switchover by an operator', async () => {
    const world = new FakeWorld();
    await rounds(world, 2, DETOUR, UP);
    const move = { kind: 'operator', id: 'm', act: 'switchover', to: 'tokyo-2', by: 'ann', reason: 'x', overrides: [] };
    expect(await swapRoutes(move as never, world.tools())).toMatchObject({ outcome: 'swapped' });
  });
});

describe('where there is no detour, the second round moves the routes', () => {
  it.each<[string, FakeWorld, BgpCounts, BgpCounts]>([
    ['the pair cannot forward: over the VPC’s router there is none', overTheVpc(), DETOUR, UP],
    ['the pair’s own session is down', new FakeWorld(), DOWN, UP],
    ['the owner’s sessions receive nothing', new FakeWorld(), EMPTY, UP],
  ])('%s', async (_, world, active, standby) => {
    const [first, second] = await rounds(world, 2, active, standby);
    expect([first?.reason, second?.reason]).toEqual(['one-probe-only', 'ebgp-down-twice']);
    expect([owners(world), world.stored.automaticSwaps.length]).toEqual([[STANDBY_ENI], 1]);
  });
});

describe('where the peer has no path either, nothing moves', () => {
  it.each<[string, BgpCounts, BgpCounts]>([
    ['both tunnels are down at the far site', DETOUR, DETOUR],
    ['neither has any session', DOWN, DOWN],
    ['the standby’s sessions cannot be read', DETOUR, UNREADABLE],
    ['the owner’s cannot', UNREADABLE, UP],
  ])('%s', async (_, active, standby) => {
    const world = new FakeWorld();
    await rounds(world, 10, active, standby);
    expect([owners(world), world.stored.automaticSwaps]).toEqual([[ACTIVE_ENI], []]);
  });
});

describe('a report against an owner whose traffic takes a detour', () => {
  it('is believed as any other: that the tunnels are down is no veto', async () => {
    const world = new FakeWorld();
    await rounds(world, 1, DETOUR, UP);
    const at = world.now;
    const report = { ...REPORT, at, detectedAt: at, noticedAt: at };
    expect(await swapRoutes(report, world.tools())).toMatchObject({ outcome: 'swapped' });
  });

  it('finds no witness in the probe, in a pair that prefers safety', async () => {
    const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, prefer: 'safety' } });
    await rounds(world, 1, DETOUR, UP);
    const at = world.now;
    const report = { ...REPORT, at, detectedAt: at, noticedAt: at };
    expect(await swapRoutes(report, world.tools())).toMatchObject({ reason: 'second-witness-missing' });
  });
});
