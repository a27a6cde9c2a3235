import { isInFront } from './front-subnets.ts';
import { fastNames, originalNames } from './policy-names.ts';
import { standbyMetric } from './profile-values.ts';
import type { Resolving } from './resolve.ts';
import type { PrefixList, RouteMap } from './router-model.ts';

interface Policy {
  readonly prefixLists: readonly PrefixList[];
  readonly routeMaps: readonly RouteMap[];
}

/** What may be announced and accepted. */
export function resolvePolicy(resolving: Resolving): Policy {
  return resolving.settings.profile === 'original' ? originalPolicy(resolving) : fastPolicy(resolving);
}

/** Filters only what the router's own routes bring into BGP; neighbours are believed. */
function originalPolicy({ place: { router, site } }: Resolving): Policy {
  const metric = router.role === 'standby' ? standbyMetric : undefined;
  const map = (name: string, prefixList: string) => ({ name, rules: [{ number: 1, prefixList, metric }] });
  return {
    prefixLists: [
      { name: originalNames.connectPrefixes, prefixes: [router.subnet] },
      { name: originalNames.staticPrefixes, prefixes: site.frontSubnets },
    ],
    routeMaps: [
      map(originalNames.connectMap, originalNames.connectPrefixes),
      map(originalNames.staticMap, originalNames.staticPrefixes),
    ],
  };
}

/**
 * Only front subnets, by name, in either direction: no default route gets out (VyOS 1.4 makes DHCP's a static one), no
 * loopback comes back through the tunnel that it carries, and no site can announce this site's own networks.
 *
 * Other sites' fronts are passed on between sites: where two sites have no tunnel, or have lost theirs, a third one joins
 * them. The longer AS path makes that the last choice.
 */
function fastPolicy({ topology, place }: Resolving): Policy {
  const { router, site } = place;
  const { ownFronts, remoteFronts, staticMap, connectMap, ebgpIn, ebgpOut, ibgpIn, ibgpOut } = fastNames;
  const metric = router.role === 'standby' ? standbyMetric : 0;
  const remote = topology.sites.filter(({ name }) => name !== site.name).flatMap(({ frontSubnets }) => frontSubnets);
  const permit = (name: string, prefixList: string) => ({
    name,
    rules: [{ number: 10, prefixList, metric: undefined }],
  });
  return {
    prefixLists: [
      { name: ownFronts, prefixes: site.frontSubnets },
      { name: remoteFronts, prefixes: remote },
    ],
    routeMaps: [
      permit(staticMap, ownFronts),
      ...(isInFront(place) ? [permit(connectMap, ownFronts)] : []),
      permit(ebgpIn, remoteFronts),
      {
        name: ebgpOut,
        rules: [
          { number: 10, prefixList: ownFronts, metric },
          { number: 20, prefixList: remoteFronts, metric },
        ],
      },
      permit(ibgpIn, remoteFronts),
      permit(ibgpOut, remoteFronts),
    ],
  };
}
