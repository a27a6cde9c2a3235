import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { ManagedSite } from '#failover/site.ts';
import { refusalOf } from '#functions/config-push/plan/refusal.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { answerReport } from '#functions/route-swap/answer-report.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { DOWN, NOW, REPORT, SITE, UP } from '../failover/situation.ts';
import { planFile } from './fake-routers.ts';
import { FakeWorld } from './fakes.ts';
import { PushedPair, WIDER } from './pushed-pair.ts';

const { active, standby } = SITE.routers;
const NEW_INSTANCE = 'i-0000000000000009a';
const WELL = { instance: 'running', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' } as const;
const TOKYO = 'arn:aws:sts::123456789012:assumed-role/tokyo-router';

/** The site with routers that the stacks have created: the topology has no instances. */
const CREATED: ManagedSite = {
  ...SITE,
  routers: { active: { ...active, instance: undefined }, standby: { ...standby, instance: undefined } },
  neighbors: [{ name: 'virginia-1', instance: undefined, instanceRole: 'virginia-router' }],
};

/** The routers are the instances that `SITE` names. */
function createdWorld(): FakeWorld {
  const world = new FakeWorld(CREATED);
  attach(world, 'tokyo-1', active.instance);
  attach(world, 'tokyo-2', standby.instance);
  return world;
}

function attach(world: FakeWorld, router: string, attachedTo: string): void {
  world.ec2[router] = { ...WELL, attachedTo };
}

async function post(world: FakeWorld, caller: string, change: object = {}) {
  const body = {
    id: 'report-1',
    detector: 'serf',
    event: 'member-failed',
    reporter: 'tokyo-2',
    subject: 'tokyo-1',
  };
  const evidence = { detectedAt: new Date(world.now - 500).toISOString(), bgp: UP };
  const event = {
    body: JSON.stringify({ ...body, at: new Date(world.now - 100).toISOString(), evidence, ...change }),
    isBase64Encoded: false,
    pathParameters: { site: 'tokyo' },
    requestContext: { authorizer: { iam: { userArn: caller } }, http: { sourceIp: '203.0.113.11' } },
  } as unknown as APIGatewayProxyEventV2WithIAMAuthorizer;
  const { statusCode } = await answerReport(event, world.tools());
  return statusCode;
}

describe('a created router is the instance that its interface is attached to', () => {
  it('reports for it are accepted from that instance, and from the next one after it was replaced', async () => {
    const world = createdWorld();
    const alive = { event: 'alive', subject: 'tokyo-2' };
    expect(await post(world, `${TOKYO}/${standby.instance}`, alive)).toBe(200);
    attach(world, 'tokyo-2', NEW_INSTANCE);
    world.now += 60_000;
    expect(await post(world, `${TOKYO}/${NEW_INSTANCE}`, alive)).toBe(200);
    expect(await post(world, `${TOKYO}/${standby.instance}`, alive)).toBe(403);
    expect(world.heartbeats[standby.eni]?.instance).toBe(NEW_INSTANCE);
  });

  it('a report of an instance that was replaced moves nothing, and one of its successor does', async () => {
    const world = createdWorld();
    expect(await post(world, `${TOKYO}/${standby.instance}`, { event: 'contact', subject: 'tokyo-2' })).toBe(200);
    attach(world, 'tokyo-2', NEW_INSTANCE);
    expect([await post(world, `${TOKYO}/${standby.instance}`), world.replaced]).toEqual([403, []]);
    expect([await post(world, `${TOKYO}/${NEW_INSTANCE}`), world.replaced.length]).toEqual([
      200,
      CREATED.routes.length,
    ]);
  });

  it('a witness of another site is any instance in its role, and no other principal', async () => {
    const witness = (caller: string) => post(createdWorld(), caller, { reporter: 'virginia-1' });
    expect(await witness(`arn:aws:sts::123456789012:assumed-role/virginia-router/${NEW_INSTANCE}`)).toBe(200);
    expect(await witness('arn:aws:sts::123456789012:assumed-role/virginia-router/ann')).toBe(403);
    expect(await witness(`arn:aws:sts::999999999999:assumed-role/virginia-router/${NEW_INSTANCE}`)).toBe(403);
    expect(await witness(`${TOKYO}/${NEW_INSTANCE}`)).toBe(403);
  });
});

describe('the failure of a created owner is certain', () => {
  it.each([
    [
      'its instance was terminated, and its interface is free',
      { ...WELL, instance: 'terminated', interface: 'detached' },
    ],
    ['no instance is attached, and none was known', { ...WELL, instance: 'unknown', interface: 'detached' }],
    ['its instance stops', { ...WELL, instance: 'stopping', attachedTo: active.instance }],
  ] as const)('if %s', async (_, facts) => {
    const world = createdWorld();
    world.hasSaid('tokyo-2', NOW - 1_000, UP);
    world.ec2['tokyo-1'] = facts;
    const trigger = { kind: 'ec2', id: 'event-1', instance: active.instance, state: 'terminated' } as const;
    expect(await swapRoutes(trigger, world.tools())).toMatchObject({ outcome: 'swapped', owner: 'tokyo-2' });
  });

  it('if the event is ahead of Describe, and of the instance that is attached', async () => {
    const world = createdWorld();
    world.hasSaid('tokyo-2', NOW - 1_000, UP);
    const event = { kind: 'ec2', id: 'event-1', state: 'shutting-down', at: NOW - 1_000 } as const;
    const old = { ...event, instance: NEW_INSTANCE };
    expect(await swapRoutes(old, world.tools())).not.toMatchObject({ outcome: 'swapped' });
    const own = { ...event, id: 'event-2', instance: active.instance };
    expect(await swapRoutes(own, world.tools())).toMatchObject({ outcome: 'swapped' });
  });
});

describe('an event of AWS Health', () => {
  const delivered = async (world: FakeWorld, entityValue: string) => {
    const detail = {
      eventTypeCode: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
      startTime: new Date(world.now + 3_600_000).toUTCString(),
      statusCode: 'open',
      affectedEntities: [{ entityValue }],
    };
    const event = { source: 'aws.health', id: 'health-1', time: new Date(world.now).toISOString(), detail };
    const request = readDirectRequest(event, CREATED);
    if ('act' in request) throw new Error('not a trigger');
    await swapRoutes(request.trigger, world.tools());
    return world.announced.map(({ detail: { router, instance } }) => ({ router, instance }));
  };

  it.each(['', 'arn:aws:ec2:ap-northeast-1:123456789012:instance/'])(
    'is announced for the created router whose instance it names: %s',
    async (prefix) => {
      const expected = [{ router: 'tokyo-2', instance: standby.instance }];
      expect(await delivered(createdWorld(), `${prefix}${standby.instance}`)).toEqual(expected);
    },
  );

  it('is not announced for an instance that was replaced', async () => {
    const world = createdWorld();
    attach(world, 'tokyo-2', NEW_INSTANCE);
    expect(await delivered(world, standby.instance)).toEqual([]);
  });
});

describe('what a created router proved, its next instance has to prove again', () => {
  it('its path', async () => {
    const world = createdWorld();
    world.hasSaid('tokyo-2', NOW - 1_000, UP);
    world.stored = { ...world.stored, probes: [world.round(NOW - 5_000, { 'tokyo-1': UP, 'tokyo-2': UP })] };
    world.ec2['tokyo-1'] = { ...WELL, instance: 'stopped', attachedTo: active.instance };
    attach(world, 'tokyo-2', NEW_INSTANCE);
    const trigger = { kind: 'ec2', id: 'event-1', instance: active.instance, state: 'stopped' } as const;
    expect(await swapRoutes(trigger, world.tools())).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    world.hasSaid('tokyo-2', NOW - 1_000, UP);
    expect(await swapRoutes({ ...trigger, id: 'event-2' }, world.tools())).toMatchObject({ outcome: 'swapped' });
  });

  it('nor does the silence of the one before count against it', async () => {
    const world = createdWorld();
    const silentRound = (at: number) => ({
      at,
      readings: { [active.eni]: null, [standby.eni]: { instance: standby.instance, bgp: UP } },
      asked: { [active.eni]: active.instance },
    });
    world.stored = { ...world.stored, probes: [silentRound(NOW - 65_000), silentRound(NOW - 5_000)] };
    world.ec2['tokyo-1'] = { ...WELL, statusChecks: 'impaired', attachedTo: active.instance };
    const probe = { kind: 'probe', id: 'probe-1' } as const;
    const replaced = createdWorld();
    replaced.stored = world.stored;
    replaced.ec2['tokyo-1'] = { ...WELL, statusChecks: 'impaired', attachedTo: NEW_INSTANCE };
    expect((await swapRoutes(probe, replaced.tools())).outcome).not.toBe('swapped');
    expect(await swapRoutes(probe, world.tools())).toMatchObject({ outcome: 'swapped' });
  });
});

describe('while EC2 does not report the interfaces', () => {
  it('a created router is its last instance: what that one claims is still its veto', async () => {
    const world = createdWorld();
    await rehearse(world.tools());
    world.hasSaid('tokyo-1', NOW - 200, UP);
    for (const router of ['tokyo-1', 'tokyo-2']) {
      world.ec2[router] = { ...WELL, interface: 'unknown', sourceDestCheck: 'unknown' };
    }
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ reason: 'owner-healthy' });
  });
});

it('a push is refused if a router became another instance after its configuration was read', async () => {
  const pair = new PushedPair();
  const plan = await planFile(WIDER, [], pair.tools());
  if ('outcome' in plan) throw new Error(plan.says);
  const routers = plan.routers.map((each) => ({
    ...each,
    instance: standby.instance,
    router: { ...each.router, instance: undefined },
  }));
  const attachedTo = (instance: string) => {
    const facts = Object.entries(plan.observation.routers).map(([name, its]) => [
      name,
      { ...its, attachedTo: instance },
    ]);
    return { ...plan.observation, routers: Object.fromEntries(facts) as typeof plan.observation.routers };
  };
  expect(refusalOf({ ...plan, routers, observation: attachedTo(NEW_INSTANCE) })).toMatchObject({
    reason: 'instance-replaced',
    says: `tokyo-2 has instance ${NEW_INSTANCE} on its interface now, and the configuration of ${standby.instance} was read; plan again`,
  });
  expect(refusalOf({ ...plan, routers, observation: attachedTo(standby.instance) })?.reason).not.toBe(
    'instance-replaced',
  );
});

describe('the probe', () => {
  it('asks the instance that is attached now, and forgets what it read on the one before', async () => {
    const world = createdWorld();
    await world.attached.forCommand(active, world.tools());
    const round = async (turn: string) => {
      const tools = world.tools({
        turn,
        askRouteSwap: () => Promise.resolve({ ready: true, problems: [], rehearsed: 0 }),
      });
      const readBgp = async (router: typeof active) =>
        ({
          kind: 'answered',
          output: JSON.stringify(UP),
          instance: await world.attached.forCommand({ ...router, instance: undefined }, tools),
        }) as const;
      return (await probeSite({ ...tools, readBgp: readBgp as never })).round;
    };
    expect((await round('1')).readings[standby.eni]?.instance).toBe(standby.instance);
    attach(world, 'tokyo-2', NEW_INSTANCE);
    world.now += 60_000;
    const second = await round('2');
    expect(second.asked).toEqual({ [active.eni]: active.instance, [standby.eni]: NEW_INSTANCE });
    expect(second.readings[standby.eni]?.instance).toBe(NEW_INSTANCE);
    expect(world.stored.probes.map(({ readings }) => readings[standby.eni]?.instance)).toEqual([
      undefined,
      NEW_INSTANCE,
    ]);
  });

  it('keeps what it read for an instance whose interface is detached for a while', async () => {
    const world = createdWorld();
    world.stored = { ...world.stored, probes: [world.round(NOW - 60_000, { 'tokyo-1': DOWN, 'tokyo-2': UP })] };
    world.ec2['tokyo-1'] = { ...WELL, interface: 'detached' };
    const askRouteSwap = () => Promise.resolve({ ready: true, problems: [], rehearsed: 0 });
    await probeSite(world.tools({ turn: '1', askRouteSwap }));
    expect(world.stored.probes[0]?.readings[active.eni]).toMatchObject({ instance: active.instance, bgp: DOWN });
  });

  it('does not ask for another id in the topology', async () => {
    const world = createdWorld();
    world.stored = { ...world.stored, probes: [world.round(NOW - 5_000, { 'tokyo-1': UP, 'tokyo-2': UP })] };
    expect((await rehearse(world.tools())).problems).toEqual([]);
  });
});
