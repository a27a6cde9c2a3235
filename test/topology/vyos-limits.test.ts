import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadTopology } from '#topology/load.ts';
import { renderConfig } from '#vyos/render.ts';
import { load, twoSites } from './files.ts';

const dotted = (first: number, index: number, last: number) => `${first}.${index >> 8}.${index & 255}.${last}`;

/** Two sites whose tables have destinations of their own, and far ends with one network each. */
function withFarEnds(count: number, firstTunnel = 0) {
  const { sites, ...file } = twoSites();
  const farEnd = (index: number) => ({
    publicAddress: dotted(198, index, 1),
    asn: 65100,
    networks: [`${dotted(172, index, 0)}/24`],
    loopback: dotted(11, index, 1),
  });
  const farEnds = Array.from({ length: count }, (_, index) => [`office-${index}`, farEnd(index)] as const);
  const routeTables = [{ id: 'rtb-00000001', destinations: ['0.0.0.0/0'] }];
  const { tokyo, virginia } = sites;
  const routers = Object.fromEntries(
    Object.entries(tokyo.routers).map(([name, router]) => [name, { ...router, firstTunnel }]),
  );
  return {
    ...file,
    sites: {
      tokyo: { ...tokyo, routers, routeTables },
      virginia: { ...virginia, routeTables: [{ id: 'rtb-00000002', destinations: ['0.0.0.0/0'] }] },
    },
    farEnds: Object.fromEntries(farEnds),
  };
}

const faults = (file: object) => (loadTopology(stringify(file), 'test.yaml').mistakes ?? []).map(({ fault }) => fault);

test('a router has as many tunnels as there are numbers below that of the pair’s link', () => {
  const topology = load(withFarEnds(100, 899));
  expect(renderConfig(topology, 'tokyo-1').lines).toContain('set interfaces tunnel tun999 mtu 1414');
  expect(faults(withFarEnds(101, 899))).toEqual([
    'tokyo-1 has 102 tunnels from number 899 up; tunnel numbers end at 999',
    'tokyo-2 has 102 tunnels from number 899 up; tunnel numbers end at 999',
  ]);
});

test('more default tunnels than there are networks for are a mistake', () => {
  expect(faults(withFarEnds(4_000))).toContain('by default there would be 16002 tunnels; a topology has at most 10000');
});

test('a prefix list has no more networks than VyOS has numbers for its rules', () => {
  const { sites, ...file } = withFarEnds(0);
  const withFronts = (count: number) => {
    const frontSubnets = Array.from({ length: count }, (_, index) => `10.1.${index >> 7}.${(index & 127) * 2}/31`);
    return { ...file, farEnds: {}, sites: { ...sites, tokyo: { ...sites.tokyo, frontSubnets } } };
  };
  expect(renderConfig(load(withFronts(6_553)), 'tokyo-1').lines).toContain(
    'set policy prefix-list front-own rule 65530 action permit',
  );
  expect(faults(withFronts(6_554))).toEqual([
    'a router would have a prefix list of 6554 networks; VyOS numbers the rules of at most 6553',
  ]);
});
