import type { Account } from '#emulator/account.ts';
import type { Topology } from '#topology/topology.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import { newKey } from '../preshared-keys.ts';

/** Images of VyOS in the lab's AWS: the one that routers are created from, and one to upgrade to. */
export const IMAGES = { first: 'ami-0a1b2c3d4e5f60001', next: 'ami-0a1b2c3d4e5f60002' } as const;

/** An account with images of VyOS, and with the keys that `vyos-failover secrets create` makes. */
export function emptyAccount(topology: Topology): Account {
  const secrets = neededSecrets(topology).map((each) => ({ ...each, value: newKey() }));
  const regions = [...new Set(topology.sites.map(({ region }) => region))];
  return { regions: Object.fromEntries(regions.map((region) => [region, regionOf(region, secrets)])) };
}

function regionOf(
  region: string,
  secrets: readonly { readonly name: string; readonly regions: readonly string[]; readonly value: string }[],
): Account['regions'][string] {
  return {
    vpcs: [],
    subnets: [],
    interfaces: [],
    instances: [],
    routeTables: [],
    images: Object.entries(IMAGES).map(([name, id]) => ({ id, name: `VyOS, ${name}`, owner: '679593333241' })),
    parameters: secrets
      .filter((each) => each.regions.includes(region))
      .map(({ name, value }) => ({ name, type: 'SecureString', value })),
  };
}
