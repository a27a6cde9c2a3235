import { didYouMean } from '#topology/did-you-mean.ts';
import { show } from '#topology/mistakes.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';

/** Finds a site by name. @throws CommandError (exit code 2) that lists the sites */
export function requireSite(topology: Topology, name: string): Site {
  return named(topology.sites, name, `topology ${topology.name} has no site`);
}

/** Finds a router of a site by name. @throws CommandError (exit code 2) that lists the routers */
export function requireRouter(site: Site, name: string): Router {
  return named(routersOf(site), name, `site ${site.name} has no router`);
}

/** Both routers of a site, the one with role active first. */
export function routersOf({ routers }: Site): readonly [Router, Router] {
  return [routers.active, routers.standby];
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string, fault: string): T {
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = all.map((each) => each.name);
  throw new CommandError(
    exitCodes.usage,
    `${fault} ${show(name)}\n    hint: ${didYouMean(name, names) ?? `choose one of: ${names.join(', ')}`}`,
  );
}
