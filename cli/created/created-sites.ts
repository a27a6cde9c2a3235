import { outputName } from '#infra/names.ts';
import type { Router, Site } from '#topology/topology.ts';
import { routersOf } from '../require-name.ts';

/** Routers that the deployment creates, the active one first. */
export function createdRouters(site: Site): readonly Router[] {
  return routersOf(site).filter(({ creation }) => creation !== undefined);
}

/** Whether the deployment creates the VPC or routers of a site. Such a site has an addresses stack. */
export function isCreated(site: Site): boolean {
  return site.vpc.create || createdRouters(site).length > 0;
}

/** What a site's addresses stack creates: the keys (`topology/created-ids.ts`) with the outputs that have the ids. */
export function addressOutputs(site: Site): ReadonlyMap<string, string> {
  return new Map([
    ...(site.vpc.create
      ? ([
          [`vpc:${site.name}`, 'VpcId'],
          [`routeTable:${site.name}`, 'FrontRouteTableId'],
        ] as const)
      : []),
    ...createdRouters(site).flatMap(
      ({ name }) =>
        [
          [`eni:${name}`, `${outputName(name)}InterfaceId`],
          [`address:${name}`, `${outputName(name)}PublicAddress`],
        ] as const,
    ),
  ]);
}
