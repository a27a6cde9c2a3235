import { describe, expect, it } from 'vitest';
import type { Ec2Facts } from '#aws/routers.ts';
import type { ProbeRequest, RehearseRequest } from '#contracts/route-swap-requests.ts';
import type { ScheduledEvent } from '#failover/scheduled-event.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, DOWN, NOW, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const { active, standby } = SITE.routers;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const COMMAND = (code: string) => `vyos-failover switchover tokyo --to tokyo-2 --reason "${code} of tokyo-1"`;

const site = (policy: Partial<typeof SITE.policy> = {}) =>
  new FakeWorld({ ...SITE, policy: { ...SITE.policy, ...policy } });
const AUTOMATIC = { evacuate: 'automatic' } as const;

/** EC2 lists these events of a router's instance, each at this time from now. */
function listed(world: FakeWorld, router: string, ...events: readonly (readonly [ScheduledEvent['code'], number])[]) {
  const its = events.map(([code, inMs]) => ({ code, description: 'Degraded hardware.', notBefore: world.now + inMs }));
  world.ec2 = { ...world.ec2, [router]: { ...(world.ec2[router] as Ec2Facts), events: its } };
}

/** A round of the probe has just found both routers well. */
function probed(world: FakeWorld): FakeWorld {
  world.stored = { ...world.stored, probes: [world.round(world.now - 20_000, { 'tokyo-1': UP, 'tokyo-2': UP })] };
  return world;
}

/** A round of the probe, with the real route-swap at the other end. */
async function round(world: FakeWorld, standbyBgp = UP): Promise<void> {
  const readBgp = ({ name }: { name: string }) =>
    Promise.resolve({ kind: 'answered', output: JSON.stringify(name === 'tokyo-2' ? standbyBgp : UP) } as const);
  const run = `run-${world.now}`;
  await probeSite(
    world.tools({
      run,
      turn: `turn-${world.now}`,
      readBgp,
      askRouteSwap: (request: ProbeRequest | RehearseRequest): Promise<unknown> =>
        request.action === 'rehearse'
          ? rehearse(world.tools({ readBgp }))
          : swapRoutes({ kind: 'probe', id: request.id, rounds: request.rounds }, world.tools({ run, readBgp })),
    }),
  );
  world.now += MINUTE;
}

/** EventBridge delivers this to route-swap. */
async function delivered(world: FakeWorld, event: object) {
  const at = new Date(world.now - 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const request = readDirectRequest({ id: `event-${world.now}`, time: at, ...event }, world.site);
  if (!('trigger' in request)) throw new Error('it is read as an event');
  return swapRoutes(request.trigger, world.tools());
}

const spot = (instance = active.instance) => ({
  source: 'aws.ec2',
  'detail-type': 'EC2 Spot Instance Interruption Warning',
  detail: { 'instance-id': instance, 'instance-action': 'terminate' },
});
const health = (inMs: number, change: object = {}) => ({
  source: 'aws.health',
  'detail-type': 'AWS Health Event',
  resources: [active.instance],
  detail: {
    service: 'EC2',
    eventTypeCode: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
    eventTypeCategory: 'scheduledChange',
    startTime: new Date(NOW + inMs).toUTCString(),
    eventDescription: [{ language: 'en_US', latestDescription: 'Degraded hardware.' }],
    affectedEntities: [{ entityValue: active.instance }],
    ...change,
  },
});

const told = ({ announced }: FakeWorld) =>
  announced.filter(({ type }) => type === 'Router Event Scheduled').map(({ detail }) => String(detail['says']));
const owners = ({ targets }: FakeWorld) => [...new Set(targets.values())];

describe('a scheduled event that EC2 lists', () => {
  it('is announced once, with its kind, its time and the command that makes it harmless; again when it is near', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-retirement', 70 * MINUTE]);
    for (let minute = 0; minute < 80; minute += 1) await round(world);
    const says =
      `AWS announced instance-retirement for the instance of tokyo-1 (${active.instance}), not before ` +
      `2026-11-23 04:10:00Z (Degraded hardware). It holds the routes. To move them away: ${COMMAND('instance-retirement')}.`;
    expect(told(world)).toEqual([says, says]);
    expect(world.announced.map(({ type }) => type)).toEqual(['Router Event Scheduled', 'Router Event Scheduled']);
    expect([owners(world), world.metrics.filter(({ name }) => name === 'FailoverReady' && world).length]).toEqual([
      [ACTIVE_ENI],
      80,
    ]);
  });

  it('leaves the site ready', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-stop', HOUR]);
    await round(world);
    expect(world.metrics).toContainEqual({ name: 'FailoverReady', value: 1 });
  });

  it('is announced again when its time changes, with the previous time', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-reboot', 48 * HOUR]);
    await round(world);
    listed(world, 'tokyo-1', ['instance-reboot', 24 * HOUR]);
    await round(world);
    await round(world);
    expect(told(world)).toHaveLength(2);
    expect(told(world)[1]).toMatch(/Its time was 2026-11-25 03:00:00Z before\.$/);
  });

  it('is announced without the time of a past event of the same kind', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-reboot', 20 * MINUTE]);
    await round(world);
    world.now += HOUR;
    listed(world, 'tokyo-1', ['instance-reboot', 48 * HOUR]);
    await round(world);
    expect(told(world)).toHaveLength(2);
    expect(told(world)[1]).not.toContain('Its time was');
  });

  it('is announced for the instance that the interface is attached to', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-reboot', 48 * HOUR]);
    const attachedTo = 'i-0000000000000009a';
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), attachedTo } };
    await round(world);
    expect(told(world)[0]).toContain(`of tokyo-1 (${attachedTo})`);
  });

  it('is announced for the standby, too: nothing to move', async () => {
    const world = site();
    listed(world, 'tokyo-2', ['system-maintenance', 48 * HOUR]);
    await round(world);
    expect(told(world)[0]).toMatch(/tokyo-2 .* holds no routes, so nothing has to move, but tokyo cannot fail over/);
  });

  it('names no switchover to a router that goes at about the same time', async () => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-1', ['system-reboot', 48 * HOUR]);
    listed(world, 'tokyo-2', ['system-reboot', 48 * HOUR + 20 * MINUTE]);
    await round(world);
    expect(told(world)[0]).toContain('tokyo-2 has an event at about the same time');
    expect(told(world).join()).not.toContain('vyos-failover switchover');
  });

  it('does not advise to postpone a Spot interruption', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['spot-interruption', 2 * MINUTE]);
    listed(world, 'tokyo-2', ['system-reboot', 20 * MINUTE]);
    await round(world);
    expect(told(world)[0]).toContain(
      `a spot interruption cannot be rescheduled: reschedule that of tokyo-2 if possible, then run ${COMMAND('spot-interruption')}.`,
    );
  });

  it('names the switchover where the other router goes, and is back, long before', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['system-reboot', 48 * HOUR]);
    listed(world, 'tokyo-2', ['system-reboot', 2 * HOUR]);
    await round(world);
    const says = `To move them away once system-reboot of tokyo-2 (not before 2026-11-23 05:00:00Z) is over: ${COMMAND('system-reboot')}.`;
    expect(told(world)[0]).toContain(says);
  });

  it('is neither announced nor dropped by a second delivery of the same event', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-stop', 48 * HOUR]);
    const { store } = world.tools();
    const before = world.stored;
    const recall = async (id: string) => ({ ...(await store.read(id)), stored: before });
    for (const _ of [1, 2]) {
      const readBgp = () => Promise.resolve({ kind: 'answered', output: JSON.stringify(UP) } as const);
      const askRouteSwap = () => Promise.resolve({ ready: true, problems: [], rehearsed: 2 });
      await probeSite(world.tools({ turn: 'one', readBgp, askRouteSwap, store: { ...store, read: recall } }));
    }
    expect(told(world)).toHaveLength(1);
  });
});

describe('policy: { evacuate: automatic }', () => {
  it('moves the routes to the fit peer 15 minutes before, once, and says so in the history', async () => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-1', ['instance-retirement', 16 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
    for (let minute = 0; minute < 10; minute += 1) await round(world);
    expect(world.history).toMatchObject([{ detector: 'probe', outcome: 'swapped', reason: 'evacuation', moved: 2 }]);
    expect(world.announced.map(({ type }) => type)).toEqual(['Router Event Scheduled', 'Failover Completed']);
    expect(told(world)[0]).toMatch(
      /move to tokyo-2 automatically 15 minutes before if it is fit then. To move them earlier: vyos-/,
    );
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });

  it.each<[string, (world: FakeWorld) => void]>([
    ['the other router goes half an hour later', (w) => listed(w, 'tokyo-2', ['instance-stop', 40 * MINUTE])],
    ['the other router should have gone already', (w) => listed(w, 'tokyo-2', ['instance-stop', -MINUTE])],
    ['the other router is in maintenance', (w) => setMaintenance(w)],
    ['the site is paused', (w) => setPause(w)],
    ['there was a swap a minute ago', (w) => void (w.stored = { ...w.stored, automaticSwaps: [NOW - MINUTE] })],
  ])('moves nothing while %s', async (_, prepare) => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    prepare(world);
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('moves the routes before a second event, although they came back while the first was overdue', async () => {
    const world = site({ ...AUTOMATIC, holdDownMs: 60_000 });
    world.stored = { ...world.stored, lastTarget: ACTIVE_ENI, lastBeganAt: NOW - HOUR };
    listed(world, 'tokyo-1', ['system-maintenance', -2 * HOUR], ['instance-stop', 10 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
  });

  it('announces once that the policy’s hourly limit prevents it', async () => {
    const world = site({ ...AUTOMATIC, maxSwapsPerHour: 1, holdDownMs: 60_000 });
    world.stored = { ...world.stored, automaticSwaps: [NOW - 5 * MINUTE] };
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    for (let minute = 0; minute < 8; minute += 1) await round(world);
    const refused = world.announced.filter(({ type }) => type === 'Failover Refused');
    expect(refused.map(({ detail }) => detail['reason'])).toEqual(['too-many-swaps']);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('hides nothing else that is wrong with the owner', async () => {
    const world = site({ ...AUTOMATIC, mode: 'observe' });
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), statusChecks: 'impaired' } };
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    for (let minute = 0; minute < 4; minute += 1) await round(world);
    const degraded = world.announced.filter(({ type }) => type === 'Site Degraded');
    expect(degraded.map(({ detail }) => detail['diagnosis'])).toEqual(['OwnerImpaired']);
    expect(world.metrics.filter(({ name }) => name === 'FailoverReady').map(({ value }) => value)).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('moves nothing without the store, whatever witnesses there are: hold-down and earlier swaps are unknown', async () => {
    const world = site(AUTOMATIC);
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), statusChecks: 'impaired' } };
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    world.storeDown = true;
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('moves nothing to a router without a path', async () => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    await round(world, DOWN);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it.each(['observe', 'off'] as const)('moves nothing in mode %s', async (mode) => {
    const world = site({ ...AUTOMATIC, mode });
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
    expect(told(world).join()).not.toContain('by themselves');
  });

  it('announces once in mode observe what it would have done, and the site stays ready', async () => {
    const world = site({ ...AUTOMATIC, mode: 'observe' });
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    for (let minute = 0; minute < 8; minute += 1) await round(world);
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Noted', 'Router Event Scheduled']);
    expect(new Set(world.metrics.flatMap(({ name, value }) => (name === 'FailoverReady' ? [value] : [])))).toEqual(
      new Set([1]),
    );
  });

  it('moves nothing for an event of the standby, or one without a time', async () => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-2', ['instance-stop', 10 * MINUTE]);
    const undated = { code: 'instance-stop', description: 'x' };
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), events: [undated] } };
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('leaves the routes where an operator moves them in spite of it', async () => {
    const world = site({ ...AUTOMATIC, holdDownMs: 0 });
    listed(world, 'tokyo-1', ['instance-stop', 14 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
    const tools = world.tools({
      readBgp: () => Promise.resolve({ kind: 'answered', output: JSON.stringify(UP) } as const),
    });
    const back = { kind: 'operator', id: 'm', act: 'failback', to: 'tokyo-1', by: 'ann', reason: 'x', overrides: [] };
    expect(await swapRoutes(back as never, tools)).toMatchObject({ outcome: 'swapped' });
    for (let minute = 0; minute < 5; minute += 1) await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });
});

function setMaintenance(world: FakeWorld): void {
  world.stored = { ...world.stored, maintenance: { [STANDBY_ENI]: { since: NOW, by: 'ann', reason: 'disk' } } };
}

function setPause(world: FakeWorld): void {
  world.stored = { ...world.stored, pause: { since: NOW, until: NOW + HOUR, by: 'ann', reason: 'x' } };
}

describe('a spot interruption warning', () => {
  it('is announced at once, once, with the command, and recorded in the history; no route moves automatically', async () => {
    const world = probed(site());
    await delivered(world, spot());
    world.now += 2_000;
    await delivered(world, spot());
    await round(world);
    expect(told(world)).toHaveLength(1);
    expect(told(world)[0]).toMatch(
      /spot-interruption .* not before 2026-11-23 03:01:59Z .*terminate\)\. It holds the routes/,
    );
    expect(told(world)[0]).toContain(COMMAND('spot-interruption'));
    expect(world.history).toMatchObject([{ detector: 'ec2', outcome: 'noted', reason: 'spot-interruption' }]);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('moves the routes at once with policy: { evacuate: automatic }', async () => {
    const world = probed(site(AUTOMATIC));
    expect(await delivered(world, spot())).toMatchObject({
      outcome: 'swapped',
      reason: 'evacuation',
      owner: 'tokyo-2',
    });
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Completed']);
    expect(world.announced[0]?.detail['says']).toContain('AWS announced spot-interruption for the instance of tokyo-1');
    expect(world.stored.notices).toHaveLength(1);
    world.stored = { ...world.stored, automaticSwaps: [] };
    for (let minute = 0; minute < 3; minute += 1) await round(world);
    expect([owners(world), world.announced.length]).toEqual([[STANDBY_ENI], 1]);
  });

  it('is announced also if another event moves the routes at that moment', async () => {
    const world = probed(site(AUTOMATIC));
    listed(world, 'tokyo-1', ['system-reboot', 10 * MINUTE]);
    expect(await delivered(world, health(48 * HOUR))).toMatchObject({ outcome: 'swapped', reason: 'evacuation' });
    expect(told(world)).toEqual([expect.stringMatching(/instance-retirement.* not before 2026-11-25 03:00:00Z/i)]);
  });

  it('moves them also where another failover had brought them a few minutes before', async () => {
    const world = probed(site({ ...AUTOMATIC, holdDownMs: 60_000 }));
    world.stored = {
      ...world.stored,
      lastTarget: ACTIVE_ENI,
      lastBeganAt: NOW - 300_000,
      automaticSwaps: [NOW - 300_000],
    };
    expect(await delivered(world, spot())).toMatchObject({ outcome: 'swapped', reason: 'evacuation' });
  });

  it('that moves nothing yet, because the other router is not proven fit, is announced with the reason and the command', async () => {
    const world = site(AUTOMATIC);
    expect(await delivered(world, spot())).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    expect(told(world)[0]).toMatch(
      /move to tokyo-2 automatically now if it is fit then. To move them earlier: vyos-failover/,
    );
  });

  it('of the standby moves nothing, and its instance is no target of an evacuation any more', async () => {
    const world = probed(site(AUTOMATIC));
    await delivered(world, spot(standby.instance));
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('is stored while the store answers, and announced even while it does not', async () => {
    const world = probed(site());
    world.storeDown = true;
    await delivered(world, spot());
    expect(told(world)).toHaveLength(1);
  });

  it('a rebalance recommendation is announced, and moves nothing: it has no time', async () => {
    const world = probed(site(AUTOMATIC));
    const detail = { 'instance-id': active.instance };
    await delivered(world, { source: 'aws.ec2', 'detail-type': 'EC2 Instance Rebalance Recommendation', detail });
    await round(world);
    expect(told(world)).toHaveLength(1);
    expect(told(world)[0]).toContain(COMMAND('rebalance-recommendation'));
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });
});

describe('an event of AWS Health', () => {
  it('is announced by EC2’s name, and not again when EC2 lists it', async () => {
    const world = site();
    await delivered(world, health(48 * HOUR));
    listed(world, 'tokyo-1', ['instance-retirement', 48 * HOUR]);
    await round(world);
    expect(told(world)).toHaveLength(1);
    expect(told(world)[0]).toContain('AWS announced instance-retirement for the instance of tokyo-1');
  });

  it('is not announced if health-probe has announced it', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-retirement', 48 * HOUR]);
    await round(world);
    await delivered(world, health(48 * HOUR));
    expect(told(world)).toHaveLength(1);
  });

  it('makes the routes leave, although EC2 lists nothing', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(10 * MINUTE));
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
  });

  it('that is closed is over', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(20 * MINUTE));
    world.now += MINUTE;
    await delivered(world, health(20 * MINUTE, { statusCode: 'closed' }));
    for (let minute = 0; minute < 10; minute += 1) await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
    expect(told(world)).toHaveLength(1);
  });

  it('that is closed ends no later one of the same kind', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(20 * MINUTE));
    world.now += MINUTE;
    await delivered(world, health(-72 * HOUR, { statusCode: 'closed' }));
    for (let minute = 0; minute < 10; minute += 1) await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
  });

  it('that is closed in the last minutes moves nothing by the very message', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(16 * MINUTE));
    world.now += 2 * MINUTE;
    world.stored = { ...world.stored, probes: [world.round(world.now - 1_000, { 'tokyo-1': UP, 'tokyo-2': UP })] };
    await delivered(world, health(16 * MINUTE, { statusCode: 'closed' }));
    expect([owners(world), world.stored.notices]).toEqual([[ACTIVE_ENI], []]);
  });

  it.each(['[Canceled]', '[Completed]'])('that EC2 lists as %s is over, without a closing event', async (mark) => {
    const world = site(AUTOMATIC);
    await delivered(world, health(20 * MINUTE));
    const events = [{ code: 'instance-retirement', description: `${mark} Degraded hardware.`, over: true as const }];
    const notBefore = world.now + 20 * MINUTE;
    for (let minute = 0; minute < 30; minute += 1) {
      world.ec2['tokyo-1'] = {
        ...(world.ec2['tokyo-1'] as Ec2Facts),
        events: events.map((e) => ({ ...e, notBefore })),
      };
      await round(world);
    }
    expect([owners(world), told(world).length]).toEqual([[ACTIVE_ENI], 1]);
  });

  it('counts beside an older one of the same kind that EC2 lists as [Completed]', async () => {
    const world = site(AUTOMATIC);
    const over = { code: 'instance-retirement', description: '[Completed] x', notBefore: NOW - 72 * HOUR, over: true };
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), events: [over] } };
    await delivered(world, health(10 * MINUTE));
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
  });

  it('whose instance is RESOLVED is over for that instance', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(20 * MINUTE));
    world.now += MINUTE;
    const affectedEntities = [{ entityValue: active.instance, status: 'RESOLVED' }];
    await delivered(world, health(20 * MINUTE, { statusCode: 'upcoming', affectedEntities }));
    for (let minute = 0; minute < 10; minute += 1) await round(world);
    expect([owners(world), told(world).length]).toEqual([[ACTIVE_ENI], 1]);
  });

  it('of the standby is announced, also by a delivery that moves the routes there before an event of the owner', async () => {
    const world = probed(site(AUTOMATIC));
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    const its = { resources: [standby.instance], affectedEntities: [{ entityValue: standby.instance }] };
    expect(await delivered(world, health(72 * HOUR, its))).toMatchObject({ outcome: 'swapped', reason: 'evacuation' });
    await round(world);
    const ofStandby = told(world).filter((says) => says.includes('of tokyo-2'));
    expect(ofStandby).toHaveLength(1);
    expect(ofStandby[0]).toContain('It holds the routes');
  });

  it('is announced without the time of the other router’s event', async () => {
    const world = site();
    await delivered(world, health(48 * HOUR));
    world.now += MINUTE;
    await delivered(world, health(72 * HOUR, { affectedEntities: [{ entityValue: standby.instance }] }));
    expect(told(world)).toHaveLength(2);
    expect(told(world)[1]).not.toContain('Its time was');
  });

  it('of another instance of the account is nothing to this site', async () => {
    const world = site();
    await delivered(world, health(HOUR, { affectedEntities: [{ entityValue: 'i-0000000000000009a' }] }));
    expect([told(world), world.history]).toEqual([[], []]);
  });

  it('without a time is announced without one', async () => {
    const world = site();
    await delivered(world, health(HOUR, { startTime: undefined, eventTypeCode: 'AWS_EC2_SOMETHING_NEW' }));
    expect(told(world)[0]).toMatch(/AWS announced something-new .*, at no stated time/);
  });
});
