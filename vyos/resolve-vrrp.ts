import { runsDetector } from './detectors.ts';
import type { Resolving } from './resolving.ts';
import type { VrrpGroup } from './router-model.ts';
import { routerDirectory } from './serf.ts';
import { vrrpAddresses } from './tunnel-ends.ts';

/** High in the range of 1 to 255, to avoid ids that operators choose. */
const firstId = 181;

/**
 * Two groups, with each router the master of one. With a single group only the failure of its master would be detected, and
 * the master need not be the owner of the routes.
 */
export function resolveVrrp(resolving: Resolving): VrrpGroup[] {
  const { place, topology, settings } = resolving;
  const { router, partner, site } = place;
  if (!site.detectors.includes('vrrp') || !runsDetector('vrrp', settings)) return [];
  const { localAddress, remoteAddress } = vrrpAddresses(topology, place);
  const isFirst = router.name < partner.name;
  const common = { interface: router.interface, source: router.address, peer: partner.address };
  const own: VrrpGroup = {
    ...common,
    name: `watch-${router.name}`,
    id: firstId + (isFirst ? 0 : 1),
    priority: 200,
    virtualAddress: `${localAddress}/32`,
    transitionScript: undefined,
  };
  const partners: VrrpGroup = {
    ...common,
    name: `watch-${partner.name}`,
    id: firstId + (isFirst ? 1 : 0),
    priority: 100,
    virtualAddress: `${remoteAddress}/32`,
    transitionScript: `${routerDirectory}/vrrp-transition`,
  };
  return isFirst ? [own, partners] : [partners, own];
}
