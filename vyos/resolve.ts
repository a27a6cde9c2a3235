import type { Topology } from '#topology/topology.ts';
import { runsDetector } from './detectors.ts';
import { findRouter } from './find-router.ts';
import { frontsElsewhere } from './front-subnets.ts';
import { completeOptions, type RenderOptions } from './options.ts';
import { resolveBfd, resolveBgp } from './resolve-bgp.ts';
import { resolveIpsec } from './resolve-ipsec.ts';
import { resolveLinks } from './resolve-links.ts';
import { resolvePolicy } from './resolve-policy.ts';
import { resolveVrrp } from './resolve-vrrp.ts';
import type { Resolving } from './resolving.ts';
import type { RouterModel, StaticRoute } from './router-model.ts';
import { siteNotes } from './site-notes.ts';
import { greEnd, pairEnd, tunnelEnds } from './tunnel-ends.ts';
import { mayCallRespondTrap } from './versions/release.ts';

/**
 * All that one router's configuration says, ready to be written.
 *
 * @throws VyosConfigError for a router that is not in the topology, or a combination that no router can run
 */
export function resolveRouter(topology: Topology, name: string, options: RenderOptions = {}): RouterModel {
  const place = findRouter(topology, name);
  const settings = completeOptions(options, topology, place);
  const resolving: Resolving = {
    topology,
    place,
    settings,
    tunnels: tunnelEnds(topology, place),
    pair: settings.profile === 'fast' ? pairEnd(topology, place) : undefined,
  };
  return {
    vyos: settings.vyos,
    profile: settings.profile,
    hostName: name,
    loopback: `${place.router.loopback}/32`,
    links: resolveLinks(resolving),
    ipsec: resolveIpsec(resolving),
    bfd: resolveBfd(resolving),
    bgp: resolveBgp(resolving),
    vrrp: resolveVrrp(resolving),
    ...resolvePolicy(resolving),
    staticRoutes: resolveStaticRoutes(resolving),
    notes: notes(resolving),
  };
}

function resolveStaticRoutes({ place, settings, tunnels }: Resolving): StaticRoute[] {
  const fronts = frontsElsewhere(place).map((prefix) => ({ prefix, nextHop: place.router.gateway }));
  // charon's own table (220) comes first while the SA is there. When it is not, the tunnel's outer packets would leave
  // in clear by the default route.
  const outer =
    settings.profile === 'fast' && settings.tunnels === 'gre'
      ? tunnels.map(({ remote }) => ({ prefix: `${greEnd(remote)}/32`, nextHop: undefined }))
      : [];
  return [...fronts, ...outer];
}

function notes(resolving: Resolving): string[] {
  const { place, settings } = resolving;
  return [
    ...subnetNotes(resolving),
    ...vrrpNotes(resolving),
    ...siteNotes(place.site, settings.profile),
    ...releaseNotes(resolving),
  ];
}

/** A branch alone stands for its first releases. */
function releaseNotes({ settings, tunnels, place: { router } }: Resolving): string[] {
  const { vyos, profile, tunnels: kind } = settings;
  const callsOnTraffic = profile === 'fast' && kind === 'gre' && tunnels.some(({ initiates }) => !initiates);
  if (!mayCallRespondTrap(vyos) || !callsOnTraffic) return [];
  return [
    `${router.name}: connection-type respond is what the first releases of VyOS 1.5 take; newer ones call it trap. ` +
      'config push asks the router; to set it by hand write config render --vyos with what `show version` says.',
  ];
}

function vrrpNotes({ settings, place: { router, site } }: Resolving): string[] {
  if (!site.detectors.includes('vrrp') || runsDetector('vrrp', settings)) return [];
  return [
    `${router.name} has no VRRP: VyOS ${settings.vyos.name} cannot send it to one address, and a VPC carries no multicast. ` +
      'The other detectors have to do.',
  ];
}

function subnetNotes({ settings, place: { router, partner } }: Resolving): string[] {
  if (settings.profile === 'fast' || router.subnet === partner.subnet) return [];
  return [
    `${router.name} and ${partner.name} are in two subnets, and profile original forwards between them over the VPC, ` +
      'whose own router looks at its route tables and not at the next hop: traffic for another site is lost there ' +
      'unless the tables of both subnets point it at the other router. One subnet for both, or profile fast, avoids it.',
  ];
}
