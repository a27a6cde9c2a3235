import { describe, expect, it } from 'vitest';
import { planSwap, stepsMissedByPlan, unfinishedSteps } from '#failover/swap-plan.ts';
import { ACTIVE_ENI, allAt, routesAt, SITE, STANDBY_ENI, situation } from './situation.ts';

const { standby } = SITE.routers;
const routes = routesAt;

describe('a swap plan', () => {
  it('moves every route of the pair that is not there yet, in the order of the topology', () => {
    expect(planSwap(situation(), standby)).toEqual({
      to: { router: 'tokyo-2', eni: STANDBY_ENI },
      steps: SITE.routes.map((route) => ({ ...route, from: ACTIVE_ENI })),
    });
  });

  it.each([['igw-0a1b2c3d'], ['eni-0000000000000foreign'], [undefined]])('never touches a route at %s', (target) => {
    const plan = planSwap(situation({ routes: routes(target, ACTIVE_ENI) }), standby);
    expect(plan.steps).toEqual([{ ...SITE.routes[1], from: ACTIVE_ENI }]);
  });

  it('moves a blackholed route: its target is gone, it is still ours', () => {
    const blackholes = situation().routes.map((route) => ({ ...route, state: 'blackhole' as const }));
    expect(planSwap(situation({ routes: blackholes }), standby).steps).toHaveLength(2);
  });

  it('after 0…n steps holds the rest, and only the rest', () => {
    for (let done = 0; done <= SITE.routes.length; done++) {
      const midway = routes(...SITE.routes.map((_, index) => (index < done ? STANDBY_ENI : ACTIVE_ENI)));
      const rest = planSwap(situation({ routes: midway }), standby).steps;
      expect(rest.map(({ table }) => table)).toEqual(SITE.routes.slice(done).map(({ table }) => table));
      expect(unfinishedSteps(planSwap(situation(), standby), midway)).toEqual(rest);
    }
  });

  it('counts a route at the new owner as done only when it is active', () => {
    const plan = planSwap(situation(), standby);
    const there = routes(STANDBY_ENI, STANDBY_ENI).map((route, index) => ({
      ...route,
      state: index === 0 ? ('blackhole' as const) : route.state,
    }));
    expect(unfinishedSteps(plan, there)).toEqual([plan.steps[0]]);
  });
});

describe('what a plan forgot', () => {
  const stale = situation({ routes: routesAt(ACTIVE_ENI, STANDBY_ENI) });
  const plan = planSwap(stale, SITE.routers.standby);

  it('is a route that only an older read showed at the new owner', () => {
    expect(stepsMissedByPlan(plan, allAt(ACTIVE_ENI), SITE)).toEqual([{ ...SITE.routes[1], from: ACTIVE_ENI }]);
  });

  it('is no route that is there, missing, or anybody else’s', () => {
    expect(stepsMissedByPlan(plan, routesAt(ACTIVE_ENI, STANDBY_ENI), SITE)).toEqual([]);
    expect(stepsMissedByPlan(plan, routesAt(ACTIVE_ENI, undefined), SITE)).toEqual([]);
    expect(stepsMissedByPlan(plan, routesAt(ACTIVE_ENI, 'igw-1'), SITE)).toEqual([]);
  });
});
