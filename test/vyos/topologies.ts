import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { loadTopology } from '#topology/load.ts';
import type { Role, Router, Site, Topology, Tunnel } from '#topology/topology.ts';

export function example(name: string): Topology {
  const file = new URL(`../../examples/${name}.yaml`, import.meta.url);
  const { topology, mistakes } = loadTopology(readFileSync(file, 'utf8'), `${name}.yaml`);
  if (topology === undefined) throw new Error(`${name}.yaml has mistakes: ${JSON.stringify(mistakes)}`);
  return topology;
}

export const examples = ['tokyo-virginia', 'original-2014', 'ipv6-and-prefix-lists'].map(example);

export function routersOf({ sites }: Pick<Topology, 'sites'>): Router[] {
  return sites.flatMap(({ routers }) => [routers.active, routers.standby]);
}

/** Any topology that the loader would let through, as far as it matters to the routers. */
export const anyTopology: fc.Arbitrary<Topology> = fc
  .record({
    sites: fc.array(
      fc.record({
        fronts: fc.integer({ min: 1, max: 4 }),
        oneSubnet: fc.boolean(),
        inFront: fc.boolean(),
        swapped: fc.boolean(),
      }),
      { minLength: 2, maxLength: 4 },
    ),
    // For each two routers of different sites, of which four sites have 24.
    picks: fc.array(fc.record({ joined: fc.boolean(), turned: fc.boolean(), prefix: fc.constantFrom(30, 31) }), {
      minLength: 24,
      maxLength: 24,
    }),
  })
  .map(({ sites: shapes, picks }) => {
    const sites = shapes.map((shape, index) => site(index + 1, shape));
    const routers = routersOf({ sites });
    const pairs = routers.flatMap((a, index) =>
      routers.slice(index + 1).flatMap((b) => (a.site === b.site ? [] : [[a.name, b.name] as const])),
    );
    const tunnels = pairs.flatMap(([a, b], index): Tunnel[] => {
      const { joined, turned, prefix } = picks[index] ?? { joined: true, turned: false, prefix: 30 };
      if (!joined && index > 0) return [];
      const network = `169.254.${10 + Math.floor(index / 64)}.${4 * (index % 64)}/${prefix}`;
      return [{ between: turned ? [b, a] : [a, b], network, psk: `/vyos-failover/any/psk/${a}--${b}` }];
    });
    return {
      name: 'any',
      vyos: '1.4',
      profile: 'fast',
      tunnelType: 'gre' as const,
      bfd: { intervalMs: 300, multiplier: 3 },
      account: undefined,
      terminationProtection: false,
      ssmAgent: undefined,
      sites,
      farEnds: [],
      tunnels,
    };
  });

function site(number: number, shape: { fronts: number; oneSubnet: boolean; inFront: boolean; swapped: boolean }): Site {
  const router = (role: Role, last: number): Router => {
    const third = shape.oneSubnet ? 100 : 100 + last;
    return {
      name: `site${number}-${last}`,
      site: `site${number}`,
      role,
      vyos: '1.4',
      creation: undefined,
      instance: undefined,
      instanceRole: undefined,
      eni: `eni-0a1b2c3d4e5f600${number}${last}`,
      interface: 'eth0',
      firstTunnel: 0,
      subnet: `10.${number}.${third}.0/24`,
      address: `10.${number}.${third}.${10 + last}`,
      gateway: `10.${number}.${third}.1`,
      publicAddress: `203.0.113.${10 * number + last}`,
      loopback: `10.255.${number}.${last}`,
    };
  };
  return {
    name: `site${number}`,
    region: 'ap-northeast-1',
    asn: 65_000 + number,
    vpc: { create: false, id: `vpc-0a1b2c3d4e5f6000${number % 10}`, cidrs: [`10.${number}.0.0/16`] },
    frontSubnets: [
      ...Array.from({ length: shape.fronts }, (_, index) => `10.${number}.${index}.0/24`),
      // The subnet in which both routers, or one of them, stand.
      ...(shape.inFront ? [`10.${number}.${shape.oneSubnet ? 100 : 101}.0/24`] : []),
    ],
    routers: { active: router('active', shape.swapped ? 2 : 1), standby: router('standby', shape.swapped ? 1 : 2) },
    routeTables: [],
    createRoutes: false,
    detectors: ['serf', 'bfd'],
    confirmMs: 300,
    reservedConcurrency: 20,
    dashboard: true,
    policy: { prefer: 'availability', mode: 'automatic', holdDownMs: 300_000, maxSwapsPerHour: 3, evacuate: 'manual' },
    notify: { email: [], slack: undefined },
  };
}
