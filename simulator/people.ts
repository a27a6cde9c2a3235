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

interface Acts {
  /** So many began. */
  begun: number;
  /** Of so many nobody has heard the end. */
  open: number;
}

/** By what they are about. */
const actsOf = new WeakMap<SimulatedSite, Map<string, Acts>>();

/**
 * A person changes something, and relies on the answer if nobody else changed it meanwhile: until then, nobody can say.
 *
 * @param about what is changed
 * @returns true if the person may rely on it
 */
async function change(payload: object, about: string, site: SimulatedSite): Promise<boolean> {
  const all = actsOf.get(site) ?? new Map<string, Acts>();
  actsOf.set(site, all);
  const acts = all.get(about) ?? { begun: 0, open: 0 };
  all.set(about, acts);
  acts.open += 1;
  const number = ++acts.begun;
  const id = `person-${site.time.now()}`;
  const ended: Ended<unknown> = await site.functions.direct(payload, { kind: 'other', id });
  // A run that died may have written or not, now or never.
  if (ended.kind !== 'returned') return false;
  acts.open -= 1;
  return acts.open === 0 && acts.begun === number;
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
  letGo(site);
}

export async function maintain(router: RouterKey, on: boolean, site: SimulatedSite): Promise<void> {
  const { maintenance } = site.record;
  maintenance.delete(router);
  const payload = { action: 'maintenance', router: ROUTERS[router].name, on, ...WHO };
  const sure = await change(payload, router, site);
  if (sure && on) maintenance.set(router, site.time.now());
  else maintenance.delete(router);
  if (!on) letGo(site);
}

/** Whatever died before a person let a site act again waits for whoever comes by next. */
function letGo({ record, time }: SimulatedSite): void {
  record.disturb('other', time.now());
}
