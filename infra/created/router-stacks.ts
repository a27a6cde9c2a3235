import type { App } from 'aws-cdk-lib';
import type { Topology } from '#topology/topology.ts';
import type { SiteStack } from '../site-stack.ts';
import type { CreatedIds } from './created-ids.ts';
import { routerBundleFile } from './router-bundle-file.ts';
import { RouterStack } from './router-stack.ts';

export interface RouterStacksProps {
  readonly topology: Topology;
  readonly created: CreatedIds;
  /** By site. */
  readonly siteStacks: ReadonlyMap<string, SiteStack>;
  /** The topology file's, in which the SSM agent's package is looked for. */
  readonly folder: string;
}

/** A stack for each router that the deployment creates. */
export function addRouterStacks(app: App, { topology, created, siteStacks, folder }: RouterStacksProps): void {
  for (const site of topology.sites) {
    const siteStack = siteStacks.get(site.name);
    if (siteStack === undefined) throw new Error(`site ${site.name} has no stack`);
    for (const router of [site.routers.active, site.routers.standby]) {
      if (router.creation === undefined) continue;
      const bundle = routerBundleFile(topology, router.name, folder);
      new RouterStack(app, { topology, site, router, created, siteStack, siteStacks, ...bundle });
    }
  }
}
