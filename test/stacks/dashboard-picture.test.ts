import { expect, it } from 'vitest';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import type { Trigger } from '#failover/trigger.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { DOWN, REPORT } from '../failover/situation.ts';
import { FakeWorld } from '../functions/fakes.ts';
import { AlarmedSite } from './alarmed-site.ts';
import { drawDashboard } from './draw-dashboard.ts';
import { assembly, names } from './site-under-test.ts';

/** Each call to AWS takes this long, ms. */
const CALL_MS = 60;

/** Ports whose calls to EC2 and to the store take CALL_MS of the world's time. Reading the clock takes none. */
function timedPorts(world: FakeWorld) {
  const ports = world.tools();
  const timed =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    (...args: Args) => {
      world.now += CALL_MS;
      return call(...args);
    };
  const store = new Proxy(ports.store, {
    get: (target, name) => timed(Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>),
  });
  return {
    ...ports,
    store,
    describeRoutes: timed((...call: Parameters<typeof ports.describeRoutes>) => ports.describeRoutes(...call)),
    describeRouters: timed((...call: Parameters<typeof ports.describeRouters>) => ports.describeRouters(...call)),
    replaceRoute: timed((...call: Parameters<typeof ports.replaceRoute>) => ports.replaceRoute(...call)),
  };
}

/** The picture of docs/runbook.md is drawn by this test: npx vitest run test/stacks/dashboard-picture.test.ts -u */
it('the dashboard shows a failover, the failback, and a loss of all tunnels', async () => {
  const built = await assembly();
  const site = await AlarmedSite.start(built.directory);
  const from = site.now();
  const world = new FakeWorld();
  const swap = (trigger: Trigger) => site.rounds(1, world, undefined, () => swapRoutes(trigger, timedPorts(world)));
  const rounds = (count: number, bgp?: Readonly<Record<string, BgpCounts>>) => site.rounds(count, world, bgp);
  try {
    await rounds(12);
    await swap({ ...REPORT, at: world.now, detectedAt: world.now - 400, noticedAt: world.now - 400 });
    await rounds(20, { 'tokyo-1': DOWN });
    await rounds(12);
    const by = { by: 'ann', reason: 'tokyo-1 repaired', overrides: [] };
    await swap({ kind: 'operator', id: 'ann-1', act: 'failback', to: 'tokyo-1', ...by });
    await rounds(12);
    await rounds(4, { 'tokyo-1': DOWN, 'tokyo-2': DOWN });
    const dashboard = site.emulator.dashboards.get(names.stack);
    if (dashboard === undefined) throw new Error('the stack has no dashboard');
    expect(site.risen()).toEqual(expect.arrayContaining(['traffic-lost', 'not-ready']));
    const picture = drawDashboard('tokyo of tokyo-virginia, one hour', dashboard, site.emulator, {
      from,
      to: site.now(),
    });
    await expect(picture).toMatchFileSnapshot('../../docs/dashboard.svg');
  } finally {
    await site.close();
    built.remove();
  }
});
