import { OVERRIDES, type Override } from '#failover/trigger.ts';
import type { SiteAct } from '#functions/route-swap/site-acts.ts';
import type { Ended } from './platform.ts';
import type { Side } from './schedule.ts';
import { ROUTERS } from './site-under-test.ts';
import type { World } from './world.ts';

/** Somebody asks for the routes to move, once, and reads the answer. */
export async function switchover(to: Side, overrides: readonly Override[], world: World): Promise<void> {
  const id = `operator-${world.time.now()}`;
  const act = to === 'a' ? 'failback' : 'switchover';
  const who = { by: 'ann', reason: 'work' };
  await world.functions.swap({ kind: 'operator', id, act, to: ROUTERS[to].name, ...who, overrides });
}

/** With every override, as one would in need. */
export function insist(to: Side, world: World): Promise<void> {
  return switchover(to, OVERRIDES, world);
}

type PauseAct = Extract<SiteAct, { readonly action: 'pause' | 'resume' }>;

/** Acts on the pause that nobody has heard the end of. */
const open = new WeakMap<World, number>();

/**
 * A person pauses or resumes. From here until the answer nobody can say whether the site is paused; after it, people
 * rely on what they were told, if nobody else changed it meanwhile.
 */
export async function changePause(act: PauseAct, world: World): Promise<Ended<unknown>> {
  const { watch, time } = world;
  const asked = time.now();
  watch.pause = undefined;
  open.set(world, (open.get(world) ?? 0) + 1);
  const ended = await world.functions.act(`person-${asked}`, act);
  const others = (open.get(world) ?? 1) - 1;
  open.set(world, others);
  if (ended.kind === 'returned' && others === 0 && act.action === 'pause') {
    watch.pause = { toldAt: time.now(), until: asked + act.forMs };
  }
  // A run that died may have written or not, now or never.
  if (ended.kind !== 'returned') open.set(world, others + 1);
  return ended;
}

export function maintain(side: Side, on: boolean, world: World): Promise<Ended<unknown>> {
  const act = { action: 'maintenance', router: ROUTERS[side].name, on, by: 'ann', reason: 'work' } as const;
  return world.functions.act(`person-${world.time.now()}`, act);
}
