import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkTunnelNetworks } from '#topology/checks/tunnel-networks.ts';
import { draftOf } from '#topology/draft.ts';
import { loadTopology } from '#topology/load.ts';
import { renderConfig } from '#vyos/render.ts';
import { load, siteFile } from './files.ts';

const faults = (file: object) => (loadTopology(stringify(file), 'test.yaml').mistakes ?? []).map(({ fault }) => fault);

/** One /30 of 169.254.254.0/23. */
const ofPairs = (index: number) => `169.254.${254 + (index >> 6)}.${4 * (index & 63)}/30`;

/** Tunnels of one site to far ends, two to each, of which the first have networks of 169.254.254.0/23. */
function oneSite(numbered: number) {
  const farEnd = (index: number) => ({
    publicAddress: `198.18.0.${index}`,
    asn: 65100,
    networks: [`172.16.${index}.0/24`],
    loopback: `11.0.0.${index}`,
  });
  const farEnds = Array.from({ length: 64 }, (_, index) => [`office-${index}`, farEnd(index)] as const);
  const tunnels = Array.from({ length: 128 }, (_, index) => ({
    between: [`tokyo-${1 + (index % 2)}`, `office-${index >> 1}`],
    ...(index < numbered && { network: ofPairs(index) }),
  }));
  return { name: 'one-site', sites: { tokyo: siteFile('tokyo', 1) }, farEnds: Object.fromEntries(farEnds), tunnels };
}

test('tunnels leave two networks of 169.254.254.0/23 to the routers of a pair', () => {
  const { lines } = renderConfig(load(oneSite(125)), 'tokyo-1');
  expect(lines).toContain('set interfaces tunnel tun1000 address 169.254.255.245/30');
  expect(faults(oneSite(126))).toEqual([
    'tunnels and loopbacks use all of 169.254.254.0/23, of which the routers of a pair need two networks of /30',
  ]);
});

test('tunnels without a network need what loopbacks leave of link-local', () => {
  const farEnd = (index: number) => ({ loopback: `169.254.${10 + (index >> 6)}.${4 * (index & 63) + 1}` });
  const farEnds = Array.from({ length: 6_000 }, (_, index) => [`office-${index}`, farEnd(index)] as const);
  // The file would have nearly as many bytes as a file may have.
  const faultsWith = (count: number) => {
    const tunnels = Array.from({ length: count }, () => ({ between: [] }));
    return checkTunnelNetworks(draftOf({ farEnds: Object.fromEntries(farEnds), tunnels }, () => 1));
  };
  expect(faultsWith(9_552)).toEqual([]);
  expect(faultsWith(9_553).map(({ fault }) => fault)).toEqual([
    'tunnels and loopbacks use so much of 169.254.0.0/16 that 9553 tunnels cannot be assigned networks',
  ]);
});
