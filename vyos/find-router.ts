import { didYouMean } from '#topology/did-you-mean.ts';
import { show } from '#topology/mistakes.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { VyosConfigError } from './errors.ts';

/** A router, its site and the other router of the pair. */
export interface RouterPlace {
  readonly router: Router;
  readonly site: Site;
  /** The other router of its pair. */
  readonly partner: Router;
}

/** @throws VyosConfigError for an unknown name; the message lists the valid ones */
export function findRouter(topology: Topology, name: string): RouterPlace {
  const places = topology.sites.flatMap((site) => {
    const { active, standby } = site.routers;
    return [
      { router: active, site, partner: standby },
      { router: standby, site, partner: active },
    ];
  });
  const found = places.find(({ router }) => router.name === name);
  if (found !== undefined) return found;
  if (topology.farEnds.some((farEnd) => farEnd.name === name)) {
    throw new VyosConfigError(
      `${name} is a far end: vyos-failover does not configure it\n` +
        `    hint: vyos-failover config render --router ${name} prints the data that its administrator needs`,
    );
  }
  const names = places.map(({ router }) => router.name);
  const hint = didYouMean(name, names);
  const farEnds = topology.farEnds.map((farEnd) => farEnd.name);
  const there = `the routers are ${names.join(', ')}${farEnds.length === 0 ? '' : `; the far ends ${farEnds.join(', ')}`}`;
  throw new VyosConfigError(
    `there is no router ${show(name)} in ${topology.name}\n    hint: ${hint === undefined ? there : `${hint} (${there})`}`,
  );
}
