import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnSecurityGroup, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { createdId, createdKey } from '#topology/created-ids.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { securityGroups } from '#vyos/security-groups.ts';
import { withFeatureFlags } from '../feature-flags.ts';
import { namesOf, nameWithin, outputName, siteTags } from '../names.ts';
import { stackEnvironment } from '../stack-environment.ts';
import { CreatedVpc } from './created-vpc.ts';
import { ingressProperty, isFromFarSite } from './ingress.ts';
import { RouterInterface } from './router-interface.ts';

/**
 * What a created site keeps through every other change: VPC and subnets (unless they exist), and for each created router its
 * interface with a fixed address, its Elastic IP and its security group. No other stack is referred to from here, so that
 * the Elastic IPs of all sites exist before any router needs them.
 */
export class AddressesStack extends Stack {
  readonly #ids = new Map<string, string>();
  readonly #groups = new Map<string, string>();

  constructor(app: App, { topology, site }: { topology: Topology; site: Site }) {
    const { addressesStack: name } = namesOf(topology, site);
    super(app, name, {
      stackName: name,
      description: `vyos-failover: network of site ${site.name} of topology ${topology.name}; every other stack may be replaced`,
      env: stackEnvironment(topology, site),
      terminationProtection: topology.terminationProtection,
      tags: siteTags(topology, site),
    });
    withFeatureFlags(this);
    const vpc = site.vpc.create ? new CreatedVpc(this, 'Network', site, namesOf(topology, site).stack) : undefined;
    if (vpc !== undefined) {
      this.#keep(createdId('vpc', site.name), vpc.id, 'VpcId', `VPC of site ${site.name}`);
      const what = `Route table of the front subnets of site ${site.name}: its managed routes are not in a template`;
      this.#keep(createdId('routeTable', site.name), vpc.frontRouteTableId, 'FrontRouteTableId', what);
    }
    for (const router of [site.routers.active, site.routers.standby]) {
      if (router.creation !== undefined) this.#addRouter(topology, site, router, vpc);
    }
  }

  /** The deployed id of a key such as `eni:tokyo-1`; undefined: this stack does not create it. */
  idOf(key: string): string | undefined {
    return this.#ids.get(key);
  }

  /** `sg-…` of a created router. */
  securityGroupOf({ name }: Pick<Router, 'name'>): string {
    const group = this.#groups.get(name);
    if (group === undefined) throw new Error(`${name} has no security group in ${this.stackName}`);
    return group;
  }

  #addRouter(topology: Topology, site: Site, router: Router, vpc: CreatedVpc | undefined): void {
    const prefix = outputName(router.name);
    const group = this.#securityGroup(topology, site, router, vpc?.id ?? site.vpc.id);
    const { id, publicAddress } = new RouterInterface(this, prefix, {
      router,
      subnetId: vpc?.subnetOf(router) ?? router.creation?.subnetId ?? '',
      securityGroupId: group,
      internet: vpc?.internet,
    });
    this.#keep(
      createdId('eni', router.name),
      id,
      `${prefix}InterfaceId`,
      `Interface of ${router.name}, which routes point at`,
    );
    const what = `Elastic IP of ${router.name}, which tunnels end at`;
    this.#keep(createdId('address', router.name), publicAddress, `${prefix}PublicAddress`, what);
  }

  /**
   * The rules for other sites' routers are in the routers' stacks: their Elastic IPs are in other addresses stacks.
   *
   * A change of a group's description is a replacement, which CloudFormation refuses for a group with a name. So a deployment
   * with another address or subnet of the router fails before it creates another interface and moves the Elastic IP away
   * from the running instance. Other words are a replacement as well.
   *
   * The rules are resources of their own: a group with rules among its properties has drifted by the rules of the routers'
   * stacks, which `--revert-drift` then removes.
   */
  #securityGroup(topology: Topology, site: Site, router: Router, vpcId: string): string {
    const subnet = site.vpc.create ? router.subnet : (router.creation?.subnetId ?? '');
    const rules = securityGroups(topology, site).find((each) => each.router === router.name)?.rules ?? [];
    const group = new CfnSecurityGroup(this, `${outputName(router.name)}Group`, {
      vpcId,
      groupName: nameWithin(namesOf(topology, site).stack, router.name),
      groupDescription: `Router ${router.name} of site ${site.name} at ${router.address} in ${subnet}: exactly its peers`,
    });
    for (const rule of rules.filter((each) => !isFromFarSite(each))) {
      const id = [outputName(router.name), rule.protocol, rule.port ?? 'all', rule.source.replaceAll(/[./]/g, '-')];
      new CfnSecurityGroupIngress(this, id.join('-'), { ...ingressProperty(rule), groupId: group.attrGroupId });
    }
    this.#groups.set(router.name, group.attrGroupId);
    return group.attrGroupId;
  }

  #keep(placeholder: string, value: string, output: string, description: string): void {
    this.#ids.set(createdKey(placeholder) ?? placeholder, value);
    new CfnOutput(this, output, { value, description });
  }
}
