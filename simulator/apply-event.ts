import { routeName } from '#failover/site.ts';
import { applyAwsFault } from './apply-aws-fault.ts';
import { applyMessage } from './apply-message.ts';
import { applyOperatorEvent } from './apply-operator-event.ts';
import { replaceInstance } from './replace-instance.ts';
import { ROUTER_FAULTS, type RouterFault, type SimEvent } from './schedule.ts';
import type { SimulatedSite } from './simulated-site.ts';
import { OTHER_INSTANCE, PAIRS, REGIONS, ROUTERS, type RouterKey, routerAt } from './sites.ts';
import type { World } from './world.ts';

const ALARM_AFTER_MS = 120_000;
/** How long the effects of an event without a duration may last. */
const EFFECT_LASTS_MS = 130_000;

/** Applies one event of a schedule. */
export function applyEvent(event: SimEvent, world: World): void {
  world.log(() => `-- ${JSON.stringify({ ...event, at: undefined })}`);
  recordDisturbance(event, world);
  if (isRouterFault(event)) return applyRouterFault(event, world);
  applyOther(event, world);
  world.truth.update();
}

/** Failures of a router or a site, and of what only saves time: they delay no detector and no function beyond its limit. */
const NO_DISTURBANCE: ReadonlySet<string> = new Set([
  'stop',
  'replace',
  'hang',
  'dies-slowly',
  'tunnels-down',
  'daemons-stopped',
  'source-dest-check-on',
  'interface-detached',
  'interface-elsewhere',
  'site-dies',
  'environments-end',
  'other-environments',
]);

function recordDisturbance(event: SimEvent, { underTest, time }: World): void {
  if (NO_DISTURBANCE.has(event.kind)) return;
  // A report that nothing precedes is as fast as one in one phase.
  if (event.kind === 'phase-disturbed' && event.phase !== 'confirmed') return;
  const until = time.now() + ('forMs' in event ? event.forMs : 0) + EFFECT_LASTS_MS;
  const store = event.kind === 'store-down' || event.kind === 'store-read-only';
  for (const { record } of underTest)
    record.disturb(store ? 'store' : event.kind === 'ssm-silent' ? 'ssm' : 'other', until);
}

type RouterFaultEvent = Extract<SimEvent, { readonly kind: RouterFault }>;

function isRouterFault(event: SimEvent): event is RouterFaultEvent {
  return ROUTER_FAULTS.some((fault) => fault === event.kind);
}

function applyRouterFault({ kind, router, forMs }: RouterFaultEvent, world: World): void {
  const { truth, time } = world;
  const restore = changeInterface(kind, router, world);
  if (restore === undefined) truth.impair(router, kind, time.now() + forMs);
  truth.update();
  time.after(forMs + 1, () => {
    restore?.();
    truth.update();
  });
}

/** A manual change of the interface. @returns its undo; undefined: the fault does not concern the interface */
function changeInterface(fault: RouterFault, router: RouterKey, world: World): (() => void) | undefined {
  switch (fault) {
    case 'source-dest-check-on':
      return setInterface(router, { sourceDestCheck: true }, world);
    case 'interface-detached':
      return setInterface(router, { attachment: undefined }, world);
    case 'interface-elsewhere':
      return setInterface(
        router,
        { attachment: { instance: OTHER_INSTANCE, deviceIndex: 1, at: world.time.now(), deleteOnTermination: false } },
        world,
      );
    case 'uplink-cut':
    case 'tunnels-down':
    case 'api-unreachable':
    case 'agent-silent':
    case 'daemons-stopped':
    case 'no-prefixes':
      return undefined;
  }
}

type Interface =
  Parameters<World['sites']['tokyo']['ec2']['change']>[0]['interfaces'] extends ReadonlyMap<string, infer I>
    ? I
    : never;

function setInterface(router: RouterKey, change: Partial<Interface>, world: World): () => void {
  const { site, eni } = ROUTERS[router];
  const { ec2 } = world.sites[site];
  const set = (next: Partial<Interface>) => {
    const state = ec2.state();
    const found = state.interfaces.get(eni);
    if (found !== undefined)
      ec2.change({ ...state, interfaces: new Map(state.interfaces).set(eni, { ...found, ...next }) });
  };
  set(change);
  return () => {
    const instance = world.truth.instances[router];
    const attachment = { instance, deviceIndex: 0, at: world.time.now(), deleteOnTermination: false };
    // An instance that was terminated is not attached again.
    const isGone = ['shutting-down', 'terminated'].includes(ec2.lifecycle.find(REGIONS[site], instance).state);
    set({ sourceDestCheck: false, ...(!isGone && { attachment }) });
  };
}

/** A manual change: the first managed route of the pair points at a router. */
function routeByHand(to: RouterKey, { ec2, site, record }: SimulatedSite): void {
  const targets = record.targets();
  const route = site.routes.find((each) => routerAt(targets.get(routeName(each))) !== undefined);
  const state = ec2.state();
  const table = route && state.routeTables.get(route.table);
  if (table === undefined) return;
  const routes = table.routes.map((each) =>
    each.destination === route?.destination ? { ...each, target: ROUTERS[to].eni } : each,
  );
  record.movedByHand += 1;
  ec2.change({ ...state, routeTables: new Map(state.routeTables).set(table.id, { ...table, routes }) });
}

/** Undoes every manual change of an interface. */
export function restoreInterface(router: RouterKey, world: World): void {
  setInterface(router, {}, world)();
}

function applyOther(event: Exclude<SimEvent, RouterFaultEvent>, world: World): void {
  const { time, truth, sites } = world;
  const until = 'forMs' in event ? time.now() + event.forMs : 0;
  const lookAfter = () => time.after(until - time.now() + 1, () => truth.update());
  switch (event.kind) {
    case 'stop':
    case 'start':
    case 'reboot': {
      const { site } = ROUTERS[event.router];
      return sites[site].ec2.lifecycle[event.kind](REGIONS[site], truth.instances[event.router]);
    }
    case 'replace':
      return replaceInstance(event, world);
    case 'event-scheduled':
      return scheduleEvent(event, world);
    case 'hang':
      if (truth.alive(event.router)) hang(event.router, world);
      return;
    case 'dies-slowly':
      return failSlowly(event, world);
    case 'bgp-unreadable':
      truth.unreadable[event.router] = { until, as: event.as };
      return;
    case 'clock-off':
      truth.clockOff[event.router] = event.byMs;
      return;
    case 'pair-partitioned':
      truth.partition(event.site, until);
      return lookAfter();
    case 'ssm-silent':
      return truth.silenceSsm(event.site, until);
    case 'route-by-hand':
      return routeByHand(event.to, sites.tokyo);
    case 'site-dies':
      for (const { key } of PAIRS[event.site]) applyOther({ at: 0, kind: event.how, router: key }, world);
      return;
    case 'false-alarm':
    case 'peer-leaves':
    case 'detector-flaps':
    case 'phase-disturbed':
    case 'stray-phases':
    case 'between-phases':
    case 'stray-report':
    case 'old-report':
    case 'late-heartbeat':
    case 'witness-report':
    case 'unauthorized-report':
      return applyMessage(event, world);
    case 'switchover':
    case 'pause':
    case 'resume':
    case 'maintenance':
    case 'operator-during-run':
      return applyOperatorEvent(event, world);
    case 'store-down':
    case 'store-read-only':
    case 'store-loses-answers':
    case 'store-writes-late':
    case 'ec2-errors':
    case 'ec2-busy':
    case 'ec2-loses-answers':
    case 'ec2-writes-late':
    case 'ec2-events-late':
    case 'old-ec2-event':
    case 'stale-reads':
    case 'environments-end':
    case 'other-environments':
    case 'crash':
    case 'crash-any':
    case 'probe-lost':
    case 'probe-twice':
    case 'probe-late':
      for (const site of Object.values(sites)) if (site.underTest) applyAwsFault(event, until, site);
  }
}

/** The guest hangs while EC2 shows `running`; the status check fails later, and its alarm is delivered. */
export function hang(router: RouterKey, world: World): void {
  const { name, site: at } = ROUTERS[router];
  const instance = world.truth.instances[router];
  const site = world.sites[at];
  site.ec2.lifecycle.hang(REGIONS[at], instance);
  if (!site.underTest) return;
  const id = `alarm-${router}-${world.time.now()}`;
  world.time.after(ALARM_AFTER_MS, () => {
    if (site.ec2.lifecycle.find(REGIONS[at], instance).check !== 'impaired') return;
    const detail = { alarmName: `${name}-status-check`, state: { value: 'ALARM' } };
    site.deliver({ source: 'aws.cloudwatch', id, detail }, { kind: 'ec2', id });
  });
}

function scheduleEvent(
  { router, inMs, forMs }: { router: RouterKey; inMs: number; forMs: number },
  { sites, time, truth }: World,
): void {
  const { site } = ROUTERS[router];
  const instance = truth.instances[router];
  const { lifecycle } = sites[site].ec2;
  const event = { id: `event-${time.now()}`, code: 'instance-reboot', notBefore: time.now() + inMs } as const;
  lifecycle.schedule(REGIONS[site], instance, { ...event, description: 'x' });
  time.after(forMs, () => lifecycle.schedule(REGIONS[site], instance, { ...event, description: '[Canceled] x' }));
}

/** EC2 cancels every scheduled event of the instance. */
export function cancelScheduledEvents(router: RouterKey, { sites, truth }: World): void {
  const { site } = ROUTERS[router];
  const instance = truth.instances[router];
  const { lifecycle } = sites[site].ec2;
  for (const event of lifecycle.find(REGIONS[site], instance).scheduledEvents)
    lifecycle.schedule(REGIONS[site], instance, { ...event, description: '[Canceled] x' });
}

function failSlowly(
  { router, kernelMs, how }: { router: RouterKey; kernelMs: number; how: 'hang' | 'reboot' },
  world: World,
): void {
  if (!world.truth.alive(router)) return;
  // Lasts until after the kernel has ended, so that the router is never healthy in between.
  world.truth.impair(router, 'daemons-stopped', world.time.now() + kernelMs + 1);
  world.time.after(kernelMs, () => {
    if (world.faultsOver) return;
    applyOther({ at: 0, kind: how, router }, world);
    world.truth.update();
  });
}
