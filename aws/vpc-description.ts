import {
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2ServiceException,
  type Instance,
  type RouteTable,
  type Tag,
} from '@aws-sdk/client-ec2';
import { deskEc2Client } from './clients.ts';

/** What a topology needs to know of an existing VPC. */
export interface VpcDescription {
  readonly region: string;
  /** `vpc-…` */
  readonly id: string;
  /** Its tag `Name`; undefined: it has none. */
  readonly name: string | undefined;
  /** The primary one first. */
  readonly cidrs: readonly string[];
  readonly subnets: readonly { readonly id: string; readonly cidr: string }[];
  /** Instances that are not terminated. */
  readonly instances: readonly VpcInstance[];
  readonly routeTables: readonly VpcRouteTable[];
}

export interface VpcInstance {
  /** `i-…` */
  readonly id: string;
  readonly name: string | undefined;
  /** Name of its instance profile, which usually is the name of its role; undefined: it has none. */
  readonly profile: string | undefined;
  readonly interfaces: readonly {
    /** `eni-…` */
    readonly eni: string;
    readonly subnet: string;
    readonly address: string;
    readonly publicAddress: string | undefined;
    readonly sourceDestCheck: boolean;
  }[];
}

export interface VpcRouteTable {
  /** `rtb-…` */
  readonly id: string;
  /** That use it, with or without an association. */
  readonly subnets: readonly string[];
  /** Static routes to interfaces. */
  readonly routes: readonly { readonly destination: string; readonly eni: string }[];
}

/** @returns undefined: the Region has no such VPC */
export async function describeVpc(
  region: string,
  vpc: string,
  signal: AbortSignal | undefined,
): Promise<VpcDescription | undefined> {
  const ec2 = deskEc2Client(region);
  const abort = signal && { abortSignal: signal };
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpc] }] };
  try {
    const [{ Vpcs: [found] = [] }, { Subnets = [] }, { Reservations = [] }, { RouteTables = [] }] = await Promise.all([
      ec2.send(new DescribeVpcsCommand({ VpcIds: [vpc] }), abort),
      ec2.send(new DescribeSubnetsCommand(inVpc), abort),
      ec2.send(new DescribeInstancesCommand(inVpc), abort),
      ec2.send(new DescribeRouteTablesCommand(inVpc), abort),
    ]);
    if (found === undefined) return undefined;
    const subnetsOf = subnetsByTable(
      RouteTables,
      Subnets.map(({ SubnetId = '' }) => SubnetId),
    );
    const further = (found.CidrBlockAssociationSet ?? []).map(({ CidrBlock }) => CidrBlock);
    return {
      region,
      id: vpc,
      name: nameIn(found.Tags),
      cidrs: [...new Set([found.CidrBlock, ...further].filter((cidr) => cidr !== undefined))],
      subnets: Subnets.map(({ SubnetId = '', CidrBlock = '' }) => ({ id: SubnetId, cidr: CidrBlock })),
      instances: Reservations.flatMap(({ Instances = [] }) => Instances)
        .filter(({ State }) => State?.Name !== 'terminated' && State?.Name !== 'shutting-down')
        .map(instanceOf),
      routeTables: RouteTables.map(({ RouteTableId = '', Routes = [] }) => ({
        id: RouteTableId,
        subnets: subnetsOf.get(RouteTableId) ?? [],
        routes: Routes.flatMap(({ NetworkInterfaceId: eni, Origin, ...route }) => {
          const destination =
            route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
          return eni === undefined || destination === undefined || Origin !== 'CreateRoute'
            ? []
            : [{ destination, eni }];
        }),
      })),
    };
  } catch (error) {
    if (error instanceof EC2ServiceException && error.name === 'InvalidVpcID.NotFound') return undefined;
    throw error;
  }
}

/** The subnets that use each route table. A subnet without an association uses the main one. */
export function subnetsByTable(
  tables: readonly Pick<RouteTable, 'RouteTableId' | 'Associations'>[],
  subnets: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const explicit = tables.map(({ RouteTableId = '', Associations = [] }) => ({
    id: RouteTableId,
    isMain: Associations.some(({ Main }) => Main === true),
    own: Associations.flatMap(({ SubnetId }) => (SubnetId === undefined ? [] : [SubnetId])),
  }));
  const associated = new Set(explicit.flatMap(({ own }) => own));
  const others = subnets.filter((subnet) => !associated.has(subnet));
  return new Map(explicit.map(({ id, isMain, own }) => [id, isMain ? [...own, ...others] : own]));
}

function instanceOf({ InstanceId = '', Tags, IamInstanceProfile, NetworkInterfaces = [] }: Instance): VpcInstance {
  return {
    id: InstanceId,
    name: nameIn(Tags),
    profile: IamInstanceProfile?.Arn?.split('/').at(-1),
    interfaces: NetworkInterfaces.map((each) => ({
      eni: each.NetworkInterfaceId ?? '',
      subnet: each.SubnetId ?? '',
      address: each.PrivateIpAddress ?? '',
      publicAddress: each.Association?.PublicIp,
      sourceDestCheck: each.SourceDestCheck ?? true,
    })),
  };
}

function nameIn(tags: readonly Tag[] | undefined): string | undefined {
  return tags?.find(({ Key }) => Key === 'Name')?.Value;
}
