import type { Ec2Facts } from '#aws/routers.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import type { ScheduledEvent } from '#failover/scheduled-event.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { NOW, UP as PATH, SITE } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';
import { probeAndSwap, UP } from './probe-rounds.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const COMMAND = (code: string) => `vyos-failover switchover tokyo --to tokyo-2 --reason "${code} of tokyo-1"`;

export const site = (policy: Partial<typeof SITE.policy> = {}) =>
  new FakeWorld({ ...SITE, policy: { ...SITE.policy, ...policy } });
export const AUTOMATIC = { evacuate: 'automatic' } as const;

/** EC2 lists these events of a router's instance, each at this time from now. */
export function listed(
  world: FakeWorld,
  router: string,
  ...events: readonly (readonly [ScheduledEvent['code'], number])[]
) {
  const its = events.map(([code, inMs]) => ({ code, description: 'Degraded hardware.', notBefore: world.now + inMs }));
  world.ec2 = { ...world.ec2, [router]: { ...(world.ec2[router] as Ec2Facts), events: its } };
}

/** A round of the probe has just found both routers well. */
export function probed(world: FakeWorld): FakeWorld {
  world.stored = { ...world.stored, probes: [world.round(world.now - 20_000, { 'tokyo-1': PATH, 'tokyo-2': PATH })] };
  return world;
}

/** A round of the probe that finds the owner well, with the real route-swap at the other end. */
export function round(world: FakeWorld, standby: CommandEnd = UP): Promise<void> {
  return probeAndSwap(world, { 'tokyo-1': UP, 'tokyo-2': standby });
}

/** EventBridge delivers this to route-swap. */
export async function delivered(world: FakeWorld, event: object) {
  const at = new Date(world.now - 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const request = readDirectRequest({ id: `event-${world.now}`, time: at, ...event }, world.site);
  if (!('trigger' in request)) throw new Error('it is read as an event');
  return swapRoutes(request.trigger, world.tools());
}

/** An event of AWS Health about tokyo-1 unless `change` names another instance. */
export const health = (inMs: number, change: object = {}) => ({
  source: 'aws.health',
  'detail-type': 'AWS Health Event',
  resources: [SITE.routers.active.instance],
  detail: {
    service: 'EC2',
    eventTypeCode: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
    eventTypeCategory: 'scheduledChange',
    startTime: new Date(NOW + inMs).toUTCString(),
    eventDescription: [{ language: 'en_US', latestDescription: 'Degraded hardware.' }],
    affectedEntities: [{ entityValue: SITE.routers.active.instance }],
    ...change,
  },
});

/** What people were told of scheduled events. */
export const told = ({ announced }: FakeWorld) =>
  announced.filter(({ type }) => type === 'Router Event Scheduled').map(({ detail }) => String(detail['says']));
/** The interfaces that the routes point at. */
export const owners = ({ targets }: FakeWorld) => [...new Set(targets.values())];
