import { routeName } from '#failover/site.ts';
import { messageOf, strangerArn, testimonyOf } from './http-event.ts';
import { maintain, pause, resume, switchover } from './people.ts';
import { Chance } from './random.ts';
import { ROUTER_FAULTS, type RouterFault, type SimEvent } from './schedule.ts';
import type { SimulatedSite } from './simulated-site.ts';
import { PAIRS, REGIONS, ROUTERS, type RouterKey, routerAt, STRANGER } from './sites.ts';
import type { World } from './world.ts';

const ALARM_AFTER_MS = 120_000;
/** How long a disturbance without an end of its own may be felt. */
const FELT_MS = 130_000;

/** Makes one event of a schedule happen. */
export function applyEvent(event: SimEvent, world: World): void {
  world.note(() => `-- ${JSON.stringify({ ...event, at: undefined })}`);
  disturb(event, world);
  if (isRouterFault(event)) return impair(event, world);
  applyOther(event, world);
  world.truth.look();
}

/** What leaves all who notice and act at work. */
const DEATHS: ReadonlySet<string> = new Set([
  'stop',
  'hang',
  'dies-slowly',
  'tunnels-down',
  'daemons-stopped',
  'source-dest-check-on',
  'interface-detached',
  'interface-elsewhere',
  'site-dies',
]);

function disturb(event: SimEvent, { underTest, time }: World): void {
  if (DEATHS.has(event.kind)) return;
  const until = time.now() + ('forMs' in event ? event.forMs : 0) + FELT_MS;
  const store = event.kind === 'store-down' || event.kind === 'store-read-only';
  for (const { record } of underTest)
    record.disturb(store ? 'store' : event.kind === 'ssm-silent' ? 'ssm' : 'other', until);
}

type RouterFaultEvent = Extract<SimEvent, { readonly kind: RouterFault }>;

function isRouterFault(event: SimEvent): event is RouterFaultEvent {
  return ROUTER_FAULTS.some((fault) => fault === event.kind);
}

function impair({ kind, router, forMs }: RouterFaultEvent, world: World): void {
  const { truth, time } = world;
  const restore = changeInterface(kind, router, world);
  if (restore === undefined) truth.impair(router, kind, time.now() + forMs);
  truth.look();
  time.after(forMs + 1, () => {
    restore?.();
    truth.look();
  });
}

/** Somebody's hand on the interface. @returns what puts it right; undefined: that fault is none of these */
function changeInterface(fault: RouterFault, router: RouterKey, world: World): (() => void) | undefined {
  switch (fault) {
    case 'source-dest-check-on':
      return setInterface(router, { sourceDestCheck: true }, world);
    case 'interface-detached':
      return setInterface(router, { attachment: undefined }, world);
    case 'interface-elsewhere':
      return setInterface(router, { attachment: { instance: STRANGER, deviceIndex: 1, at: world.time.now() } }, world);
    default:
      return undefined;
  }
}

type Interface =
  Parameters<World['sites']['tokyo']['ec2']['change']>[0]['interfaces'] extends ReadonlyMap<string, infer I>
    ? I
    : never;

function setInterface(router: RouterKey, change: Partial<Interface>, world: World): () => void {
  const { site, eni, instance } = ROUTERS[router];
  const { ec2 } = world.sites[site];
  const set = (next: Partial<Interface>) => {
    const state = ec2.state();
    const found = state.interfaces.get(eni);
    if (found !== undefined)
      ec2.change({ ...state, interfaces: new Map(state.interfaces).set(eni, { ...found, ...next }) });
  };
  set(change);
  return () => set({ sourceDestCheck: false, attachment: { instance, deviceIndex: 0, at: world.time.now() } });
}

/** Somebody points the first managed route that is the pair's at a router. */
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

/** Puts an interface right, whatever somebody did to it. */
export function mendInterface(router: RouterKey, world: World): void {
  setInterface(router, {}, world)();
}

function applyOther(event: Exclude<SimEvent, RouterFaultEvent>, world: World): void {
  const { time, truth, sites } = world;
  const until = 'forMs' in event ? time.now() + event.forMs : 0;
  const lookAfter = () => time.after(until - time.now() + 1, () => truth.look());
  switch (event.kind) {
    case 'stop':
    case 'start':
    case 'reboot': {
      const { site, instance } = ROUTERS[event.router];
      return sites[site].ec2.lifecycle[event.kind](REGIONS[site], instance);
    }
    case 'hang':
      if (truth.alive(event.router)) hang(event.router, world);
      return;
    case 'dies-slowly':
      return dieSlowly(event, world);
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
    case 'says-goodbye':
    case 'stray-report':
    case 'old-report':
    case 'late-heartbeat':
    case 'testimony':
    case 'stranger':
      return say(event, world);
    case 'switchover':
    case 'pause':
    case 'resume':
    case 'maintenance':
    case 'word-in-run':
      return speak(event, world);
    default:
      for (const site of Object.values(sites)) if (site.underTest) trouble(event, until, site);
  }
}

type Said = Extract<
  SimEvent,
  {
    readonly kind:
      | 'false-alarm'
      | 'says-goodbye'
      | 'stray-report'
      | 'old-report'
      | 'late-heartbeat'
      | 'testimony'
      | 'stranger';
  }
>;

/** What routers say, or somebody in their name. */
function say(event: Said, world: World): void {
  const { time, truth, reporters, sites } = world;
  const accuse = (reporter: RouterKey) => {
    const { peer, site } = ROUTERS[reporter];
    sites[site].record.accusedAt.set(peer, time.now());
  };
  switch (event.kind) {
    case 'false-alarm':
      accuse(event.router);
      return void reporters[event.router]?.report('peer-failed', true);
    case 'says-goodbye': {
      const { peer } = ROUTERS[event.router];
      accuse(peer);
      return void reporters[peer]?.report('peer-left');
    }
    case 'stray-report':
      return strayReport(event, world);
    case 'old-report':
      return oldReport(event, world);
    case 'late-heartbeat': {
      if (!truth.reachesApi(event.router)) return;
      const message = messageOf(event.router, 'alive', `late-${event.router}-${time.now()}`, truth, { everyMs: 5_000 });
      return time.after(event.lateMs, () => void world.send(event.router, message));
    }
    case 'testimony': {
      const { farEnd, peer } = ROUTERS[event.about];
      for (const by of [farEnd, ROUTERS[peer].farEnd].slice(0, 1)) {
        void world.send(by, testimonyOf(by, event.about, `testimony-${by}-${time.now()}`, truth));
      }
      return;
    }
    case 'stranger': {
      const message = messageOf(event.as, 'peer-failed', `stranger-${time.now()}`, truth, {
        detectedAt: time.now(),
        confirmedAt: time.now(),
      });
      return void world.send(event.as, message, strangerArn(event.as, event.who));
    }
  }
}

/** A report that was written now arrives later, perhaps more than once, and nobody waits for its answer. */
function strayReport(
  { router, lateMs, copies }: { router: RouterKey; lateMs: number; copies: number },
  world: World,
): void {
  const { truth, time, sites } = world;
  if (!truth.reachesApi(router)) return;
  const id = `stray-${router}-${time.now()}`;
  const now = truth.clock(router);
  const message = messageOf(router, 'peer-failed', id, truth, { detectedAt: now, confirmedAt: now });
  sites[ROUTERS[router].site].record.accusedAt.set(ROUTERS[router].peer, time.now());
  const chance = new Chance(world.schedule.seed, id);
  for (let copy = 0; copy < copies; copy++) {
    time.after(lateMs + (copy === 0 ? 0 : chance.between(0, 5_000)), () => void world.send(router, message));
  }
}

/** What a router noticed, or heard, long ago; of its peer, which it has not asked since. */
function oldReport(
  {
    router,
    event,
    lateMs,
    fresh,
  }: { router: RouterKey; event: 'peer-left' | 'peer-failed'; lateMs: number; fresh: boolean },
  world: World,
): void {
  const { truth, time } = world;
  const id = `old-${router}-${time.now()}`;
  const detectedAt = truth.clock(router);
  const written = messageOf(router, event, id, truth, { detectedAt });
  time.after(lateMs, () => {
    if (!truth.reachesApi(router)) return;
    void world.send(router, fresh ? messageOf(router, event, id, truth, { detectedAt }) : written);
  });
}

type Spoken = Extract<SimEvent, { readonly kind: 'switchover' | 'pause' | 'resume' | 'maintenance' | 'word-in-run' }>;

/** What people say, at the near site. */
function speak(event: Spoken, { sites: { tokyo } }: World): void {
  switch (event.kind) {
    case 'switchover':
      return void switchover(event.to, event.overrides, tokyo);
    case 'pause':
      return void pause(event.forMs, tokyo);
    case 'resume':
      return void resume(tokyo);
    case 'maintenance':
      return void maintain(event.router, event.on, tokyo);
    case 'word-in-run': {
      const standby = () => (tokyo.record.owner()?.key === 'b' ? 'a' : 'b');
      const words = {
        pause: () => void pause(60_000, tokyo),
        maintenance: () => void maintain(standby(), true, tokyo),
        switchover: () => void switchover(standby(), [], tokyo),
      };
      tokyo.platform.wordNext = { afterSteps: event.afterSteps, say: words[event.word] };
      return;
    }
  }
}

type Trouble =
  | Exclude<SimEvent, RouterFaultEvent | Said | Spoken | { readonly router: RouterKey } | { readonly site: unknown }>
  | Extract<SimEvent, { readonly kind: 'old-ec2-event' }>;

/** What AWS does to the functions of a site. */
function trouble(event: SimEvent, until: number, site: SimulatedSite): void {
  const { faults, platform } = site;
  const { kind } = event as Trouble;
  const of = event as Trouble & {
    readonly calls: number;
    readonly byMs: number;
    readonly copies: number;
    readonly afterSteps: number;
  };
  switch (kind) {
    case 'store-down':
      faults.storeDown = until;
      return;
    case 'store-read-only':
      faults.storeReadOnly = until;
      return;
    case 'ec2-errors':
      faults.ec2Errors = until;
      return;
    case 'ec2-busy':
      faults.ec2Busy = until;
      return;
    case 'stale-reads':
      faults.staleReads = until;
      return;
    case 'store-loses-answers':
      faults.storeAnswersToLose = of.calls;
      return;
    case 'ec2-loses-answers':
      faults.ec2AnswersToLose = of.calls;
      return;
    case 'store-outlives':
      faults.storeOutlives = { calls: of.calls, byMs: of.byMs };
      return;
    case 'ec2-outlives':
      faults.ec2Outlives = { calls: of.calls, byMs: of.byMs };
      return;
    case 'ec2-events-late':
      faults.ec2EventsLate = { until, byMs: of.byMs, copies: of.copies };
      return;
    case 'old-ec2-event': {
      const { router } = event as Extract<SimEvent, { readonly kind: 'old-ec2-event' }>;
      if (ROUTERS[router].site === site.name) site.ec2Event(ROUTERS[router].instance, 'stopped');
      return;
    }
    case 'crash':
    case 'crash-any':
      platform.crashNext = { afterSteps: of.afterSteps, any: kind === 'crash-any' };
      return;
    case 'probe-lost':
    case 'probe-twice':
      site.nextProbe = { kind: kind === 'probe-lost' ? 'lost' : 'twice', byMs: 0 };
      return;
    case 'probe-late':
      site.nextProbe = { kind: 'late', byMs: of.byMs };
  }
}

/** The guest dies, EC2 goes on to say `running`; its status check notices, and the alarm on that tells. */
export function hang(router: RouterKey, world: World): void {
  const { name, site: at, instance } = ROUTERS[router];
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

function dieSlowly(
  { router, kernelMs, how }: { router: RouterKey; kernelMs: number; how: 'hang' | 'reboot' },
  world: World,
): void {
  if (!world.truth.alive(router)) return;
  world.truth.impair(router, 'daemons-stopped', world.time.now() + kernelMs);
  world.time.after(kernelMs, () => {
    if (world.stormOver) return;
    applyOther({ at: 0, kind: how, router }, world);
    world.truth.look();
  });
}
