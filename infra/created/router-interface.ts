import { type CfnResource, Tags } from 'aws-cdk-lib';
import { CfnEIP, CfnEIPAssociation, CfnNetworkInterface } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Router } from '#topology/topology.ts';

export interface RouterInterfaceProps {
  readonly router: Router;
  readonly subnetId: string;
  readonly securityGroupId: string;
  /** The internet gateway's attachment to a created VPC, without which EC2 associates no Elastic IP. */
  readonly internet: CfnResource | undefined;
}

/** A router's interface and Elastic IP, which stay when its instance is replaced: what the routes and the tunnels point at. */
export class RouterInterface extends Construct {
  readonly id: string;
  readonly publicAddress: string;

  constructor(scope: Construct, id: string, { router, subnetId, securityGroupId, internet }: RouterInterfaceProps) {
    super(scope, id);
    const { ref } = new CfnNetworkInterface(this, 'Interface', {
      subnetId,
      privateIpAddress: router.address,
      groupSet: [securityGroupId],
      sourceDestCheck: false,
      description: `Router ${router.name} of site ${router.site}`,
    });
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' });
    const association = new CfnEIPAssociation(this, 'Association', {
      allocationId: address.attrAllocationId,
      networkInterfaceId: ref,
    });
    if (internet !== undefined) association.addResourceDependency(internet);
    Tags.of(this).add('Name', router.name);
    this.id = ref;
    this.publicAddress = address.attrPublicIp;
  }
}
