import { OVERRIDES, type Override } from '#failover/trigger.ts';
import type { Ended } from './platform.ts';
import type { SimulatedSite } from './simulated-site.ts';
import { ROUTERS, type RouterKey } from './sites.ts';

const WHO = { by: 'ann', reason: 'work' } as const;

/** An operator requests one swap and reads the answer. */
export async function switchover(to: RouterKey, overrides: readonly Override[], site: SimulatedSite): Promise<void> {
  const id = `operator-${site.time.now()}`;
  const { name, role } = ROUTERS[to];
  const action = role === 'active' ? 'failback' : 'switchover';
  await site.functions.direct({ action, id, to: name, ...WHO, overrides }, { kind: 'operator', id, to, overrides });
}

/** A switchover with every override. */
export function forceSwitchover(to: RouterKey, site: SimulatedSite): Promise<void> {
  return switchover(to, OVERRIDES, site);
}

interface Requests {
  /** Number of requests. */
  begun: number;
  /** Number of requests without an answer. */
  open: number;
}

/** By the setting that they change. */
const actsOf = new WeakMap<SimulatedSite, Map<string, Requests>>();

/** Requests that change a setting and have not ended. */
const underWay = new WeakMap<SimulatedSite, Set<Promise<unknown>>>();

async function whileUnderWay<T>(request: Promise<T>, site: SimulatedSite): Promise<T> {
  const requests = underWay.get(site) ?? new Set();
  underWay.set(site, requests);
  requests.add(request);
  return request.finally(() => requests.delete(request));
}

/** Resolves when no request that changes a setting is under way: one that begins later is then carried out later, too. */
export async function settingsAtRest(site: SimulatedSite): Promise<void> {
  const requests = underWay.get(site);
  if (requests !== undefined) await Promise.allSettled(requests);
}

/**
 * An operator changes a setting. The answer is reliable if no other request for the same setting overlapped.
 *
 * @param about the setting
 * @returns true if the answer is reliable
 */
async function change(payload: object, about: string, site: SimulatedSite): Promise<boolean> {
  const all = actsOf.get(site) ?? new Map<string, Requests>();
  actsOf.set(site, all);
  const acts = all.get(about) ?? { begun: 0, open: 0 };
  all.set(about, acts);
  acts.open += 1;
  const number = ++acts.begun;
  const id = `person-${site.time.now()}`;
  const request = site.functions.direct(payload, { kind: 'other', id });
  const ended: Ended<unknown> = await whileUnderWay(request, site);
  // A run that was ended may have written the change or not, or may write it later.
  if (ended.kind !== 'returned') return false;
  acts.open -= 1;
  return acts.open === 0 && acts.begun === number;
}

export async function pause(forMs: number, site: SimulatedSite): Promise<void> {
  const { record, time } = site;
  const asked = time.now();
  record.pause = undefined;
  const sure = await change({ action: 'pause', forMs, ...WHO }, 'pause', site);
  record.pause = sure ? { announcedAt: time.now(), until: asked + forMs } : undefined;
}

export async function resume(site: SimulatedSite): Promise<void> {
  site.record.pause = undefined;
  await change({ action: 'resume', by: WHO.by }, 'pause', site);
  site.record.pause = undefined;
  allowDelay(site);
}

export async function setMaintenance(router: RouterKey, on: boolean, site: SimulatedSite): Promise<void> {
  const { maintenance } = site.record;
  maintenance.delete(router);
  const payload = { action: 'maintenance', router: ROUTERS[router].name, on, ...WHO };
  const sure = await change(payload, router, site);
  if (sure && on) maintenance.set(router, site.time.now());
  else maintenance.delete(router);
  if (!on) allowDelay(site);
}

/** A failure during the pause or maintenance is handled by the next trigger: the deadline starts anew. */
function allowDelay({ record, time }: SimulatedSite): void {
  record.disturb('other', time.now());
}
