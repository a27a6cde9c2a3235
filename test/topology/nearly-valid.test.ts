import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadTopology } from '#topology/load.ts';
import { renderConfig } from '#vyos/render.ts';
import { paths, replaced } from './places.ts';

const examples = ['created', 'edge-tables', 'mixed', 'one-site-and-a-far-end', 'tokyo-virginia', 'original-2014'].map(
  (name): unknown =>
    parse(readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8'), { merge: true }),
);

const words = (text: string) => text.split(' ');
const addresses = words(
  '10.1.100.3 10.1.100.4 10.1.100.254 10.1.100.255 10.255.1.1 10.255.9.9 1.0.0.0 223.255.255.255 203.0.113.10 203.0.113.99 ' +
    '169.254.10.1 169.254.254.1 169.254.255.253 192.0.2.50',
);
const networks = words(
  '0.0.0.0/0 169.254.0.0/16 169.254.254.0/23 169.254.254.0/30 169.254.10.0/30 169.254.10.2/31 169.254.168.252/30 10.0.0.0/8 ' +
    '10.1.0.0/16 10.1.0.0/28 10.1.100.0/24 10.1.100.128/25 10.1.100.10/32 10.1.96.0/20 10.255.0.0/16 10.255.1.0/30 ' +
    '172.16.0.0/12 223.255.255.254/31 2001:db8::/56 pl-0a1b2c3d4e5f60031',
);

/** Values at the limits of each key, of which some are beyond. */
const LIMITS: Readonly<Record<string, readonly unknown[]>> = {
  network: networks,
  networks: [[networks[1]], ['172.16.0.0/12'], ['10.255.0.0/16']],
  frontSubnets: [['10.1.0.0/16'], ['10.1.100.0/24'], ['10.1.100.0/25', '10.1.200.7/32'], ['10.2.0.0/16']],
  subnet: networks,
  cidr: networks,
  address: addresses,
  publicAddress: addresses,
  loopback: addresses,
  gateway: addresses,
  firstTunnel: [0, 898, 899, 900],
  interface: ['eth0', 'eth999', 'eth1000'],
  asn: [1, 23456, 64512, 65002, 65100, 4_294_967_294, 4_294_967_295],
  vyos: ['1.1', '1.3', '1.4', '1.5'],
  profile: ['fast', 'original'],
  tunnelType: ['gre', 'vti'],
  bfd: [true, false, { interval: '10ms', multiplier: 255 }, { interval: '60s', multiplier: 2 }],
  detectors: [[], ['serf'], ['bfd'], ['vrrp'], ['serf', 'bfd', 'vrrp']],
  psk: ['/a/b', `/a/${'b'.repeat(1_008)}`, `/a/${'b'.repeat(1_009)}`],
  role: ['active', 'standby'],
  create: [true, false],
};

/** Keys that may stand at a place of this depth: a topology, a site, a router. */
const OPTIONAL: Readonly<Record<number, readonly string[]>> = {
  0: ['vyos', 'profile', 'tunnelType', 'bfd'],
  2: ['detectors'],
  4: ['vyos', 'firstTunnel', 'interface', 'gateway'],
};

/** A choice among any number of things. */
const choice = fc.nat({ max: 1_000_000 });
const from = <T>(things: readonly T[], number: number): T | undefined => things[number % things.length];

function withLimit(file: unknown, [place, added, value]: readonly [number, boolean, number]): unknown {
  const known = paths(file);
  const path = added
    ? from(
        known
          .filter(([first]) => first === undefined || first === 'sites')
          .flatMap((each) => (OPTIONAL[each.length] ?? []).map((key) => [...each, key])),
        place,
      )
    : from(
        known.filter((each) => (LIMITS[each.at(-1) ?? ''] ?? []).length > 0),
        place,
      );
  if (path === undefined) return file;
  return replaced(file, path, from(LIMITS[path.at(-1) ?? ''] ?? [], value));
}

interface FarEnds {
  readonly count: number;
  readonly numbered: boolean;
  readonly firstTunnel: number;
}

/** One; as many as take all networks of the pairs; as many as take the last tunnel number, and one more. */
const FAR_ENDS: readonly FarEnds[] = [
  { count: 1, numbered: false, firstTunnel: 0 },
  { count: 63, numbered: true, firstTunnel: 0 },
  { count: 100, numbered: false, firstTunnel: 899 },
  { count: 101, numbered: false, firstTunnel: 899 },
];

/** Far ends, so that each router has as many more tunnels; and, if asked for, tunnels to them in the networks of the pairs. */
function withFarEnds(file: unknown, { count, numbered, firstTunnel }: FarEnds): unknown {
  if (count === 0) return file;
  const farEnd = (index: number) => ({
    publicAddress: `198.18.0.${index}`,
    asn: 65100,
    networks: [`172.17.${index}.0/24`],
    loopback: `11.0.0.${index}`,
  });
  const farEnds = Array.from({ length: count }, (_, index) => [`office-${index}`, farEnd(index)] as const);
  const network = (index: number) => `169.254.${254 + (index >> 6)}.${4 * (index & 63)}/30`;
  const routers = paths(file).filter((path) => path.length === 4 && path[0] === 'sites' && path[2] === 'routers');
  const tunnels = Array.from({ length: 2 * count }, (_, index) => ({
    between: [from(routers, index)?.at(-1), `office-${index >> 1}`],
    ...(index < 128 && { network: network(index) }),
  }));
  const numberedFrom = replaced(file, [...(routers[0] ?? []), 'firstTunnel'], firstTunnel) as object;
  return { ...numberedFrom, farEnds: Object.fromEntries(farEnds), tunnels: numbered ? tunnels : undefined };
}

const nearlyValid = fc
  .record({
    example: choice,
    limits: fc.array(fc.tuple(choice, fc.boolean(), choice), { maxLength: 2 }),
    farEnds: fc.option(fc.constantFrom(...FAR_ENDS), { freq: 2, nil: { count: 0, numbered: false, firstTunnel: 0 } }),
  })
  .map(({ example, limits, farEnds }) => limits.reduce(withLimit, withFarEnds(from(examples, example), farEnds)));

test('a topology at its limits has mistakes, or a configuration for each of its routers', () => {
  let valid = 0;
  fc.assert(
    fc.property(nearlyValid, (file) => {
      const { topology } = loadTopology(stringify(file, { aliasDuplicateObjects: false }), 'nearly.yaml');
      if (topology === undefined) return;
      valid += 1;
      for (const { routers } of topology.sites)
        for (const { name } of [routers.active, routers.standby]) {
          const addresses = renderConfig(topology, name).lines.filter((line) =>
            /^set interfaces \S+ \S+ address /.test(line),
          );
          const interfaces = addresses.map((line) => line.split(' ')[3]);
          expect(new Set(interfaces).size).toBe(interfaces.length);
        }
    }),
    { numRuns: 150 },
  );
  expect(valid).toBeGreaterThan(0);
});
