import type { Topology } from '#topology/topology.ts';
import { detectorsOn } from './detectors.ts';
import { findRouter } from './find-router.ts';
import { serfKeyName } from './secrets.ts';

export interface RouterSecret {
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
  const psks = topology.tunnels.filter(({ between }) => between.includes(name)).map(({ psk }) => psk);
  return [
    ...[...new Set(psks)].map((psk) => ({
      name: psk,
      use: 'tunnel' as const,
      sharedWith: others(topology, psk, name),
    })),
    ...(detectorsOn(topology, name).includes('serf')
      ? [{ name: serfKeyName(topology, site.name), use: 'serf' as const, sharedWith: [partner.name] }]
      : []),
  ];
}

/** One key may serve several tunnels, if somebody wrote it so. */
function others({ tunnels }: Topology, psk: string, name: string): string[] {
  const all = tunnels.filter((tunnel) => tunnel.psk === psk).flatMap(({ between }) => between);
  return [...new Set(all)].filter((router) => router !== name);
}
