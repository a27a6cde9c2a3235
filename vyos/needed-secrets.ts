import type { Topology } from '#topology/topology.ts';
import { routerSecrets } from './router-secrets.ts';

/** A secret of a topology, and the regions that need it. */
export interface NeededSecret {
  /** Name of the SSM SecureString. */
  readonly name: string;
  readonly use: 'tunnel' | 'serf';
  /** Of the routers that fetch it, each once: SSM parameters are regional, and both ends of a tunnel need the same value. */
  readonly regions: readonly string[];
}

/** Every secret that the routers fetch, in the order of the topology. */
export function neededSecrets(topology: Topology): NeededSecret[] {
  const needed = new Map<string, NeededSecret>();
  for (const { region, routers } of topology.sites) {
    for (const router of [routers.active, routers.standby]) {
      for (const { name, use } of routerSecrets(topology, router.name)) {
        const regions = [...(needed.get(name)?.regions ?? []), region];
        needed.set(name, { name, use, regions: [...new Set(regions)] });
      }
    }
  }
  return [...needed.values()];
}
