import type { RouteFact } from './observation.ts';
import { type ManagedRouter, type ManagedSite, routerAt, routersOf } from './site.ts';
import type { KnownInterfaces } from './stored-state.ts';

/**
 * The site with the former interfaces of its routers that managed routes still point at. A deployment with a new interface of a router
 * comes before the switchover to it; until then its routes are routes of the pair (rule 7). An interface that no deployed topology of
 * this site had is foreign.
 */
export function withFormerInterfaces(
  site: ManagedSite,
  routes: readonly RouteFact[],
  known: KnownInterfaces,
): ManagedSite {
  const targets = new Set(routes.flatMap(({ target }) => (target === undefined ? [] : [target])));
  const former = [...targets].filter((eni) => known[eni] !== undefined && routerAt(site, eni) === undefined);
  if (former.length === 0) return site;
  const withFormer = (router: ManagedRouter): ManagedRouter => {
    const formerEnis = former.filter((eni) => known[eni] === router.name);
    return formerEnis.length === 0 ? router : { ...router, formerEnis };
  };
  const { active, standby } = site.routers;
  return { ...site, routers: { active: withFormer(active), standby: withFormer(standby) } };
}

/** What the store must learn about interfaces, and what it may forget. */
export interface InterfaceChanges {
  /** Router by interface. */
  readonly record: KnownInterfaces;
  /** Interfaces that no managed route points at and that are not the pair's any more. */
  readonly forget: readonly string[];
}

/** A router that was renamed keeps its former interfaces. */
export function interfaceChanges(
  site: ManagedSite,
  routes: readonly RouteFact[],
  known: KnownInterfaces,
): InterfaceChanges {
  const renamed = new Map(routersOf(site).map(({ eni, name }) => [known[eni], name]));
  const record: Record<string, string> = {};
  const forget: string[] = [];
  for (const { eni, name } of routersOf(site)) if (known[eni] !== name) record[eni] = name;
  for (const [eni, name] of Object.entries(known)) {
    if (routersOf(site).some((own) => own.eni === eni)) continue;
    const now = renamed.get(name);
    if (!routes.some(({ target }) => target === eni)) forget.push(eni);
    else if (now !== undefined && now !== name) record[eni] = now;
  }
  return { record, forget };
}
