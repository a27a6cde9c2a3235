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
 * The model of one router's configuration.
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
  // While the SA exists, charon's table (220) has precedence. Without the SA the outer packets of the tunnel would leave
  // unencrypted by the default route.
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

/** A branch alone means its first releases. */
function releaseNotes({ settings, tunnels, place: { router } }: Resolving): string[] {
  const { vyos, profile, tunnels: kind } = settings;
  const callsOnTraffic = profile === 'fast' && kind === 'gre' && tunnels.some(({ initiates }) => !initiates);
  if (!mayCallRespondTrap(vyos) || !callsOnTraffic) return [];
  return [
    `${router.name}: the first releases of VyOS 1.5 use connection-type respond; newer ones use trap. ` +
      'config push reads the release from the router; for manual entry use config render --vyos VERSION, as `show version` prints it.',
  ];
}

function vrrpNotes({ settings, place: { router, site } }: Resolving): string[] {
  if (!site.detectors.includes('vrrp') || runsDetector('vrrp', settings)) return [];
  return [
    `${router.name} gets no VRRP configuration: VyOS ${settings.vyos.name} has no unicast VRRP, and a VPC does not carry multicast. ` +
      'The other detectors remain.',
  ];
}

function subnetNotes({ settings, place: { router, partner } }: Resolving): string[] {
  if (settings.profile === 'fast' || router.subnet === partner.subnet) return [];
  return [
    `${router.name} and ${partner.name} are in different subnets, and profile original forwards between them over the VPC. ` +
      'The VPC router uses its route tables, not the next hop: traffic for another site is lost unless the tables of both ' +
      'subnets point it at the other router. To avoid this, put both routers into one subnet, or use profile fast.',
  ];
}
