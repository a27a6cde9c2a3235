import { createdId, createdKey, fillCreatedIds } from '../created-ids.ts';
import type { Topology } from '../topology.ts';
import type { Matches } from './matches.ts';

/**
 * The earlier topology under the names of the later one, so that what remains different is more than a name. Names of keys and
 * of roles are values of their own and stay.
 */
export function underNewNames(before: Topology, { sites }: Matches): Topology {
  const names = new Map(
    sites.flatMap(({ before: one, after: other, routers }) => [
      [`site:${one.name}`, other.name] as const,
      ...routers.map((pair) => [`router:${pair.before.name}`, pair.after.name] as const),
    ]),
  );
  const site = (name: string) => names.get(`site:${name}`) ?? name;
  const router = (name: string) => names.get(`router:${name}`) ?? name;
  const filled = fillCreatedIds(before, (key) => renamedPlaceholder(key, site, router));
  return {
    ...filled,
    sites: filled.sites.map(({ name, routers: { active, standby }, ...of }) => ({
      ...of,
      name: site(name),
      routers: {
        active: { ...active, name: router(active.name), site: site(name) },
        standby: { ...standby, name: router(standby.name), site: site(name) },
      },
    })),
    tunnels: filled.tunnels.map(({ between: [one, other], ...of }) => ({
      ...of,
      between: [router(one), router(other)],
    })),
  };
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
