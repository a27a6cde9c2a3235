/** The ingress rules that a pair needs: for the tunnels, between the two routers, and from the VPC. */
import { isWithin } from '#topology/networks.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { runsDetector } from './detectors.ts';
import { findRouter } from './find-router.ts';
import { releaseOf } from './options.ts';
import { tunnelEnds } from './tunnel-ends.ts';
import { abilitiesOf } from './versions/abilities.ts';

/** An ingress rule. Egress is open by default; see docs/security-groups.md. */
export interface IngressRule {
  /** `tcp`, `udp`, or an IP protocol's number; `-1` is all of them. */
  readonly protocol: string;
  /** Undefined where the protocol has no ports. */
  readonly port: number | undefined;
  /** IPv4 CIDR. */
  readonly source: string;
  readonly why: string;
}

export interface RouterRules {
  readonly router: string;
  readonly site: string;
  readonly region: string;
  /** Its interface, whose security groups these rules belong in; undefined: it does not exist yet. */
  readonly eni: string | undefined;
  readonly rules: readonly IngressRule[];
}

/** For each router of a site, the active one first. */
export function securityGroups(topology: Topology, site: Site): RouterRules[] {
  return [site.routers.active, site.routers.standby].map((router) => ({
    router: router.name,
    site: site.name,
    region: site.region,
    eni: router.eni,
    rules: [...tunnelRules(topology, router), ...pairRules(topology, router), ...vpcRules(site)],
  }));
}

/** AWS translates the addresses of both ends, so ESP travels in UDP 4500. A far end may have no NAT (see `Abilities.espInUdp`). */
function tunnelRules(topology: Topology, router: Router): IngressRule[] {
  const { espInUdp } = abilitiesOf(router.vyos);
  const remotes = tunnelEnds(topology, findRouter(topology, router.name)).map(({ remote }) => remote);
  const rules = new Map(remotes.map(({ name, publicAddress }) => [publicAddress, name]));
  return [...rules].flatMap(([address, name]) => {
    const source = `${address}/32`;
    return [
      { protocol: 'udp', port: 500, source, why: `IKE from ${name}` },
      { protocol: 'udp', port: 4500, source, why: `IKE and ESP from ${name}, through NAT` },
      ...(espInUdp ? [] : [{ protocol: '50', port: undefined, source, why: `ESP from ${name}` }]),
    ];
  });
}

function pairRules(topology: Topology, router: Router): IngressRule[] {
  const { partner, site } = findRouter(topology, router.name);
  const source = `${partner.address}/32`;
  const runs = (detector: 'serf' | 'bfd' | 'vrrp') =>
    site.detectors.includes(detector) &&
    runsDetector(detector, { profile: topology.profile, vyos: releaseOf(router.vyos) });
  const fast = topology.profile === 'fast';
  const rule = (protocol: string, port: number | undefined, why: string): IngressRule => ({
    protocol,
    port,
    source,
    why,
  });
  return [
    rule('tcp', 179, `BGP of ${partner.name}; confirmation probe of the reporter`),
    rule(
      'tcp',
      7946,
      runs('serf')
        ? `Serf of ${partner.name}; confirmation probe of the reporter`
        : `confirmation probe of the reporter on ${partner.name}`,
    ),
    ...(runs('serf') ? [rule('udp', 7946, `Serf of ${partner.name}`)] : []),
    ...(runs('bfd') ? [rule('udp', 3784, `BFD of ${partner.name}, if it does not use the GRE link`)] : []),
    ...(fast
      ? [rule('47', undefined, `GRE of ${partner.name}: the link of the pair, which carries iBGP and BFD`)]
      : []),
    ...(runs('vrrp') ? [rule('112', undefined, `VRRP of ${partner.name}`)] : []),
  ];
}

/**
 * Traffic through the pair: from the front subnets; from the whole VPC if a table routes traffic between its subnets through the
 * pair; and from anywhere if a gateway table routes incoming traffic to the pair.
 */
function vpcRules({ vpc, frontSubnets, routeTables }: Site): IngressRule[] {
  const all = (source: string, why: string) => ({ protocol: '-1', port: undefined, source, why });
  if (routeTables.some(({ edge }) => edge))
    return [
      all(
        '0.0.0.0/0',
        'traffic that a gateway route table routes to the pair; filter it on the routers, or narrow this rule',
      ),
    ];
  const inside = routeTables.some(({ destinations }) =>
    destinations.some((destination) => vpc.cidrs.some((cidr) => isWithin(destination, cidr))),
  );
  return (inside ? vpc.cidrs : frontSubnets).map((source) =>
    all(source, 'traffic that route tables route to the pair'),
  );
}
