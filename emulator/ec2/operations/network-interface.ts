import { canonical, contains, freeAddress, reservedAddresses } from '#emulator/ec2/cidr.ts';
import { invalidParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import type { NetworkInterface, Subnet } from '#emulator/ec2/model/networks.ts';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import { type RegionState, replaced, without } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';
import { defaultGroupOf } from './security-group.ts';

interface NetworkInterfaceRequest {
  readonly subnet: string;
  /** Default: a free one. */
  readonly address: string | undefined;
  /** Default: the VPC's default security group. */
  readonly groups: readonly string[] | undefined;
  readonly sourceDestCheck: boolean;
  readonly description: string;
  readonly tags: Tags;
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html. Throws `InvalidParameterValue`
 * for an address outside the subnet or reserved by AWS, `InvalidIPAddress.InUse`, `InsufficientFreeAddressesInSubnet`.
 */
export function createNetworkInterface(request: NetworkInterfaceRequest): Operation<NetworkInterface> {
  return (state, context) => {
    const subnet = existing('subnet', request.subnet, state.subnets);
    return changed(state, {
      id: context.newId('eni'),
      subnet: subnet.id,
      vpc: subnet.vpc,
      address: addressFor(subnet, request.address, state),
      sourceDestCheck: request.sourceDestCheck,
      description: request.description,
      groups: checkedGroups(request.groups ?? [defaultGroupOf(subnet.vpc, state).id], subnet.vpc, state),
      tags: request.tags,
      attachment: undefined,
    });
  };
}

function addressFor(subnet: Subnet, wanted: string | undefined, state: RegionState): string {
  const taken = new Set(
    [...state.interfaces.values()].flatMap((each) => (each.subnet === subnet.id ? [each.address] : [])),
  );
  if (wanted === undefined) {
    const free = freeAddress(subnet.cidr, taken);
    if (free !== undefined) return free;
    throw new AwsError(
      'InsufficientFreeAddressesInSubnet',
      `The specified subnet does not have enough free addresses to satisfy the request.`,
    );
  }
  if (canonical(`${wanted}/32`) === undefined) throw invalidParameter(`invalid value for parameter address: ${wanted}`);
  if (!contains(subnet.cidr, wanted)) {
    throw invalidParameter(`Address ${wanted} does not fall within the subnet's address range`);
  }
  if (reservedAddresses(subnet.cidr).includes(wanted)) {
    throw invalidParameter(`Address ${wanted} is in subnet's reserved address range`);
  }
  if (taken.has(wanted)) throw new AwsError('InvalidIPAddress.InUse', `Address ${wanted} is in use.`);
  return wanted;
}

/** Five groups an interface: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
function checkedGroups(groups: readonly string[], vpc: string, state: RegionState): readonly string[] {
  for (const id of groups) {
    if (existing('sg', id, state.securityGroups).vpc === vpc) continue;
    throw invalidParameter(`You have specified two resources that belong to different networks.`);
  }
  if (groups.length <= state.catalog.quotas.groupsPerInterface) return groups;
  throw new AwsError(
    'SecurityGroupsPerInterfaceLimitExceeded',
    'The maximum number of security groups per interface has been reached.',
  );
}

interface InterfaceChange {
  readonly groups?: readonly string[];
  readonly sourceDestCheck?: boolean;
  readonly description?: string;
  readonly tags?: Tags;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html */
export function changeNetworkInterface(id: string, change: InterfaceChange): Operation<NetworkInterface> {
  return (state) => {
    const found = existing('eni', id, state.interfaces);
    if (change.groups !== undefined) checkedGroups(change.groups, found.vpc, state);
    return changed(state, { ...found, ...change });
  };
}

/**
 * Deletes it; an Elastic IP address on it stays, without an association. Throws `InvalidParameterValue` while it is
 * attached: AWS does not use `InvalidNetworkInterface.InUse` here (https://github.com/gruntwork-io/cloud-nuke/pull/1132).
 */
export function deleteNetworkInterface(id: string): Operation {
  return (state) => {
    const { attachment } = existing('eni', id, state.interfaces);
    if (attachment !== undefined) throw invalidParameter(`Network interface '${id}' is currently in use.`);
    return { result: undefined, state: withoutInterface(id, state) };
  };
}

export function withoutInterface(id: string, state: RegionState): RegionState {
  const addresses = new Map(
    [...state.addresses].map(([key, each]) => [
      key,
      each.association?.interface === id ? { ...each, association: undefined } : each,
    ]),
  );
  return { ...state, addresses, interfaces: without(state.interfaces, id) };
}

function changed(state: RegionState, each: NetworkInterface) {
  return { result: each, state: { ...state, interfaces: replaced(state.interfaces, each.id, each) } };
}
