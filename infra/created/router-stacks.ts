import type { App } from 'aws-cdk-lib';
import type { Topology } from '#topology/topology.ts';
import type { BootFile } from '../router-bundles/boot-source.ts';
import { bundleArchive } from '../router-bundles/bundle-archive.ts';
import type { SiteStack } from '../site-stack.ts';
import type { CreatedIds } from './created-ids.ts';
import { createdUserData } from './created-user-data.ts';
import { RouterStack } from './router-stack.ts';

export interface RouterStacksProps {
  readonly topology: Topology;
  readonly created: CreatedIds;
  /** By site. */
  readonly siteStacks: ReadonlyMap<string, SiteStack>;
  /** The SSM agent's package. */
  readonly agent: BootFile | undefined;
}

/** A stack for each router that the deployment creates. */
export function addRouterStacks(app: App, { topology, created, siteStacks, agent }: RouterStacksProps): void {
  for (const site of topology.sites) {
    const siteStack = siteStacks.get(site.name);
    if (siteStack === undefined) throw new Error(`site ${site.name} has no stack`);
    const [first, second] = [site.routers.active, site.routers.standby].flatMap((router) => {
      if (router.creation === undefined) return [];
      const bundle = bundleArchive(topology, router.name);
      const userData = createdUserData(topology, router.name);
      return [
        new RouterStack(app, { topology, site, router, created, siteStack, siteStacks, bundle, agent, userData }),
      ];
    });
    // The managed routes are created at the active router. Were the standby there first, it would take them from an interface
    // that has no instance yet.
    if (first !== undefined) second?.addStackDependency(first);
  }
}
