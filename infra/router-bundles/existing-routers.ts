import type { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { bootParameterName } from '#vyos/boot-values.ts';
import type { CreatedIds } from '../created/created-ids.ts';
import { outputName } from '../names.ts';
import type { Right } from '../policy-size.ts';
import { type BootFile, BootSource } from './boot-source.ts';
import { bundleArchive } from './bundle-archive.ts';
import { createdAddresses } from './created-addresses.ts';
import { canRunPrograms } from './program-routers.ts';

export interface ExistingRoutersProps {
  readonly stack: Stack;
  readonly topology: Topology;
  readonly site: Site;
  /** References to what the addresses stacks create. */
  readonly created: CreatedIds;
  /** URL of the site's own API. */
  readonly apiUrl: string;
  /** The SSM agent's package; undefined: the topology names none. */
  readonly agent: BootFile | undefined;
}

/**
 * The programs of the site's existing routers: a bundle and a boot parameter each, as created routers have in stacks of their own.
 * The parameter has no URLs of other sites' APIs: stacks of sites that exist do not refer to each other.
 */
export class ExistingRouters extends Construct {
  readonly #rights = new Map<string, readonly Right[]>();

  constructor(scope: Construct, id: string, { stack, topology, site, created, apiUrl, agent }: ExistingRoutersProps) {
    super(scope, id);
    for (const router of [site.routers.active, site.routers.standby]) {
      if (router.creation !== undefined || !canRunPrograms(router)) continue;
      const { rights } = new BootSource(this, outputName(router.name), {
        stack,
        bundle: bundleArchive(topology, router.name),
        agent,
        parameterName: bootParameterName(topology, site, router.name),
        apiUrl,
        witnessUrls: {},
        addresses: createdAddresses(topology, created),
      });
      this.#rights.set(router.name, rights);
    }
  }

  /** What the role of these routers must be allowed, to install their programs. */
  rightsOf(routers: readonly Pick<Router, 'name'>[]): Right[] {
    return routers.flatMap(({ name }) => this.#rights.get(name) ?? []);
  }
}
