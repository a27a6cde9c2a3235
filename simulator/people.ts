import { OVERRIDES, type Override } from '#failover/trigger.ts';
import type { Ended } from './platform.ts';
import type { SimulatedSite } from './simulated-site.ts';
import { ROUTERS, type RouterKey } from './sites.ts';

const WHO = { by: 'ann', reason: 'work' } as const;

/** Somebody asks for the routes to move, once, and reads the answer. */
export async function switchover(to: RouterKey, overrides: readonly Override[], site: SimulatedSite): Promise<void> {
  const id = `operator-${site.time.now()}`;
  const { name, role } = ROUTERS[to];
  const action = role === 'active' ? 'failback' : 'switchover';
  await site.functions.direct({ action, id, to: name, ...WHO, overrides }, { kind: 'operator', id, to, overrides });
}

/** With every override, as one would in need. */
export function insist(to: RouterKey, site: SimulatedSite): Promise<void> {
  return switchover(to, OVERRIDES, site);
}

/** Acts that nobody has heard the end of, by what they are about. */
const open = new WeakMap<SimulatedSite, Map<string, number>>();

/**
 * A person changes something, and relies on the answer if nobody else changed it meanwhile: until then, nobody can say.
 *
 * @param about what is changed
 * @returns true if the person may rely on it
 */
async function change(payload: object, about: string, site: SimulatedSite): Promise<boolean> {
  const acts = open.get(site) ?? new Map<string, number>();
  open.set(site, acts);
  acts.set(about, (acts.get(about) ?? 0) + 1);
  const id = `person-${site.time.now()}`;
  const ended: Ended<unknown> = await site.functions.direct(payload, { kind: 'other', id });
  // A run that died may have written or not, now or never.
  if (ended.kind !== 'returned') return false;
  const others = (acts.get(about) ?? 1) - 1;
  acts.set(about, others);
  return others === 0;
}

export async function pause(forMs: number, site: SimulatedSite): Promise<void> {
  const { record, time } = site;
  const asked = time.now();
  record.pause = undefined;
  const sure = await change({ action: 'pause', forMs, ...WHO }, 'pause', site);
  record.pause = sure ? { toldAt: time.now(), until: asked + forMs } : undefined;
}

export async function resume(site: SimulatedSite): Promise<void> {
  site.record.pause = undefined;
  await change({ action: 'resume', by: WHO.by }, 'pause', site);
  site.record.pause = undefined;
}

export async function maintain(router: RouterKey, on: boolean, site: SimulatedSite): Promise<void> {
  const { maintenance } = site.record;
  maintenance.delete(router);
  const payload = { action: 'maintenance', router: ROUTERS[router].name, on, ...WHO };
  const sure = await change(payload, router, site);
  if (sure && on) maintenance.set(router, site.time.now());
  else maintenance.delete(router);
}
