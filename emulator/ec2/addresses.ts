import { AwsError } from '#emulator/service.ts';
import type { Read } from './action.ts';
import { type Fields, filtered } from './filters.ts';
import { existing } from './ids.ts';
import type { ElasticIp, NetworkInterface } from './model/networks.ts';
import type { RegionState } from './state.ts';
import { tagsXml } from './tags.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html */
export const describeAddresses: Read = {
  kind: 'read',
  run(parameters, state) {
    const all = [...state.addresses.values()];
    const allocations = parameters.texts('AllocationId').map((id) => existing('eipalloc', id, state.addresses));
    const publicIps = parameters.texts('PublicIp').map((ip) => withPublicIp(ip, all));
    const asked = [...allocations, ...publicIps];
    const shown = filtered(asked.length > 0 ? asked : all, parameters.filters(), fieldsIn(state), ({ tags }) => tags);
    return {
      addressesSet: shown.map((address) => {
        const on = interfaceOf(address, state);
        return {
          ...associationXml(address, state),
          domain: 'vpc',
          networkBorderGroup: state.region,
          networkInterfaceId: on?.id,
          networkInterfaceOwnerId: on && state.account,
          privateIpAddress: on?.address,
          instanceId: on?.attachment?.instance,
          tagSet: tagsXml(address.tags),
        };
      }),
    };
  },
};

function fieldsIn(state: RegionState): Fields<ElasticIp> {
  const ofInterface = (read: (on: NetworkInterface) => string | undefined) => (address: ElasticIp) => {
    const on = interfaceOf(address, state);
    return [on && read(on)];
  };
  return {
    'allocation-id': ({ id }) => [id],
    'association-id': ({ association }) => [association?.id],
    'public-ip': ({ publicIp }) => [publicIp],
    'instance-id': ofInterface(({ attachment }) => attachment?.instance),
    'network-interface-id': ofInterface(({ id }) => id),
    'private-ip-address': ofInterface(({ address }) => address),
  };
}

function interfaceOf({ association }: ElasticIp, { interfaces }: RegionState): NetworkInterface | undefined {
  return association && interfaces.get(association.interface);
}

function withPublicIp(ip: string, all: readonly ElasticIp[]): ElasticIp {
  const found = all.find(({ publicIp }) => publicIp === ip);
  if (found === undefined) throw new AwsError('InvalidAddress.NotFound', `Address '${ip}' not found.`);
  return found;
}

/** The address as interfaces show it. */
export function associationXml({ id, publicIp, association }: ElasticIp, { account }: RegionState) {
  return { allocationId: id, associationId: association?.id, ipOwnerId: account, publicIp };
}
