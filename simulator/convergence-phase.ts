import { cancelScheduledEvents, hang, restoreInterface } from './apply-event.ts';
import { checkConvergence } from './check-convergence.ts';
import { resume, setMaintenance, settingsAtRest } from './operators.ts';
import { REGIONS, ROUTER_KEYS, ROUTERS, type RouterKey } from './sites.ts';
import type { World } from './world.ts';

/** Ends all faults. Each site must then converge to one owner within a time limit and report that it is healthy. */
export async function runConvergencePhase(world: World): Promise<void> {
  await endFaults(world);
  const from = world.time.now();
  world.log(() => '-- all faults have ended; the sites must converge');
  await Promise.all(world.underTest.map((site) => checkConvergence(site, from, world)));
  for (const site of world.underTest) site.over = true;
  world.over = true;
}

async function endFaults(world: World): Promise<void> {
  const { time, truth, schedule, sites } = world;
  world.faultsOver = true;
  for (const site of Object.values(sites)) {
    site.faults.clear();
    site.platform.nextCrash = undefined;
    site.platform.nextOperatorAction = undefined;
    site.platform.otherEnvironmentsUntil = 0;
    site.nextProbe = undefined;
  }
  world.phaseFaults.clear();
  truth.clearFaults();
  if (schedule.muteAtEnd !== undefined) truth.impair(schedule.muteAtEnd, 'api-unreachable', Number.POSITIVE_INFINITY);
  for (const key of ROUTER_KEYS) {
    restoreInterface(key, world);
    cancelScheduledEvents(key, world);
  }
  await Promise.all(ROUTER_KEYS.map((key) => (key === schedule.deadAtEnd ? keepDead(key, world) : revive(key, world))));
  truth.update();
  await settingsAtRest(sites.tokyo);
  await resume(sites.tokyo);
  for (const key of ['a', 'b'] as const) await setMaintenance(key, false, sites.tokyo);
  await time.sleep(1_000);
}

async function keepDead(key: RouterKey, world: World): Promise<void> {
  const { time, schedule, sites, truth } = world;
  const { site } = ROUTERS[key];
  const { lifecycle } = sites[site].ec2;
  const region = REGIONS[site];
  // A replacement may be under way, and end with another instance.
  const instance = () => truth.instances[key];
  if (schedule.deadHow === 'hung') {
    for (; lifecycle.find(region, instance()).state !== 'running'; await time.sleep(1_000)) {
      lifecycle.start(region, instance());
    }
    return hang(key, world);
  }
  while (lifecycle.find(region, instance()).state !== 'stopped') {
    lifecycle.stop(region, instance());
    await time.sleep(1_000);
  }
}

async function revive(key: RouterKey, { sites, time, truth }: World): Promise<void> {
  const { site } = ROUTERS[key];
  const { lifecycle } = sites[site].ec2;
  const region = REGIONS[site];
  for (;;) {
    const instance = truth.instances[key];
    const { state, responsive, check } = lifecycle.find(region, instance);
    if (state === 'running' && responsive && check === 'ok') return;
    if (state === 'stopped') lifecycle.start(region, instance);
    if (state === 'running' && check !== 'initializing') lifecycle.recover(region, instance);
    await time.sleep(1_000);
  }
}
