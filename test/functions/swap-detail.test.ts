import { expect, it } from 'vitest';
import { MAX_CALLS_IN_DETAIL, MAX_ROUTES_IN_DETAIL } from '#contracts/swap-detail.ts';
import type { ManagedRoute } from '#failover/site.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { NOW, SITE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const routes = Array.from({ length: 900 }, (_, index): ManagedRoute => {
  return {
    table: `rtb-${String(index).padStart(17, '0')}`,
    destination: `2001:db8:ffff:${index}:ffff:ffff:ffff:0/112`,
  };
});

it('the detail of a swap of 900 routes with long errors fits into an item of DynamoDB, and keeps the routes that did not move', async () => {
  const world = new FakeWorld({ ...SITE, routes });
  world.ec2['tokyo-1'] = { ...world.ec2['tokyo-1'], instance: 'stopped' } as (typeof world.ec2)[string];
  world.hasSaid('tokyo-2', NOW, UP);
  const denied = { kind: 'final', code: 'UnauthorizedOperation', message: 'x'.repeat(2_000) } as const;
  world.faults = Array.from({ length: 100 }, () => denied);
  const nothing = () => undefined;
  const pacer = { atOnce: 16, reserve: () => 0, accepted: nothing, refused: nothing } as unknown as ReturnType<
    typeof world.tools
  >['pacer'];
  await swapRoutes({ kind: 'probe', id: 'probe-1' }, world.tools({ pacer }));
  const [entry] = world.detailed;
  const detail = entry?.detail;
  expect(entry).toMatchObject({ outcome: 'partial', moved: 800, detailed: true });
  expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThan(350_000);
  expect(detail?.seen.routes).toHaveLength(MAX_ROUTES_IN_DETAIL);
  expect(detail?.calls).toHaveLength(MAX_CALLS_IN_DETAIL);
  expect(detail?.counts.routes).toBe(900);
  const left = detail?.routesAfter?.filter(({ target }) => target === SITE.routers.active.eni);
  expect(left).toHaveLength(100);
});
