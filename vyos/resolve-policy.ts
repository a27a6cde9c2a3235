import { farEndNetworks, isInFront } from './front-subnets.ts';
import { farEndNames, fastNames, originalNames } from './policy-names.ts';
import { standbyMetric } from './profile-values.ts';
import type { Resolving } from './resolving.ts';
import type { PrefixList, RouteMap } from './router-model.ts';

interface Policy {
  readonly prefixLists: readonly PrefixList[];
  readonly routeMaps: readonly RouteMap[];
}

/** The filters of announced and accepted routes. */
export function resolvePolicy(resolving: Resolving): Policy {
  const own = resolving.settings.profile === 'original' ? originalPolicy(resolving) : fastPolicy(resolving);
  const farEnds = farEndPolicy(resolving);
  return {
    prefixLists: [...own.prefixLists, ...farEnds.prefixLists],
    routeMaps: [...own.routeMaps, ...farEnds.routeMaps],
  };
}

const permit = (name: string, prefixList: string): RouteMap => ({
  name,
  rules: [{ number: 10, prefixList, metric: undefined }],
});

/**
 * A far end is an external router: only its own networks are accepted from it, and no networks of another far end are announced
 * to it. No traffic passes between two far ends through this network.
 */
function farEndPolicy({ topology, place, settings, tunnels }: Resolving): Policy {
  const farEnds = tunnels.flatMap(({ remote: { name, networks } }) =>
    networks === undefined ? [] : [{ name, networks }],
  );
  if (farEnds.length === 0) return { prefixLists: [], routeMaps: [] };
  const { ownFronts, siteFronts, farEndOut } = fastNames;
  const metric = place.router.role === 'standby' ? standbyMetric : 0;
  const sites = otherFronts(topology, place.site);
  const lists = [ownFronts, ...(sites.length === 0 ? [] : [siteFronts])];
  const out = {
    name: farEndOut,
    rules: lists.map((prefixList, index) => ({ number: 10 * (index + 1), prefixList, metric })),
  };
  const isFast = settings.profile === 'fast';
  return {
    prefixLists: [
      ...(isFast && sites.length > 0 ? [{ name: siteFronts, prefixes: sites }] : []),
      ...farEnds.map(({ name, networks }) => ({ name: farEndNames(name).prefixes, prefixes: networks })),
    ],
    routeMaps: [
      ...(isFast ? [out] : []),
      ...farEnds.map(({ name }) => permit(farEndNames(name).importMap, farEndNames(name).prefixes)),
    ],
  };
}

function otherFronts({ sites }: Resolving['topology'], { name }: Resolving['place']['site']): string[] {
  return sites.filter((site) => site.name !== name).flatMap(({ frontSubnets }) => frontSubnets);
}

/** Filters only the redistribution of the router's own routes; all routes of neighbors are accepted. */
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
 * Only front subnets pass, in either direction: no default route is announced (VyOS 1.4 makes a static one from DHCP), no
 * loopback is learned through the tunnel that it carries, and no other site can announce this site's networks.
 *
 * Other sites' front subnets are passed on: if two sites have no working tunnel, traffic goes through a third. The longer AS
 * path makes this the last choice.
 */
function fastPolicy({ topology, place }: Resolving): Policy {
  const { router, site } = place;
  const { ownFronts, remoteFronts, staticMap, connectMap, ebgpIn, ebgpOut, ibgpIn, ibgpOut } = fastNames;
  const metric = router.role === 'standby' ? standbyMetric : 0;
  const remote = [...otherFronts(topology, site), ...farEndNetworks(topology)];
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
