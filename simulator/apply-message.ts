import { actBetweenPhases } from './between-phases.ts';
import { messageOf, suspicionOf, unauthorizedArn, witnessReportOf } from './http-event.ts';
import type { Phase } from './phase-faults.ts';
import { Chance } from './random.ts';
import type { SimEvent } from './schedule.ts';
import { ROUTERS, type RouterKey } from './sites.ts';
import type { World } from './world.ts';

type MessageEvent = Extract<
  SimEvent,
  {
    readonly kind:
      | 'false-alarm'
      | 'peer-leaves'
      | 'detector-flaps'
      | 'phase-disturbed'
      | 'stray-phases'
      | 'between-phases'
      | 'stray-report'
      | 'old-report'
      | 'late-heartbeat'
      | 'witness-report'
      | 'unauthorized-report';
  }
>;

/** A detected failure is new for this long (DESIGN, rule 2). */
const NEW_MS = 10_000;

/** Messages of routers, and of callers that pretend to be routers. */
export function applyMessage(event: MessageEvent, world: World): void {
  const { time, truth, reporters, sites } = world;
  const accuse = (reporter: RouterKey) => {
    const { peer, site } = ROUTERS[reporter];
    sites[site].record.falselyReportedAt.set(peer, time.now());
  };
  switch (event.kind) {
    case 'false-alarm':
      accuse(event.router);
      return void reporters[event.router]?.report('peer-failed', true);
    case 'peer-leaves': {
      const { peer } = ROUTERS[event.router];
      accuse(peer);
      return void reporters[peer]?.report('peer-left');
    }
    case 'detector-flaps':
      return void reporters[event.router]?.report('peer-failed');
    case 'phase-disturbed':
      return world.phaseFaults.add(event);
    case 'between-phases':
      return actBetweenPhases(event.action, world);
    case 'stray-phases':
      return strayPhases(event, world);
    case 'stray-report':
      return strayReport(event, world);
    case 'old-report':
      return oldReport(event, world);
    case 'late-heartbeat': {
      if (!truth.reachesApi(event.router)) return;
      // A router without a heartbeat interval announces none.
      const { heartbeatMs: everyMs } = world.schedule;
      const id = `late-${event.router}-${time.now()}`;
      const message = messageOf(event.router, 'alive', id, truth, everyMs === undefined ? {} : { everyMs });
      const caller = world.signerOf(event.router);
      return time.after(event.lateMs, () => void world.send(message, caller));
    }
    case 'witness-report': {
      const { farEnd, peer } = ROUTERS[event.about];
      for (const by of [farEnd, ROUTERS[peer].farEnd].slice(0, 1)) {
        const id = `testimony-${by}-${time.now()}`;
        void world.send(witnessReportOf(by, event.about, id, truth), world.signerOf(by));
      }
      return;
    }
    case 'unauthorized-report': {
      const message = messageOf(event.as, 'peer-failed', `stranger-${time.now()}`, truth, {
        detectedAt: time.now(),
        confirmedAt: time.now(),
      });
      return void world.send(message, unauthorizedArn(event.as, event.who));
    }
  }
}

/** A report that is written now arrives later, perhaps several times; its answer is not read. */
function strayReport(
  { router, lateMs, copies }: { router: RouterKey; lateMs: number; copies: number },
  world: World,
): void {
  const { truth, time, sites } = world;
  if (!truth.reachesApi(router)) return;
  const id = `stray-${router}-${time.now()}`;
  const now = truth.clock(router);
  const message = messageOf(router, 'peer-failed', id, truth, { detectedAt: now, confirmedAt: now });
  sites[ROUTERS[router].site].record.falselyReportedAt.set(ROUTERS[router].peer, time.now());
  const chance = new Chance(world.schedule.seed, id);
  const caller = world.signerOf(router);
  for (let copy = 0; copy < copies; copy++) {
    time.after(lateMs + (copy === 0 ? 0 : chance.between(0, 5_000)), () => void world.send(message, caller));
  }
}

/** Phases of one report; their answers are not read. */
function strayPhases(
  { router, phases, gapMs }: { router: RouterKey; phases: readonly Phase[]; gapMs: number },
  world: World,
): void {
  const { truth, time, sites } = world;
  const id = `phases-${router}-${time.now()}`;
  const detectedAt = truth.clock(router);
  const { site, peer } = ROUTERS[router];
  phases.forEach((phase, index) => {
    time.after(index * gapMs, () => {
      if (!truth.reachesApi(router)) return;
      const now = truth.clock(router);
      if (phase === 'confirmed') sites[site].record.falselyReportedAt.set(peer, time.now());
      const message =
        phase === 'confirmed'
          ? messageOf(router, 'peer-failed', id, truth, { detectedAt, confirmedAt: now, phase })
          : suspicionOf(router, phase, id, truth, detectedAt);
      void world.send(message, world.signerOf(router));
    });
  });
}

/** A report about a failure that was detected long ago and not confirmed since. */
function oldReport(
  {
    router,
    event,
    lateMs,
    fresh,
  }: { router: RouterKey; event: 'peer-left' | 'peer-failed'; lateMs: number; fresh: boolean },
  world: World,
): void {
  const { truth, time, sites } = world;
  const id = `old-${router}-${time.now()}`;
  const detectedAt = truth.clock(router);
  const written = messageOf(router, event, id, truth, { detectedAt });
  const { peer, site } = ROUTERS[router];
  time.after(lateMs, () => {
    if (!truth.reachesApi(router)) return;
    // A clock that is ahead by the delay makes a late report look new; the report itself cannot show it.
    if (!fresh && detectedAt > time.now() - NEW_MS) sites[site].record.falselyReportedAt.set(peer, time.now());
    void world.send(fresh ? messageOf(router, event, id, truth, { detectedAt }) : written, world.signerOf(router));
  });
}
