import type { Read, Write } from './action.ts';
import { associationXml } from './addresses.ts';
import { missingParameter } from './errors.ts';
import { type Fields, filtered } from './filters.ts';
import { interfaceResource } from './iam.ts';
import { derivedId, existing, wellFormed } from './ids.ts';
import type { NetworkInterface } from './model/networks.ts';
import { page } from './paging.ts';
import { elasticIpOn, type RegionState, replaced, zoneOf } from './state.ts';
import { tagsXml } from './tags.ts';
import type { XmlObject } from './wire.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
export const describeNetworkInterfaces: Read = {
  kind: 'read',
  idList: 'NetworkInterfaceId',
  run(parameters, state) {
    const ids = parameters.texts('NetworkInterfaceId');
    const asked =
      ids.length === 0 ? [...state.interfaces.values()] : ids.map((id) => existing('eni', id, state.interfaces));
    const matching = filtered(asked, parameters.filters(), fieldsIn(state), ({ tags }) => tags);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 1000 });
    return { networkInterfaceSet: items.map((each) => interfaceXml(each, state)), nextToken };
  },
};

function fieldsIn(state: RegionState): Fields<NetworkInterface> {
  return {
    'network-interface-id': ({ id }) => [id],
    'subnet-id': ({ subnet }) => [subnet],
    'vpc-id': ({ vpc }) => [vpc],
    'availability-zone': ({ subnet }) => [zoneOf(state, subnet)],
    'group-id': ({ groups }) => groups,
    description: ({ description }) => [description],
    status: (each) => [statusOf(each)],
    'source-dest-check': ({ sourceDestCheck }) => [String(sourceDestCheck)],
    'private-ip-address': ({ address }) => [address],
    'addresses.private-ip-address': ({ address }) => [address],
    'association.public-ip': ({ id }) => [elasticIpOn(state, id)?.publicIp],
    'attachment.instance-id': ({ attachment }) => [attachment?.instance],
    'attachment.status': ({ attachment }) => [attachment && 'attached'],
  };
}

const statusOf = ({ attachment }: NetworkInterface): string => (attachment ? 'in-use' : 'available');

/** The interface as DescribeNetworkInterfaces and DescribeInstances show it. */
export function interfaceXml(each: NetworkInterface, state: RegionState): XmlObject {
  const { attachment } = each;
  const address = elasticIpOn(state, each.id);
  const association = address && associationXml(address, state);
  return {
    networkInterfaceId: each.id,
    subnetId: each.subnet,
    vpcId: each.vpc,
    availabilityZone: zoneOf(state, each.subnet),
    description: each.description,
    ownerId: state.account,
    status: statusOf(each),
    sourceDestCheck: each.sourceDestCheck,
    interfaceType: 'interface',
    privateIpAddress: each.address,
    privateIpAddressesSet: [{ privateIpAddress: each.address, primary: true, association }],
    ipv6AddressesSet: [],
    groupSet: groupsXml(each.groups, state),
    tagSet: tagsXml(each.tags),
    association,
    attachment: attachment && {
      attachmentId: derivedId('eni-attach', each.id, attachment.instance),
      instanceId: attachment.instance,
      instanceOwnerId: state.account,
      deviceIndex: attachment.deviceIndex,
      status: 'attached',
      attachTime: new Date(attachment.at).toISOString(),
      deleteOnTermination: attachment.deleteOnTermination,
    },
  };
}

export function groupsXml(groups: readonly string[], { securityGroups }: RegionState): XmlObject[] {
  return groups.map((groupId) => ({ groupId, groupName: securityGroups.get(groupId)?.name }));
}

/**
 * Of the attributes only SourceDestCheck: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
 */
export const modifyNetworkInterfaceAttribute: Write = {
  kind: 'write',
  resources: (parameters, state) => [interfaceResource(state, parameters.required('NetworkInterfaceId'))],
  precheck(parameters) {
    wellFormed('eni', parameters.required('NetworkInterfaceId'));
  },
  run(parameters, state) {
    const found = existing('eni', parameters.required('NetworkInterfaceId'), state.interfaces);
    const sourceDestCheck = parameters.structure('SourceDestCheck')?.flag('Value');
    if (sourceDestCheck === undefined) throw missingParameter('SourceDestCheck');
    const interfaces = replaced(state.interfaces, found.id, { ...found, sourceDestCheck });
    return { output: { return: true }, state: { ...state, interfaces } };
  },
};
