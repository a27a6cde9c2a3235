import { SiteStatus } from '#contracts/site-status.ts';
import type { Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import { followsFrom } from '../views/follows-from.ts';
import { type SiteView, siteView } from '../views/site-view.ts';
import { askSites } from './ask-sites.ts';
import { invokeSite } from './invoke-site.ts';

/**
 * Adds to each site what it follows from at other sites. Sites of lost neighbors that are not among the given ones are queried; one that
 * does not answer explains nothing.
 */
export async function withCauses(
  topology: Topology,
  sites: readonly SiteView[],
  { io, environment }: Pick<Cli, 'io' | 'environment'>,
): Promise<readonly SiteView[]> {
  const known = new Set(sites.map(({ name }) => name));
  const lost = new Set(
    sites.flatMap(({ routers }) => routers.flatMap((router) => router.lostNeighbors ?? [])).map(({ site }) => site),
  );
  const more = topology.sites.filter(({ name }) => lost.has(name) && !known.has(name));
  const { found } = await askSites(more, async (site) => {
    const siteRef = { topology, site };
    const status = invokeSite(siteRef, { action: 'status' }, SiteStatus, { environment, signal: io.signal });
    return siteView(siteRef, await status, environment.nextCommand);
  });
  const all = [...sites, ...found];
  return sites.map((site) => ({
    ...site,
    followsFrom: followsFrom(
      site,
      all.filter((other) => other !== site),
    ),
  }));
}
