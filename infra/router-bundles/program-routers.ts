import type { Router, Site } from '#topology/topology.ts';
import { abilitiesOf } from '#vyos/versions/abilities.ts';

/** VyOS 1.1 has no Python, no systemd and no SSM agent. */
export function canRunPrograms({ vyos }: Pick<Router, 'vyos'>): boolean {
  return abilitiesOf(vyos).runsPrograms;
}

/** Names of the site's routers that can run the programs of a bundle. */
export function programRouters({ routers: { active, standby } }: Pick<Site, 'routers'>): string[] {
  return [active, standby].filter(canRunPrograms).map(({ name }) => name);
}
