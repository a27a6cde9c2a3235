import { AwsError } from '#emulator/service.ts';
import type { Read, Write } from './action.ts';
import { arnOf } from './arn.ts';
import { type Fields, filtered } from './filters.ts';
import { derivedId } from './ids.ts';
import type { NetworkAcl, NetworkAclEntry } from './model/networks.ts';
import { page } from './paging.ts';
import type { Parameters } from './parameters.ts';
import { type RegionState, replaced } from './state.ts';

/**
 * Network ACLs: the default one of each VPC, with which all its subnets are associated. Their entries are stored and described; no packet
 * is filtered by them.
 */
const OPEN: readonly NetworkAclEntry[] = [false, true].flatMap((egress) => [
  { number: 100, egress, protocol: '-1', cidr: '0.0.0.0/0', action: 'allow', from: undefined, to: undefined } as const,
  { number: 32767, egress, protocol: '-1', cidr: '0.0.0.0/0', action: 'deny', from: undefined, to: undefined } as const,
]);

function aclsIn({ vpcs, subnets, networkAcls }: RegionState): NetworkAcl[] {
  return [...vpcs.keys()].map((vpc) => {
    const id = derivedId('acl', 'default', vpc);
    const its = [...subnets.values()].filter((subnet) => subnet.vpc === vpc).map((subnet) => subnet.id);
    return { id, vpc, subnets: its, entries: networkAcls?.get(id) ?? OPEN };
  });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html */
export const describeNetworkAcls: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('NetworkAclId');
    const asked = aclsIn(state).filter(({ id }) => ids.length === 0 || ids.includes(id));
    const { items, nextToken } = page(filtered(asked, parameters.filters(), aclFields), parameters, {
      ids,
      min: 5,
      max: 1000,
    });
    const networkAclSet = items.map(({ id, vpc, subnets, entries }) => ({
      networkAclId: id,
      vpcId: vpc,
      ownerId: state.account,
      default: true,
      entrySet: entries.map(({ number, egress, protocol, cidr, action, from, to }) => ({
        ruleNumber: number,
        protocol,
        ruleAction: action,
        egress,
        cidrBlock: cidr,
        ...(from !== undefined && { portRange: { from, to } }),
      })),
      associationSet: subnets.map((subnetId) => ({
        networkAclAssociationId: derivedId('aclassoc', subnetId),
        networkAclId: id,
        subnetId,
      })),
      tagSet: [],
    }));
    return { networkAclSet, nextToken };
  },
};

const aclFields: Fields<NetworkAcl> = {
  'network-acl-id': ({ id }) => [id],
  'vpc-id': ({ vpc }) => [vpc],
  default: () => ['true'],
  'association.subnet-id': ({ subnets }) => subnets,
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html */
export const createNetworkAclEntry: Write = {
  kind: 'write',
  resources: resourcesOf,
  precheck: (parameters) => void parameters.required('NetworkAclId'),
  run(parameters, state) {
    const acl = existing(parameters, state);
    const entry = entryOf(parameters);
    if (acl.entries.some((each) => isSame(each, entry)))
      throw new AwsError(
        'NetworkAclEntryAlreadyExists',
        `The network acl entry identified by ${entry.number} already exists.`,
      );
    return { output: { return: true }, state: withEntries(state, acl, [...acl.entries, entry]) };
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAclEntry.html */
export const deleteNetworkAclEntry: Write = {
  kind: 'write',
  resources: resourcesOf,
  precheck: (parameters) => void parameters.required('NetworkAclId'),
  run(parameters, state) {
    const acl = existing(parameters, state);
    const entry = { number: parameters.integer('RuleNumber') ?? 0, egress: parameters.flag('Egress') ?? false };
    const left = acl.entries.filter((each) => !isSame(each, entry));
    if (left.length === acl.entries.length)
      throw new AwsError(
        'InvalidNetworkAclEntry.NotFound',
        `The network acl entry identified by ${entry.number} does not exist.`,
      );
    return { output: { return: true }, state: withEntries(state, acl, left) };
  },
};

function resourcesOf(parameters: Parameters, state: RegionState) {
  return [{ arn: arnOf(state, 'network-acl', parameters.required('NetworkAclId')) }];
}

function existing(parameters: Parameters, state: RegionState): NetworkAcl {
  const id = parameters.required('NetworkAclId');
  const found = aclsIn(state).find((acl) => acl.id === id);
  if (found !== undefined) return found;
  throw new AwsError('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`);
}

function entryOf(parameters: Parameters): NetworkAclEntry {
  const range = parameters.structure('PortRange');
  return {
    number: parameters.integer('RuleNumber') ?? 0,
    egress: parameters.flag('Egress') ?? false,
    protocol: parameters.required('Protocol'),
    cidr: parameters.required('CidrBlock'),
    action: parameters.required('RuleAction') === 'allow' ? 'allow' : 'deny',
    from: range?.integer('From'),
    to: range?.integer('To'),
  };
}

function isSame(one: Pick<NetworkAclEntry, 'number' | 'egress'>, other: Pick<NetworkAclEntry, 'number' | 'egress'>) {
  return one.number === other.number && one.egress === other.egress;
}

function withEntries(state: RegionState, { id }: NetworkAcl, entries: readonly NetworkAclEntry[]): RegionState {
  return { ...state, networkAcls: replaced(state.networkAcls ?? new Map(), id, entries) };
}
