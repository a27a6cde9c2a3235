import { createdId, createdKey, fillCreatedIds } from '../created-ids.ts';
import type { DeployedTopology } from '../deployed-topology.ts';
import { type EditedSite, type Matches, sitesOf } from './matches.ts';

/** The earlier topology, with the sites in one list. */
export interface Renamed extends Omit<DeployedTopology, 'site' | 'otherSites'> {
  readonly sites: readonly EditedSite[];
}

/**
 * The earlier topology under the names of the later one, so that what remains different is more than a name. Names of keys and
 * of roles are values of their own and stay.
 */
export function underNewNames(before: DeployedTopology, { sites }: Matches): Renamed {
  const newNames = new Map(
    sites.flatMap(({ before: one, after: other, routers }) => [
      [`site:${one.name}`, other.name] as const,
      ...routers.map((pair) => [`router:${pair.before.name}`, pair.after.name] as const),
    ]),
  );
  const siteName = (name: string) => newNames.get(`site:${name}`) ?? name;
  const routerName = (name: string) => newNames.get(`router:${name}`) ?? name;
  const filled = fillCreatedIds(before, (key) => renamedPlaceholder(key, siteName, routerName));
  const { site: _, otherSites: __, ...rest } = filled;
  return {
    ...rest,
    sites: sitesOf(filled).map((site) => renamedSite(site, siteName, routerName)),
    tunnels: filled.tunnels.map(({ between: [one, other], ...tunnel }) => ({
      ...tunnel,
      between: [routerName(one), routerName(other)],
    })),
  };
}

function renamedSite(
  site: EditedSite,
  siteName: (name: string) => string,
  routerName: (name: string) => string,
): EditedSite {
  const name = siteName(site.name);
  const renamed = (router: EditedSite['routers']['active']) => ({
    ...router,
    name: routerName(router.name),
    ...(router.site !== undefined && { site: name }),
  });
  const { active, standby } = site.routers;
  return { ...site, name, routers: { active: renamed(active), standby: renamed(standby) } };
}

function renamedPlaceholder(
  key: string,
  site: (name: string) => string,
  router: (name: string) => string,
): string | undefined {
  const [kind, name = ''] = key.split(':');
  if (kind === 'vpc' || kind === 'routeTable') return createdId(kind, site(name));
  if (kind === 'eni' || kind === 'address') return createdId(kind, router(name));
  return createdKey(key);
}
