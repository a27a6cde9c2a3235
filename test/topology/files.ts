/** Topology files for tests: as plain values, so that a test can change one thing and write them as YAML. */
import { stringify } from 'yaml';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { TopologyFile } from '#topology/schema.ts';
import type { Topology } from '#topology/topology.ts';

export type Loose = { [key: string]: Loose } | Loose[] | string | number | boolean | null | undefined;

/** A router with only the keys that must be there. */
export function routerFile(role: 'active' | 'standby', site: number, router: number) {
  return {
    role,
    instance: `i-0000${site}00${router}`,
    eni: `eni-0000${site}00${router}`,
    subnet: `10.${site}.10${router}.0/24`,
    address: `10.${site}.10${router}.10`,
    publicAddress: `203.0.${site}.${router}`,
    loopback: `10.255.${site}.${router}`,
  };
}

/** A site (numbered 1 to 9) with only the keys that must be there. */
export function siteFile(name: string, number: number) {
  return {
    region: 'ap-northeast-1',
    asn: 65000 + number,
    vpc: { id: `vpc-0000000${number}`, cidr: `10.${number}.0.0/16` },
    frontSubnets: [`10.${number}.0.0/20`],
    instanceRole: `${name}-router`,
    routers: { [`${name}-1`]: routerFile('active', number, 1), [`${name}-2`]: routerFile('standby', number, 2) },
    routeTables: [`rtb-0000000${number}`],
  };
}

/** Two sites with only the keys that must be there, and what the test adds on top. */
export function twoSites(more: { [key: string]: Loose } = {}) {
  return { name: 'two-sites', sites: { tokyo: siteFile('tokyo', 1), virginia: siteFile('virginia', 2) }, ...more };
}

/** The topology of a file that has to be right. */
export function load(file: object): Topology {
  const { topology, mistakes } = loadTopology(stringify(file), 'test.yaml');
  if (topology === undefined) throw new Error(renderMistakes(mistakes));
  return topology;
}

/** A topology written out again, with nothing left to a default. */
export function fileOf({ sites, bfd, farEnds, ...topology }: Topology): TopologyFile {
  const settings = { interval: `${bfd.intervalMs}ms`, multiplier: bfd.multiplier };
  return {
    ...topology,
    // Profile original has no BFD to set.
    ...(topology.profile === 'fast' && { bfd: settings }),
    sites: Object.fromEntries(
      sites.map(({ name, routers: { active, standby }, vpc, policy, ...site }) => [
        name,
        {
          region: site.region,
          asn: site.asn,
          frontSubnets: [...site.frontSubnets],
          detectors: [...site.detectors],
          confirm: `${site.confirmMs}ms`,
          reservedConcurrency: site.reservedConcurrency,
          dashboard: site.dashboard,
          routeTables: site.routeTables.map(({ id, destinations, edge }) => ({
            id,
            destinations: [...destinations],
            edge,
          })),
          vpc: { ...vpc, cidrs: [...vpc.cidrs] },
          policy: {
            prefer: policy.prefer,
            mode: policy.mode,
            evacuate: policy.evacuate,
            holdDown: `${policy.holdDownMs / 1000}s`,
            maxSwapsPerHour: policy.maxSwapsPerHour,
          },
          routers: Object.fromEntries(
            [active, standby].map(({ name: router, site: _site, ...keys }) => [router, keys]),
          ),
        },
      ]),
    ),
    farEnds: Object.fromEntries(
      farEnds.map(({ name, networks, ...farEnd }) => [name, { ...farEnd, networks: [...networks] }]),
    ),
    tunnels: topology.tunnels.map(({ between, network, psk }) => ({ between: [...between], network, psk })),
  };
}
