import type { Machine, MachineInterface } from '#emulator/guests/guest-host.ts';
import { addressInNetwork } from '../address.ts';
import { AWS_MTU } from '../mtu.ts';
import { makeNamespace } from '../network.ts';
import { ipBatch, run } from '../run.ts';

/** The namespaces of a launched host: its own, and that of its VPC, which forwards between its interfaces. */
export interface HostNetwork {
  readonly host: string;
  readonly vpc: string;
}

/** @param lab its name: `lab down` removes the namespaces of a lab by their prefix */
export function networkOf(lab: string, { instance }: Pick<Machine, 'instance'>): HostNetwork {
  const prefix = `vfl-${lab}-${instance}`;
  return { host: prefix, vpc: `${prefix}-vpc` };
}

/** Its port in the VPC's namespace. */
export const portOf = ({ deviceIndex }: MachineInterface) => `eni${deviceIndex}`;

/** Connects each interface to the VPC's router, which answers at the first address of every subnet. */
export async function buildHostNetwork({ host, vpc }: HostNetwork, { interfaces }: Machine): Promise<void> {
  for (const namespace of [host, vpc]) await makeNamespace(namespace);
  for (const each of interfaces) {
    const [device, port] = [`eth${each.deviceIndex}`, portOf(each)];
    const [gateway, length] = [addressInNetwork(each.subnet, 1n), each.subnet.split('/')[1]];
    const ends = [`name ${device} mtu ${AWS_MTU} netns ${host}`, `name ${port} mtu ${AWS_MTU} netns ${vpc}`];
    await run('ip', `link add ${ends[0]} type veth peer ${ends[1]}`.split(' '));
    await ipBatch(vpc, [
      `link set ${port} up`,
      `address add ${gateway}/32 dev ${port}`,
      `route replace ${each.address}/32 dev ${port}`,
    ]);
    await ipBatch(host, [
      `address add ${each.address}/${length} dev ${device}`,
      `link set ${device} up`,
      ...(each.deviceIndex === 0 ? [`route add default via ${gateway} dev ${device}`] : []),
    ]);
  }
}

export async function removeHostNetwork({ host, vpc }: HostNetwork): Promise<void> {
  for (const namespace of [host, vpc]) await run('ip', ['netns', 'delete', namespace]);
}
