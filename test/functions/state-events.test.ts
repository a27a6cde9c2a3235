import { describe, expect, it } from 'vitest';
import type { InstanceTrigger } from '#failover/trigger.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { NOW, SITE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const { active, standby } = SITE.routers;

/** EventBridge's event as it arrives, this many ms after the instance entered that state. */
function event(state: string, { ageMs = 1_000, instance = active.instance } = {}): InstanceTrigger {
  const time = new Date(NOW - ageMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const payload = { source: 'aws.ec2', id: `event-${state}`, time, detail: { 'instance-id': instance, state } };
  const request = readDirectRequest(payload, SITE);
  if (!('trigger' in request) || request.trigger.kind !== 'ec2') throw new Error('it is read as an event');
  return request.trigger;
}

/** Both routers were well a moment ago, and Describe still says so. */
function lagging(): FakeWorld {
  const world = new FakeWorld();
  world.stored = { ...world.stored, probes: [world.round(NOW - 20_000, { 'tokyo-1': UP, 'tokyo-2': UP })] };
  return world;
}

describe('an event of EC2 that is ahead of what Describe answers', () => {
  it.each(['stopping', 'shutting-down', 'stopped', 'terminated'])('moves the routes: %s', async (state) => {
    const result = await swapRoutes(event(state), lagging().tools());
    expect(result).toMatchObject({ outcome: 'swapped', reason: 'owner-not-running', owner: 'tokyo-2' });
    expect(result.says).toContain(`EC2 reports that tokyo-1 is ${state}`);
  });

  it('makes no target of a router that stops', async () => {
    const world = lagging();
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], sourceDestCheck: true } as never };
    const result = await swapRoutes(event('stopping', { instance: standby.instance }), world.tools());
    expect(result).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    expect(result.says).toContain('its instance is stopping');
  });

  it('counts where EC2 does not answer at all', async () => {
    const world = lagging();
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], instance: 'unknown' } as never };
    expect(await swapRoutes(event('stopping'), world.tools())).toMatchObject({ outcome: 'swapped' });
  });
});

describe('an event of EC2 that Describe contradicts because it is over', () => {
  it.each(['stopping', 'stopped'])('moves nothing: %s, delivered late; the instance runs again', async (state) => {
    const result = await swapRoutes(event(state, { ageMs: 20_000 }), lagging().tools());
    expect(result).toMatchObject({ outcome: 'noted', owner: 'tokyo-1' });
  });

  it('counts however late it comes where an instance never runs again', async () => {
    const result = await swapRoutes(event('terminated', { ageMs: 240_000 }), lagging().tools());
    expect(result).toMatchObject({ outcome: 'swapped' });
  });

  it('moves nothing where another instance has taken its place at the interface', async () => {
    const world = lagging();
    const replaced = { ...world.ec2['tokyo-1'], attachedTo: 'i-0000000000000009a' } as never;
    world.ec2 = { ...world.ec2, 'tokyo-1': replaced };
    expect(await swapRoutes(event('terminated'), world.tools())).toMatchObject({ outcome: 'noted' });
  });

  it('moves nothing where the instance is on its way up', async () => {
    const world = lagging();
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], instance: 'pending' } as never };
    expect(await swapRoutes(event('stopped'), world.tools())).toMatchObject({ outcome: 'noted' });
  });

  it('moves nothing where it does not say when that was', async () => {
    const { at: _, ...undated } = event('stopping');
    expect(await swapRoutes(undated, lagging().tools())).toMatchObject({ outcome: 'noted' });
  });
});
