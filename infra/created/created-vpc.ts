import { Fn, Tags, Validations } from 'aws-cdk-lib';
import {
  CfnInternetGateway,
  CfnRoute,
  CfnRouteTable,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
  CfnVPCCidrBlock,
  CfnVPCGatewayAttachment,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { CONTROLLER_TAG } from '#failover/controller.ts';
import { halvesOf, requireNetwork } from '#topology/networks.ts';
import type { Router, Site } from '#topology/topology.ts';

/**
 * The VPC of a site: a subnet for each router with a way to the internet, and the front subnets, each in two zones, with one
 * route table, whose managed routes are not in the template.
 *
 * Subnets and blocks are identified by their networks, and not by their place in the topology or by the role of a router:
 * an identifier that gets another network is a replacement, which CloudFormation begins with a conflict.
 */
export class CreatedVpc extends Construct {
  readonly id: string;
  readonly frontRouteTableId: string;
  /** What makes the internet reachable; interfaces with an Elastic IP depend on it. */
  readonly internet: CfnVPCGatewayAttachment;
  /** By CIDR block. */
  readonly #routerSubnets = new Map<string, CfnSubnet>();
  readonly #vpc: CfnVPC;

  /** @param controller the stack that moves the managed routes */
  constructor(scope: Construct, id: string, site: Site, controller: string) {
    super(scope, id);
    const [cidrBlock, ...more] = site.vpc.cidrs;
    this.#vpc = new CfnVPC(this, 'Vpc', { cidrBlock, enableDnsHostnames: true, enableDnsSupport: true });
    named(this.#vpc, site.name);
    const reason = 'Where the records of a flow log go, and how long they are kept, is for the account to decide.';
    Validations.of(this.#vpc).acknowledge({ id: 'AwsSolutions-VPC7', reason });
    this.id = this.#vpc.ref;
    const blocks = more.map((block) => this.#moreCidr(block));
    const fronts = this.#fronts(site, blocks);
    // As a tag of the template: one that only the site's stack gives would be drift of this stack.
    Tags.of(fronts).add(CONTROLLER_TAG, controller);
    this.frontRouteTableId = fronts.ref;
    this.internet = this.#routers(site, blocks);
  }

  /** `subnet-…` of a router. */
  subnetOf({ subnet }: Router): string {
    const found = this.#routerSubnets.get(subnet);
    if (found === undefined) throw new Error(`the VPC has no subnet ${subnet}`);
    return found.ref;
  }

  #moreCidr(cidrBlock: string): CfnVPCCidrBlock {
    return new CfnVPCCidrBlock(this, idOf('Cidr', cidrBlock), { vpcId: this.id, cidrBlock });
  }

  #fronts(site: Site, blocks: readonly CfnVPCCidrBlock[]): CfnRouteTable {
    const table = new CfnRouteTable(this, 'FrontRouteTable', { vpcId: this.id });
    named(table, `${site.name}-front`);
    for (const [index, front] of site.frontSubnets.entries()) {
      for (const [half, cidr] of halvesOf(front).entries()) {
        const subnet = this.#subnet(idOf('Front', cidr), cidr, zoneOf(half), blocks);
        named(subnet, `${site.name}-front-${index + 1}${half === 0 ? 'a' : 'b'}`);
        associate(subnet, table);
      }
    }
    return table;
  }

  #routers(site: Site, blocks: readonly CfnVPCCidrBlock[]): CfnVPCGatewayAttachment {
    const table = new CfnRouteTable(this, 'RouterRouteTable', { vpcId: this.id });
    named(table, `${site.name}-routers`);
    const gateway = new CfnInternetGateway(this, 'InternetGateway');
    named(gateway, site.name);
    const attachment = new CfnVPCGatewayAttachment(this, 'GatewayAttachment', {
      vpcId: this.id,
      internetGatewayId: gateway.ref,
    });
    const toInternet = new CfnRoute(this, 'RouterDefaultRoute', {
      routeTableId: table.ref,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: gateway.ref,
    });
    toInternet.addResourceDependency(attachment);
    for (const [index, [cidr, routers]] of routersBySubnet(site).entries()) {
      const zone = routers.map(({ creation }) => creation?.zone).find((each) => each !== undefined) ?? zoneOf(index);
      const subnet = this.#subnet(idOf('RouterSubnet', cidr), cidr, zone, blocks);
      named(subnet, `${site.name}-router-${index + 1}`);
      associate(subnet, table);
      this.#routerSubnets.set(cidr, subnet);
    }
    return attachment;
  }

  #subnet(id: string, cidrBlock: string, availabilityZone: string, blocks: readonly CfnVPCCidrBlock[]): CfnSubnet {
    const subnet = new CfnSubnet(this, id, { vpcId: this.id, cidrBlock, availabilityZone });
    const reason = 'The topology may name a zone: not every zone has every instance type.';
    Validations.of(subnet).acknowledge({ id: 'CloudFormation-Validate::W3010', reason });
    for (const block of blocks) subnet.addResourceDependency(block);
    return subnet;
  }
}

/** In the order of the networks, which stays when the routers swap their roles: it decides which zone is a subnet's default. */
function routersBySubnet({ routers: { active, standby } }: Site): [string, Router[]][] {
  const first = (cidr: string) => requireNetwork(cidr).first;
  const bySubnet = Map.groupBy([active, standby], ({ subnet }) => subnet);
  return [...bySubnet].toSorted(([one], [other]) => (first(one) < first(other) ? -1 : 1));
}

/** `Front10-1-0-0-21` */
function idOf(kind: string, cidr: string): string {
  return `${kind}${cidr.replaceAll(/[./]/g, '-')}`;
}

/** The Region's first or second zone: every Region has at least three for most accounts, and never fewer than two. */
function zoneOf(index: number): string {
  return Fn.select(index, Fn.getAzs());
}

function associate(subnet: CfnSubnet, table: CfnRouteTable): void {
  new CfnSubnetRouteTableAssociation(subnet, 'Table', { subnetId: subnet.ref, routeTableId: table.ref });
}

function named(of: Construct, name: string): void {
  Tags.of(of).add('Name', name);
}
