import { fillCreatedIds } from './created-ids.ts';
import type { Router, Site, Topology } from './topology.ts';

/**
 * The topology as it is once everything that the deployment creates exists: with ids and addresses, which are always the same for a
 * topology. The lab runs sites of any kind in this way; the creation itself has tests of its own.
 */
export function existingTopology(topology: Topology): Topology {
  const names = topology.sites.flatMap(({ name, routers: { active, standby } }) => [name, active.name, standby.name]);
  const idOf = (key: string): string | undefined => {
    const [kind, name = ''] = key.split(':');
    if (kind === 'address') return benchmarkAddress(names.indexOf(name));
    const prefix = { vpc: 'vpc', routeTable: 'rtb', eni: 'eni' }[kind ?? ''];
    return prefix && idFor(prefix, names.indexOf(name));
  };
  const filled = fillCreatedIds(topology, idOf);
  const instanceOf = ({ name }: Router) => idFor('i', names.indexOf(name));
  return { ...filled, sites: filled.sites.map((site) => existingSite(site, instanceOf)) };
}

function existingSite(site: Site, instanceOf: (router: Router) => string): Site {
  const existing = (router: Router): Router =>
    router.creation === undefined ? router : { ...router, creation: undefined, instance: instanceOf(router) };
  const { active, standby } = site.routers;
  return {
    ...site,
    vpc: { ...site.vpc, create: false },
    createRoutes: false,
    routers: { active: existing(active), standby: existing(standby) },
  };
}

/** `eni-0c000000000000001`: an id that EC2 is unlikely to have given. */
function idFor(prefix: string, index: number): string {
  return `${prefix}-0c${(index + 1).toString(16).padStart(15, '0')}`;
}

/** In 198.18.0.0/15, which no network of the world uses (RFC 2544). */
function benchmarkAddress(index: number): string {
  return `198.18.${Math.floor(index / 200)}.${(index % 200) + 10}`;
}
