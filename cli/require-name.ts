import { didYouMean } from '#topology/did-you-mean.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';

/** The site of that name. @throws CommandError (exit code 2) that names those there are */
export function requireSite(topology: Topology, name: string): Site {
  return named(topology.sites, name, `topology ${topology.name} has no site`);
}

/** The router of that name in a site. @throws CommandError (exit code 2) that names the two */
export function requireRouter(site: Site, name: string): Router {
  return named(routersOf(site), name, `site ${site.name} has no router`);
}

/** Both routers of a site, the topology's preference first. */
export function routersOf({ routers }: Site): readonly [Router, Router] {
  return [routers.active, routers.standby];
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string, fault: string): T {
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = all.map((each) => each.name);
  throw new CommandError(
    exitCodes.usage,
    `${fault} "${name}"\n    hint: ${didYouMean(name, names) ?? `there are ${names.join(' and ')}`}`,
  );
}
