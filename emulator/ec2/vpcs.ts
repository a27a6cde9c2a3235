import type { Read } from './action.ts';
import { arnOf } from './arn.ts';
import { usableAddresses } from './cidr.ts';
import { type Fields, filtered } from './filters.ts';
import { existing } from './ids.ts';
import { cidrsOf, type Subnet, type Vpc } from './model/networks.ts';
import { page } from './paging.ts';
import type { RegionState } from './state.ts';
import { tagsXml } from './tags.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export const describeVpcs: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('VpcId');
    const asked = ids.length === 0 ? [...state.vpcs.values()] : ids.map((id) => existing('vpc', id, state.vpcs));
    const matching = filtered(asked, parameters.filters(), vpcFields, ({ tags }) => tags);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 1000 });
    const vpcSet = items.map((vpc) => ({
      vpcId: vpc.id,
      ownerId: state.account,
      state: 'available',
      cidrBlock: vpc.cidr,
      cidrBlockAssociationSet: ipv4Of(vpc).map((cidrBlock) => ({ cidrBlock, cidrBlockState: { state: 'associated' } })),
      instanceTenancy: 'default',
      isDefault: false,
      tagSet: tagsXml(vpc.tags),
    }));
    return { vpcSet, nextToken };
  },
};

const vpcFields: Fields<Vpc> = {
  'vpc-id': ({ id }) => [id],
  cidr: ({ cidr }) => [cidr],
  'cidr-block-association.cidr-block': ipv4Of,
  'is-default': () => ['false'],
  state: () => ['available'],
};

function ipv4Of(vpc: Vpc): string[] {
  return cidrsOf(vpc).filter((block) => !block.includes(':'));
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export const describeSubnets: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('SubnetId');
    const asked =
      ids.length === 0 ? [...state.subnets.values()] : ids.map((id) => existing('subnet', id, state.subnets));
    const matching = filtered(asked, parameters.filters(), subnetFields, ({ tags }) => tags);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 1000 });
    const subnetSet = items.map((subnet) => ({
      subnetId: subnet.id,
      subnetArn: arnOf(state, 'subnet', subnet.id),
      vpcId: subnet.vpc,
      ownerId: state.account,
      state: 'available',
      cidrBlock: subnet.cidr,
      availabilityZone: subnet.zone,
      availableIpAddressCount: freeIn(subnet, state),
      mapPublicIpOnLaunch: false,
      tagSet: tagsXml(subnet.tags),
    }));
    return { subnetSet, nextToken };
  },
};

const subnetFields: Fields<Subnet> = {
  'subnet-id': ({ id }) => [id],
  'vpc-id': ({ vpc }) => [vpc],
  'cidr-block': ({ cidr }) => [cidr],
  'availability-zone': ({ zone }) => [zone],
  state: () => ['available'],
};

function freeIn({ id, cidr }: Subnet, { interfaces }: RegionState): number | undefined {
  if (cidr.includes(':')) return undefined;
  return usableAddresses(cidr) - [...interfaces.values()].filter(({ subnet }) => subnet === id).length;
}
