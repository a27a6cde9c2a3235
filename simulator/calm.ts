import { callOffEvents, hang, mendInterface } from './apply-event.ts';
import { maintain, resume } from './people.ts';
import { settle } from './settle.ts';
import { REGIONS, ROUTER_KEYS, ROUTERS, type RouterKey } from './sites.ts';
import type { World } from './world.ts';

/** All faults cease. Each site must then come to one owner by itself, within a bound, and say that it is well. */
export async function calm(world: World): Promise<void> {
  await mend(world);
  const from = world.time.now();
  world.note(() => '-- all is well again, from here the sites have to find their way');
  await Promise.all(world.underTest.map((site) => settle(site, from, world)));
  for (const site of world.underTest) site.over = true;
  world.over = true;
}

async function mend(world: World): Promise<void> {
  const { time, truth, schedule, sites } = world;
  world.stormOver = true;
  for (const site of Object.values(sites)) {
    site.faults.clear();
    site.platform.crashNext = undefined;
    site.platform.wordNext = undefined;
    site.nextProbe = undefined;
  }
  truth.mend();
  if (schedule.muteAtEnd !== undefined) truth.impair(schedule.muteAtEnd, 'api-unreachable', Number.POSITIVE_INFINITY);
  for (const key of ROUTER_KEYS) {
    mendInterface(key, world);
    callOffEvents(key, world);
  }
  await Promise.all(ROUTER_KEYS.map((key) => (key === schedule.deadAtEnd ? kill(key, world) : revive(key, world))));
  truth.look();
  await resume(sites.tokyo);
  for (const key of ['a', 'b'] as const) await maintain(key, false, sites.tokyo);
  await time.sleep(1_000);
}

async function kill(key: RouterKey, world: World): Promise<void> {
  const { time, schedule, sites } = world;
  const { site, instance } = ROUTERS[key];
  const { lifecycle } = sites[site].ec2;
  const region = REGIONS[site];
  if (schedule.deadHow === 'hung') {
    for (; lifecycle.find(region, instance).state !== 'running'; await time.sleep(1_000)) {
      lifecycle.start(region, instance);
    }
    return hang(key, world);
  }
  while (lifecycle.find(region, instance).state !== 'stopped') {
    lifecycle.stop(region, instance);
    await time.sleep(1_000);
  }
}

async function revive(key: RouterKey, { sites, time }: World): Promise<void> {
  const { site, instance } = ROUTERS[key];
  const { lifecycle } = sites[site].ec2;
  const region = REGIONS[site];
  for (;;) {
    const { state, responsive, check } = lifecycle.find(region, instance);
    if (state === 'running' && responsive && check === 'ok') return;
    if (state === 'stopped') lifecycle.start(region, instance);
    if (state === 'running' && check !== 'initializing') lifecycle.recover(region, instance);
    await time.sleep(1_000);
  }
}
