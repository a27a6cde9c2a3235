import { routeState } from '#emulator/ec2/route-state.ts';
import { PROBE_FRESH_MS } from '#failover/fitness.ts';
import { hang, setSourceDestCheck } from './happen.ts';
import { managedTargets } from './managed-targets.ts';
import { changePause, insist, maintain } from './people.ts';
import { Faults, REPORT_AGAIN_MS } from './routers.ts';
import type { Side } from './schedule.ts';
import { REGION, ROUTERS } from './site-under-test.ts';
import type { World } from './world.ts';

const SIDES = ['a', 'b'] as const;
const LOOK_EVERY_MS = 1_000;
const ASK_EVERY_MS = 30_000;
const HOUR_MS = 3_600_000;

/**
 * Two rounds of the probe (one may come while a crashed run's lease still holds), the time that a round and a swap take,
 * and a margin for slow calls.
 */
const BOUND_MS = 2 * 60_000 + 45_000 + 15_000;

/** All faults cease. The site must then come to one owner by itself, within a bound, and say that it is well. */
export async function calm(world: World): Promise<void> {
  await mend(world);
  const from = world.time.now();
  world.tell(() => '-- all is well again, from here the site has to find its way');
  const bound = boundOf(world) + reportedAnew(world);
  let asked = 0;
  while (!converged(world)) {
    const now = world.time.now();
    if (now - from > bound)
      return world.watch.break('converges', `${bound / 1000} s after all faults: ${picture(world)}`);
    if (isForPeople(world) && now - asked >= ASK_EVERY_MS) {
      asked = now;
      void insist(aliveSide(world), world);
    }
    await world.time.sleep(LOOK_EVERY_MS);
  }
  world.convergedAfterMs = world.time.now() - from;
  await healthIsTrue(world, from + (staysHung(world) ? PROBE_FRESH_MS : 0));
  if (world.watch.violation === undefined) historyIsWhole(world);
  world.over = true;
}

async function mend(world: World): Promise<void> {
  const { time, weather, routers, schedule } = world;
  weather.clear();
  world.platform.crashNext = undefined;
  world.nextProbe = undefined;
  routers.faults = new Faults();
  for (const side of SIDES) setSourceDestCheck(side, false, world);
  await Promise.all(SIDES.map((side) => (side === schedule.deadAtEnd ? kill(side, world) : revive(side, world))));
  routers.look();
  await changePause({ action: 'resume', by: 'ann' }, world);
  for (const side of SIDES) await maintain(side, false, world);
  await time.sleep(1_000);
}

async function kill(side: Side, world: World): Promise<void> {
  const { ec2, time, schedule } = world;
  const { instance } = ROUTERS[side];
  if (schedule.deadHow === 'hung') {
    for (; ec2.lifecycle.find(REGION, instance).state !== 'running'; await time.sleep(1_000)) {
      ec2.lifecycle.start(REGION, instance);
    }
    return hang(side, world);
  }
  while (ec2.lifecycle.find(REGION, instance).state !== 'stopped') {
    ec2.lifecycle.stop(REGION, instance);
    await time.sleep(1_000);
  }
}

async function revive(side: Side, { ec2, time }: World): Promise<void> {
  const { instance } = ROUTERS[side];
  for (;;) {
    const { state, responsive, check } = ec2.lifecycle.find(REGION, instance);
    if (state === 'running' && responsive && check === 'ok') return;
    if (state === 'stopped') ec2.lifecycle.start(REGION, instance);
    if (state === 'running' && check !== 'initializing') ec2.lifecycle.recover(REGION, instance);
    await time.sleep(1_000);
  }
}

/**
 * Where the owner is dead for good, hold-down and the hour's limit may stand in between: by design. Nobody but its peer
 * tells of one that hangs, and at that limit the peer's report stops, until `reconcile` makes the next one.
 */
function boundOf(world: World): number {
  const { schedule, watch, time } = world;
  if (schedule.deadAtEnd === undefined) return BOUND_MS;
  const { holdDownMs, maxSwapsPerHour } = schedule.policy;
  const swaps = watch.automaticSwaps().filter((at) => time.now() - at < HOUR_MS);
  const blocking = swaps.at(-maxSwapsPerHour);
  const again = blocking !== undefined && staysHung(world) ? REPORT_AGAIN_MS : 0;
  const hour = blocking === undefined ? 0 : blocking + HOUR_MS - time.now();
  return BOUND_MS + Math.max(holdDownMs, hour) + again;
}

/**
 * Where routes have moved before, they may have come to the router that hangs after its peer's report had ended, there being
 * none at it: then `reconcile` tells.
 */
function reportedAnew(world: World): number {
  return staysHung(world) && world.watch.moves > 0 ? REPORT_AGAIN_MS : 0;
}

function staysHung({ schedule: { deadAtEnd, deadHow } }: World): boolean {
  return deadAtEnd !== undefined && deadHow === 'hung';
}

/** Nothing moves by itself here; or a swap without a journal died midway, and what it left split is for a person to end. */
function isForPeople(world: World): boolean {
  const { schedule, watch } = world;
  return schedule.policy.mode !== 'automatic' || (watch.movesWithoutJournal > 0 && whereRoutesAre(world).at.size > 1);
}

function aliveSide({ schedule }: World): Side {
  return schedule.deadAtEnd === 'a' ? 'b' : 'a';
}

/** One living owner, every route of the pair there and active, no swap left open. */
function converged(world: World): boolean {
  const { ec2, store, schedule } = world;
  const { routes, at } = whereRoutesAre(world);
  if (at.size !== 1 || store.lease?.finished === false) return false;
  const [owner] = at;
  if (owner === undefined || owner === schedule.deadAtEnd) return false;
  return routes.every(
    ([, target]) => routeState({ destination: '', target, origin: 'CreateRoute' }, ec2.state()) === 'active',
  );
}

function whereRoutesAre({ functions, ec2 }: World) {
  const routes = [...managedTargets(functions.site, ec2.state())].filter(([, target]) => sideOf(target) !== undefined);
  return { routes, at: new Set(routes.map(([, target]) => sideOf(target))) };
}

const sideOf = (target: string) => SIDES.find((side) => ROUTERS[side].eni === target);

/**
 * `FailoverReady` of the first whole round from now on.
 *
 * @param notBefore ms; until then it may rest on what a router said before it hung
 */
async function healthIsTrue(world: World, notBefore: number): Promise<void> {
  const { time, watch, schedule, store } = world;
  const from = Math.max(time.now(), notBefore);
  while ((world.ready?.at ?? 0) < from) {
    if (time.now() - from > BOUND_MS) return watch.break('health-is-true', 'the probe says nothing any more');
    await time.sleep(LOOK_EVERY_MS);
  }
  const well = schedule.deadAtEnd === undefined && schedule.routes.every((place) => place === 'a' || place === 'b');
  if (world.ready?.value === (well ? 1 : 0)) return;
  watch.break('health-is-true', `FailoverReady is ${world.ready?.value}: ${store.health?.problems.join('; ')}`);
}

/**
 * Every swap that moved anything is told of in the history: by itself, by whoever came next, or, where it took several
 * runs to the same end, by the last of them, which still says why the first began.
 */
function historyIsWhole({ watch, store }: World): void {
  const told = (epoch: number): boolean => {
    const named = `swap ${epoch} `;
    if (store.entries.some((entry) => entry.epoch === epoch || entry.says.toLowerCase().includes(named))) return true;
    const [swap, next] = [watch.swaps.get(epoch), watch.swaps.get(epoch + 1)];
    const goesOn = next?.journal.plan.to.router === swap?.journal.plan.to.router;
    return goesOn && next?.journal.reason === swap?.journal.reason && next !== undefined && told(epoch + 1);
  };
  for (const [epoch, { run, effects, journal }] of watch.swaps) {
    if (effects === 0 || run.storeFailed || told(epoch)) continue;
    watch.break('history', `swap ${epoch} (${journal.reason}, ${run.id}, ${run.ended}) is not in the history`);
  }
}

function picture(world: World): string {
  const { routes } = whereRoutesAre(world);
  const { lease } = world.store;
  const open =
    lease?.finished === false ? `swap ${lease.epoch} to ${lease.journal.plan.to.router} is open` : 'no swap is open';
  const at = (side: Side) =>
    `${routes.filter(([, target]) => sideOf(target) === side).length} routes at ${ROUTERS[side].name}`;
  return `${SIDES.map(at).join(', ')}; ${open}`;
}
