import type { Read } from './action.ts';
import { arnOf } from './arn.ts';
import { type Fields, filtered } from './filters.ts';
import { existing } from './ids.ts';
import { page } from './paging.ts';
import { cidrsOf, type Subnet, type Vpc } from './state.ts';

export const describeVpcs: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('VpcId');
    const asked = ids.length === 0 ? [...state.vpcs.values()] : ids.map((id) => existing('vpc', id, state.vpcs));
    const matching = filtered(asked, parameters.filters(), vpcFields);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 1000 });
    const vpcSet = items.map((vpc) => ({
      vpcId: vpc.id,
      ownerId: state.account,
      state: 'available',
      cidrBlock: vpc.cidr,
      cidrBlockAssociationSet: ipv4Of(vpc).map((cidrBlock) => ({ cidrBlock, cidrBlockState: { state: 'associated' } })),
      instanceTenancy: 'default',
      isDefault: false,
      tagSet: [],
    }));
    return { vpcSet, nextToken };
  },
};

const vpcFields: Fields<Vpc> = {
  'vpc-id': ({ id }) => [id],
  cidr: ({ cidr }) => [cidr],
  'cidr-block-association.cidr-block': ipv4Of,
};

function ipv4Of(vpc: Vpc): string[] {
  return cidrsOf(vpc).filter((block) => !block.includes(':'));
}

export const describeSubnets: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('SubnetId');
    const asked =
      ids.length === 0 ? [...state.subnets.values()] : ids.map((id) => existing('subnet', id, state.subnets));
    const matching = filtered(asked, parameters.filters(), subnetFields);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 1000 });
    const subnetSet = items.map(({ id, vpc, cidr }) => ({
      subnetId: id,
      subnetArn: arnOf(state, 'subnet', id),
      vpcId: vpc,
      ownerId: state.account,
      state: 'available',
      cidrBlock: cidr,
      availabilityZone: `${state.region}a`,
      tagSet: [],
    }));
    return { subnetSet, nextToken };
  },
};

const subnetFields: Fields<Subnet> = {
  'subnet-id': ({ id }) => [id],
  'vpc-id': ({ vpc }) => [vpc],
  'cidr-block': ({ cidr }) => [cidr],
};
