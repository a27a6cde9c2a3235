import type { Topology } from '#topology/topology.ts';
import { detectorsOn } from './detectors.ts';
import { findRouter } from './find-router.ts';
import { serfKeyName } from './secrets.ts';

interface RouterSecret {
  /** Name of the SSM SecureString. */
  readonly name: string;
  readonly use: 'tunnel' | 'serf';
  /** The other routers that need it too. */
  readonly sharedWith: readonly string[];
}

/**
 * Every secret that a router must be able to fetch, for its permissions and for `aws ssm put-parameter`.
 *
 * @throws VyosConfigError for a router that is not in the topology
 */
export function routerSecrets(topology: Topology, name: string): RouterSecret[] {
  const { site, partner } = findRouter(topology, name);
  const psks = new Set(topology.tunnels.filter(({ between }) => between.includes(name)).map(({ psk }) => psk));
  const routers = routersOfKeys(topology.tunnels.filter(({ psk }) => psks.has(psk)));
  return [
    ...[...psks].map((psk) => ({
      name: psk,
      use: 'tunnel' as const,
      sharedWith: (routers.get(psk) ?? []).filter((router) => router !== name),
    })),
    ...(detectorsOn(topology, name).includes('serf')
      ? [{ name: serfKeyName(topology, site.name), use: 'serf' as const, sharedWith: [partner.name] }]
      : []),
  ];
}

/** The routers at both ends of each key's tunnels. The topology can use one key for several tunnels. */
function routersOfKeys(tunnels: Topology['tunnels']): ReadonlyMap<string, readonly string[]> {
  const routers = new Map<string, string[]>();
  for (const { psk, between } of tunnels) {
    const ends = routers.get(psk) ?? [];
    routers.set(psk, [...ends, ...between.filter((router) => !ends.includes(router))]);
  }
  return routers;
}
