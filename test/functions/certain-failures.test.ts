import { describe, expect, it } from 'vitest';
import type { Ec2Facts } from '#aws/routers.ts';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import type { Trigger } from '#failover/trigger.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, DOWN, EMPTY, NOW, REPORT, SITE, STANDBY_ENI, UNREADABLE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const { active, standby } = SITE.routers;
const EVENT = { kind: 'ec2', id: 'event-1', instance: active.instance, state: 'stopped' } as const;
const PROBE = { kind: 'probe', id: 'probe-1' } as const;
const WELL: Ec2Facts = { instance: 'running', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' };

const failures: [string, Partial<Ec2Facts>, string, RegExp][] = [
  ['stopped', { instance: 'stopped' }, 'owner-not-running', /EC2 reports that tokyo-1 is stopped/],
  ['terminated', { instance: 'terminated' }, 'owner-not-running', /EC2 reports that tokyo-1 is terminated/],
  ['its interface detached', { interface: 'detached' }, 'owner-cannot-forward', /attached to no instance/],
  ['its interface elsewhere', { interface: 'elsewhere' }, 'owner-cannot-forward', /attached to another instance/],
  [
    'its interface gone',
    { interface: 'missing', sourceDestCheck: 'unknown' },
    'owner-cannot-forward',
    /\(eni-0000000000000001a\) does not exist/,
  ],
  ['its source/dest check on', { sourceDestCheck: true }, 'owner-cannot-forward', /source\/dest check .* is on/],
];
const triggers: [string, Trigger][] = [
  ['an event', EVENT],
  ['the probe', PROBE],
  ['a report', { ...REPORT, bgp: undefined }],
];
const all = failures.flatMap(([what, facts, reason, says]) =>
  triggers.map(([who, trigger]) => ({ what, facts, reason, says, who, trigger })),
);

/** The probe found both routers healthy this long ago. */
function probed(ago: number, site = SITE): FakeWorld {
  const world = new FakeWorld(site);
  world.stored = { ...world.stored, probes: [world.round(NOW - ago, { 'tokyo-1': UP, 'tokyo-2': UP })] };
  return world;
}

/** What EC2 says of a router. */
function ec2Says(world: FakeWorld, router: string, facts: Partial<Ec2Facts>): FakeWorld {
  world.ec2 = { ...world.ec2, [router]: { ...WELL, ...facts } };
  return world;
}

describe('a router’s own word that it lost its path', () => {
  it('counts where the probe, which had read it before, still waited for the other router then', async () => {
    const world = ec2Says(new FakeWorld(), 'tokyo-1', { instance: 'stopped' });
    world.hasSaid('tokyo-2', NOW - 4_000, DOWN);
    const read = { instance: standby.instance, at: NOW - 9_000, bgp: UP };
    const round = { at: NOW - 1_000, readings: { [ACTIVE_ENI]: null, [STANDBY_ENI]: read } };
    world.stored = { ...world.stored, probes: [round] };
    expect(await swapRoutes(EVENT, world.tools())).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    world.stored = {
      ...world.stored,
      probes: [{ ...round, readings: { [STANDBY_ENI]: { ...read, at: NOW - 2_000 } } }],
    };
    expect(await swapRoutes({ ...EVENT, id: 'event-2' }, world.tools())).toMatchObject({ outcome: 'swapped' });
  });
});

describe('what EC2 itself says of the owner moves the routes at once', () => {
  it.each(all)('$what, when $who asks', async ({ facts, reason, says, trigger }) => {
    const world = ec2Says(probed(20_000), 'tokyo-1', facts);
    const result = await swapRoutes(trigger, world.tools());
    expect(result).toMatchObject({ outcome: 'swapped', reason, owner: 'tokyo-2' });
    expect(result.says).toMatch(says);
    expect(result.says).toContain('Automatic swap 1 of the last hour.');
    expect(world.stored.automaticSwaps).toEqual([NOW]);
  });

  it('routes that are a blackhole, too', async () => {
    const world = probed(20_000);
    const tools = world.tools();
    const blackhole: typeof tools.describeRoutes = async (routes) =>
      (await tools.describeRoutes(routes)).map((route) =>
        route.target === ACTIVE_ENI ? { ...route, state: 'blackhole' } : route,
      );
    const result = await swapRoutes(PROBE, { ...tools, describeRoutes: blackhole });
    expect(result).toMatchObject({ outcome: 'swapped', reason: 'owner-cannot-forward' });
  });

  it('not what EC2 does not know: an instance, an interface or a check that is unknown proves nothing', async () => {
    const unknown = { instance: 'unknown', interface: 'unknown', sourceDestCheck: 'unknown' } as const;
    const world = ec2Says(probed(20_000), 'tokyo-1', unknown);
    expect(await swapRoutes(EVENT, world.tools())).toMatchObject({ outcome: 'noted' });
    expect(world.replaced).toEqual([]);
  });

  it.each(['availability', 'safety'] as const)(
    'in spite of the owner’s own word, in a pair that prefers %s',
    async (prefer) => {
      const site = { ...SITE, policy: { ...SITE.policy, prefer } };
      const world = ec2Says(probed(20_000, site), 'tokyo-1', { sourceDestCheck: true });
      world.hasSaid('tokyo-1', NOW - 100, UP);
      expect(await swapRoutes(PROBE, world.tools())).toMatchObject({ outcome: 'swapped' });
    },
  );

  it.each([
    ['hold-down', [NOW - 60_000], 2],
    ['the hourly limit', [NOW - 3_000_000, NOW - 2_000_000, NOW - 1_000_000, NOW - 10_000], 5],
  ])('in spite of %s, counted, and announced with its number', async (_, automaticSwaps, number) => {
    const world = ec2Says(probed(20_000), 'tokyo-1', { instance: 'stopped' });
    world.stored = { ...world.stored, automaticSwaps };
    const result = await swapRoutes(EVENT, world.tools());
    expect(result.outcome).toBe('swapped');
    expect(result.says).toContain(`Automatic swap ${number} of the last hour.`);
    expect(world.stored.automaticSwaps).toHaveLength(automaticSwaps.length + 1);
  });

  it('while hold-down holds a suspicion of the same owner back', async () => {
    const world = probed(20_000);
    world.stored = { ...world.stored, automaticSwaps: [NOW - 60_000] };
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
  });

  it('of the new owner as well: the preferred router takes the routes back a minute after it lost them', async () => {
    const world = ec2Says(probed(5_000), 'tokyo-2', { instance: 'terminated' });
    for (const name of world.targets.keys()) world.targets.set(name, STANDBY_ENI);
    world.stored = { ...world.stored, automaticSwaps: [NOW - 60_000], lastTarget: STANDBY_ENI };
    const event = { ...EVENT, instance: standby.instance, state: 'terminated' };
    expect(await swapRoutes(event, world.tools())).toMatchObject({ outcome: 'swapped', owner: 'tokyo-1' });
  });

  it('a route that was pointed back at the router that the last swap left is replaced again, and is not counted', async () => {
    const world = ec2Says(probed(20_000), 'tokyo-1', { instance: 'stopped' });
    await swapRoutes(EVENT, world.tools());
    const [first = ''] = world.targets.keys();
    world.targets.set(first, ACTIVE_ENI);
    world.now += 60_000;
    world.hasSaid('tokyo-2', world.now, UP);
    expect(await swapRoutes(PROBE, world.tools({ run: 'run-2' }))).toMatchObject({
      outcome: 'swapped',
      moved: [SITE.routes[0]],
    });
    expect(world.stored.automaticSwaps).toEqual([NOW]);
  });
});

describe('a stopped owner to which no swap in the store moved the routes', () => {
  const event = { ...EVENT, instance: standby.instance };
  /** Both were read as healthy 20 s ago, and nobody knows since when the routes are at the standby. */
  const unexplained = () => {
    const world = ec2Says(probed(20_000), 'tokyo-2', { instance: 'stopped' });
    for (const name of world.targets.keys()) world.targets.set(name, STANDBY_ENI);
    return world;
  };
  const answering = (bgp: BgpCounts | undefined) => {
    const asked: string[] = [];
    const readBgp: SwapPorts['readBgp'] = ({ name }) => {
      asked.push(name);
      return Promise.resolve(
        bgp === undefined ? { kind: 'silent', why: 'no answer' } : { kind: 'answered', output: JSON.stringify(bgp) },
      );
    };
    return { asked, readBgp };
  };

  it.each([
    ['not if it has lost its path since', DOWN, 'refused'],
    ['if it has a path', UP, 'swapped'],
    ['by what was read last, if it does not answer', undefined, 'swapped'],
  ])('loses them to its peer, which is read first: %s', async (_, bgp, outcome) => {
    const { asked, readBgp } = answering(bgp);
    const world = unexplained();
    expect(await swapRoutes(event, world.tools({ readBgp }))).toMatchObject({ outcome });
    expect(asked).toEqual(['tokyo-1']);
  });

  it.each<[string, (world: FakeWorld) => unknown]>([
    ['the store knows the swap', (world) => (world.stored = { ...world.stored, lastTarget: STANDBY_ENI })],
    ['its peer has just said how it is', (world) => world.hasSaid('tokyo-1', NOW - 5_000, UP)],
  ])('loses them without a question, if %s', async (_, known) => {
    const { asked, readBgp } = answering(DOWN);
    const world = unexplained();
    known(world);
    expect(await swapRoutes(event, world.tools({ readBgp }))).toMatchObject({ outcome: 'swapped', owner: 'tokyo-1' });
    expect(asked).toEqual([]);
  });

  it('is the same if EC2 did not let one of them go to it', async () => {
    const { asked, readBgp } = answering(DOWN);
    const world = unexplained();
    const [refused = ''] = world.targets.keys();
    world.targets.set(refused, ACTIVE_ENI);
    expect(await swapRoutes(event, world.tools({ readBgp }))).toMatchObject({ outcome: 'refused' });
    expect(asked).toEqual(['tokyo-1']);
  });

  it('is the same if the last swap in the store moved them to its peer', async () => {
    const { asked, readBgp } = answering(DOWN);
    const world = unexplained();
    world.stored = { ...world.stored, lastTarget: ACTIVE_ENI };
    expect(await swapRoutes(event, world.tools({ readBgp }))).toMatchObject({ outcome: 'refused' });
    expect(asked).toEqual(['tokyo-1']);
  });
});

describe('SSM is silent in the whole region, and EC2 reports that the owner is stopped', () => {
  const stopped = (ago: number) => ec2Says(probed(ago), 'tokyo-1', { instance: 'stopped' });

  it.each([91_000, 3_600_000])(
    'a standby that was well %i ms ago, and of which nothing worse was heard, is good enough',
    async (ago) => {
      expect(await swapRoutes(EVENT, stopped(ago).tools())).toMatchObject({ outcome: 'swapped' });
    },
  );

  it.each<[string, (world: FakeWorld) => void]>([
    ['lost its path since', (world) => world.hasSaid('tokyo-2', NOW - 60_000, DOWN)],
    ['receives no prefix since', (world) => world.hasSaid('tokyo-2', NOW - 60_000, EMPTY)],
    ['is impaired', (world) => ec2Says(world, 'tokyo-2', { statusChecks: 'impaired' })],
    ['EC2 cannot tell of', (world) => ec2Says(world, 'tokyo-2', { statusChecks: 'unknown' })],
    ['does not run', (world) => ec2Says(world, 'tokyo-2', { instance: 'stopped' })],
    ['was another instance then', (world) => ec2Says(world, 'tokyo-2', { attachedTo: 'i-0000000000000009a' })],
  ])('not one that %s', async (_, worse) => {
    const world = stopped(91_000);
    worse(world);
    expect(await swapRoutes(EVENT, world.tools())).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    expect(world.replaced).toEqual([]);
  });

  it('one that could not be read since is: what is unknown is no worse word', async () => {
    const said = stopped(91_000);
    said.hasSaid('tokyo-2', NOW - 60_000, UNREADABLE);
    expect(await swapRoutes(EVENT, said.tools())).toMatchObject({ outcome: 'swapped' });
    const read = stopped(91_000);
    const unreadable = read.round(NOW - 31_000, { 'tokyo-1': UP, 'tokyo-2': UNREADABLE });
    read.stored = { ...read.stored, probes: [...read.stored.probes, unreadable] };
    expect(await swapRoutes(EVENT, read.tools())).toMatchObject({ outcome: 'swapped' });
  });

  it('not for a suspicion: for that a standby must prove itself now', async () => {
    const report = { ...REPORT, bgp: undefined };
    expect(await swapRoutes(report, probed(91_000).tools())).toMatchObject({ outcome: 'refused' });
  });
});

describe('an owner that hangs, and whose peer’s reports do not arrive', () => {
  const silentFor = (rounds: number, facts: Partial<Ec2Facts> = { statusChecks: 'impaired' }) => {
    const world = ec2Says(new FakeWorld(), 'tokyo-1', facts);
    const probes = Array.from({ length: rounds }, (_, index) =>
      world.round(NOW - 10_000 - (rounds - 1 - index) * 60_000, { 'tokyo-1': undefined, 'tokyo-2': UP }),
    );
    world.stored = { ...world.stored, probes };
    return world;
  };
  const ALARM = { ...EVENT, instance: 'status-check-tokyo-1', state: 'status check: ALARM' };

  it.each<[string, Trigger]>([
    ['the probe', PROBE],
    ['the alarm', ALARM],
  ])('loses the routes after two silent rounds and an impaired status check, when %s asks', async (_, trigger) => {
    expect(await swapRoutes(trigger, silentFor(2).tools())).toMatchObject({
      outcome: 'swapped',
      reason: 'owner-silent',
    });
  });

  it.each<[string, FakeWorld]>([
    ['one silent round', silentFor(1)],
    ['a status check that passes', silentFor(3, { statusChecks: 'ok' })],
    ['a status check that nobody knows', silentFor(3, { statusChecks: 'unknown' })],
  ])('keeps them with %s', async (_, world) => {
    expect(await swapRoutes(PROBE, world.tools())).toMatchObject({ outcome: 'noted' });
    expect(world.replaced).toEqual([]);
  });

  it('is held by hold-down: it is a suspicion', async () => {
    const world = silentFor(2);
    world.stored = { ...world.stored, automaticSwaps: [NOW - 60_000] };
    expect(await swapRoutes(PROBE, world.tools())).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
  });

  it('keeps them by its own word since the first of the two rounds', async () => {
    const world = silentFor(2);
    world.hasBeaten('tokyo-1', { at: NOW - 5_000, bgp: UP });
    expect(await swapRoutes(PROBE, world.tools())).toMatchObject({ outcome: 'refused', reason: 'owner-healthy' });
  });
});

describe('a standby that signed a request a moment ago', () => {
  it('runs, whatever DescribeInstanceStatus cannot say', async () => {
    const world = ec2Says(new FakeWorld(), 'tokyo-2', { instance: 'unknown', statusChecks: 'unknown' });
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'swapped' });
  });

  it('does not, where EC2 says so', async () => {
    const world = ec2Says(new FakeWorld(), 'tokyo-2', { instance: 'stopping' });
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'refused' });
  });
});
