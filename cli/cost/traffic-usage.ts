import type { Site, Topology } from '#topology/topology.ts';
import { findRouter } from '#vyos/find-router.ts';
import { resolveRouter } from '#vyos/resolve.ts';
import { type RemoteEnd, tunnelEnds } from '#vyos/tunnel-ends.ts';
import { pairBytesPerSecond, tunnelBytesPerSecond } from './keep-alive-bytes.ts';
import type { Priced } from './price.ts';
import { SECONDS, type Usage, used } from './usage.ts';

const GB = 1e9;

/**
 * What the routers of a site send without any user's traffic: BFD, BGP and new keys, with the topology's own intervals. The receiving
 * site pays nothing for traffic between Regions, and as much as the sender within one. Pure.
 */
export function trafficUsage(topology: Topology, site: Site): Usage[] {
  const byPrice = new Map<string, Usage>();
  const add = (what: string, bytesPerSecond: number, priced: Priced) => {
    const before = byPrice.get(what)?.quantity ?? 0;
    const quantity = before + (bytesPerSecond * SECONDS) / GB;
    byPrice.set(what, { what, share: 'traffic', quantity, priced, assumes: 'no user’s traffic' });
  };
  for (const { name } of [site.routers.active, site.routers.standby]) {
    const model = resolveRouter(topology, name);
    const tunnels = tunnelEnds(topology, findRouter(topology, name));
    for (const { remote, remoteAddress } of tunnels) {
      const { to, priced } = destinationOf(remote, site);
      add(`BFD and BGP to ${to}`, tunnelBytesPerSecond(model, remoteAddress), priced);
    }
    const partner = model.bgp.neighbors.find(
      ({ address }) => !tunnels.some(({ remoteAddress }) => remoteAddress === address),
    );
    // The site pays for both directions.
    if (partner !== undefined)
      add('BFD and BGP of the pair, in two zones', 2 * pairBytesPerSecond(model, partner.address), 'zoneTransferGb');
  }
  return used([...byPrice.values()]);
}

function destinationOf(
  { name, site: to }: RemoteEnd,
  { region }: Site,
): { readonly to: string; readonly priced: Priced } {
  if (to === undefined) return { to: name, priced: 'internetGb' };
  return { to: to.name, priced: to.region === region ? 'zoneTransferGb' : 'transferGb' };
}
