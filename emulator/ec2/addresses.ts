import { AwsError } from '#emulator/service.ts';
import type { Read } from './action.ts';
import { type Fields, filtered } from './filters.ts';
import { derivedId, existing } from './ids.ts';
import { associationXml } from './network-interfaces.ts';
import type { NetworkInterface, RegionState } from './state.ts';

interface Address {
  readonly allocation: string;
  readonly publicIp: string;
  readonly on: NetworkInterface;
}

/** Elastic IP addresses; every public address of the fixture is one. */
export const describeAddresses: Read = {
  kind: 'read',
  run(parameters, state) {
    const all = addressesOf(state);
    const byAllocation = new Map(all.map((each) => [each.allocation, each]));
    const allocations = parameters.texts('AllocationId').map((id) => existing('eipalloc', id, byAllocation));
    const publicIps = parameters.texts('PublicIp').map((ip) => withPublicIp(ip, all));
    const asked = [...allocations, ...publicIps];
    const shown = filtered(asked.length > 0 ? asked : all, parameters.filters(), fields);
    return {
      addressesSet: shown.map(({ publicIp, on }) => ({
        ...associationXml(publicIp, state),
        domain: 'vpc',
        networkInterfaceId: on.id,
        networkInterfaceOwnerId: state.account,
        privateIpAddress: on.address,
        instanceId: on.attachment?.instance,
        tagSet: [],
      })),
    };
  },
};

const fields: Fields<Address> = {
  'allocation-id': ({ allocation }) => [allocation],
  'public-ip': ({ publicIp }) => [publicIp],
  'instance-id': ({ on }) => [on.attachment?.instance],
  'network-interface-id': ({ on }) => [on.id],
  'private-ip-address': ({ on }) => [on.address],
};

function addressesOf(state: RegionState): Address[] {
  return [...state.interfaces.values()].flatMap((on) =>
    on.publicAddress === undefined
      ? []
      : [{ allocation: derivedId('eipalloc', on.publicAddress), publicIp: on.publicAddress, on }],
  );
}

function withPublicIp(ip: string, all: readonly Address[]): Address {
  const found = all.find(({ publicIp }) => publicIp === ip);
  if (found === undefined) throw new AwsError('InvalidAddress.NotFound', `Address '${ip}' not found.`);
  return found;
}
