import { type App, Stack } from 'aws-cdk-lib';
import type { Site } from '#topology/topology.ts';
import { namesOf, siteTags } from './names.ts';
import { stackEnvironment } from './stack-environment.ts';
import { VyosFailoverSite } from './vyos-failover-site.ts';
import { type DeployableTopology, VyosFailoverTopology } from './vyos-failover-topology.ts';

/** The stack of one site. What it contains is `VyosFailoverSite`. */
export class SiteStack extends Stack {
  readonly site: VyosFailoverSite;

  constructor(app: App, { site, ...deployable }: Omit<DeployableTopology, 'hasSlackStacks'> & { readonly site: Site }) {
    const { topology } = deployable;
    const { stack } = namesOf(topology, site);
    super(app, stack, {
      stackName: stack,
      description: `vyos-failover: site ${site.name} of topology ${topology.name}`,
      env: stackEnvironment(topology, site),
      terminationProtection: topology.terminationProtection,
      tags: siteTags(topology, site),
    });
    // CDK leaves the id `Default` out of logical ids: the resources have the names that they had without the construct.
    const of = VyosFailoverTopology._of({ ...deployable, hasSlackStacks: true });
    this.site = new VyosFailoverSite(this, 'Default', { topology: of, site: site.name });
  }
}
