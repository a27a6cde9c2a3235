import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Site, Topology, VyosVersion } from '#topology/topology.ts';
import type { RenderOptions } from '#vyos/options.ts';
import { renderConfig } from '#vyos/render.ts';
import { resolveRouter } from '#vyos/resolve.ts';
import type { IpsecPeer } from '#vyos/router-model.ts';
import { routerSecrets } from '#vyos/router-secrets.ts';
import { anyTopology, example, routersOf } from './topologies.ts';

const tokyoVirginia = example('tokyo-virginia');

const anyOptions: fc.Arbitrary<RenderOptions> = fc.oneof(
  fc.record({ profile: fc.constant('original' as const), vyos: anyVersion('1.1') }),
  fc.record({
    profile: fc.constant('fast' as const),
    vyos: anyVersion('1.3'),
    tunnels: fc.constantFrom('gre' as const, 'vti' as const),
  }),
);

function anyVersion(since: '1.1' | '1.3'): fc.Arbitrary<VyosVersion> {
  return fc.constantFrom(...(['1.1', '1.3', '1.4', '1.5'] as const).filter((version) => version >= since));
}

describe('a front subnet that overlaps the router’s own subnet', () => {
  const tokyoWith = (front: string) => ({
    ...tokyoVirginia,
    sites: tokyoVirginia.sites.map((site) => (site.name === 'tokyo' ? { ...site, frontSubnets: [front] } : site)),
  });
  const routes = (front: string, options: RenderOptions) =>
    renderConfig(tokyoWith(front), 'tokyo-1', options).lines.filter(
      (line) => line.includes(` ${front}`) && !line.includes(' prefix-list ') && !line.includes('blackhole'),
    );

  test.each<[string, RenderOptions, string]>([
    ['10.1.100.0/25', { profile: 'fast' }, 'address-family ipv4-unicast network 10.1.100.0/25'],
    ['10.1.100.128/25', { profile: 'fast', vyos: '1.3' }, 'address-family ipv4-unicast network 10.1.100.128/25'],
    ['10.1.100.0/25', { profile: 'original', vyos: '1.1' }, 'network 10.1.100.0/25 route-map routemap-static-to-bgp'],
  ])('as a part of it is announced, with no static route that would not be resolved: %s %o', (front, options, line) => {
    expect(routes(front, options)).toEqual([expect.stringMatching(new RegExp(`^set protocols bgp (\\d+ )?${line}$`))]);
  });

  test('and is larger has its static route', () => {
    expect(routes('10.1.96.0/20', {})).toEqual(['set protocols static route 10.1.96.0/20 next-hop 10.1.100.1']);
  });
});

describe('in any topology, version and profile', () => {
  test('the two ends of every tunnel agree', () => {
    fc.assert(
      fc.property(anyTopology, anyOptions, (topology, options) => {
        for (const { between, psk } of topology.tunnels) {
          const [a, b] = between.map((name) => ({ name, model: resolveRouter(topology, name, options) }));
          if (a === undefined || b === undefined) throw new Error('a tunnel without ends');
          for (const [here, there] of [
            [a, b],
            [b, a],
          ] as const) {
            const peer = here.model.ipsec.peers.find(({ name }) => name === there.name);
            const back = there.model.ipsec.peers.find(({ name }) => name === here.name);
            expect(peer?.psk).toBe(psk);
            expect(peer?.remoteAddress).toBe(back?.localId);
            expect(selectors(peer)).toEqual(selectors(back).toReversed());
            const onTraffic = options.tunnels === 'vti' ? [] : ['on-traffic'];
            const initiates = options.profile === 'fast' ? ['at-start', ...onTraffic] : [undefined];
            expect(new Set([peer?.initiates, back?.initiates])).toEqual(new Set(initiates));
            const neighbor = here.model.bgp.neighbors.find(({ address }) =>
              there.model.links.some((link) => link.address.startsWith(`${address}/`) && isTunnel(link.interface)),
            );
            expect(neighbor?.remoteAs).toBe(there.model.bgp.asn);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('no command is repeated, and no address or interface has two uses on a router', () => {
    fc.assert(
      fc.property(anyTopology, anyOptions, (topology, options) => {
        for (const { name } of routersOf(topology)) {
          const { lines } = renderConfig(topology, name, options);
          expect(new Set(lines).size).toBe(lines.length);
          const { links, bgp } = resolveRouter(topology, name, options);
          const addresses = [
            ...links.map(({ address }) => address.split('/')[0]),
            ...bgp.neighbors.map((n) => n.address),
          ];
          expect(new Set(addresses).size).toBe(addresses.length);
          expect(new Set(links.map((link) => link.interface)).size).toBe(links.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('keys appear by name only, exactly those that the router may fetch for its tunnels', () => {
    fc.assert(
      fc.property(anyTopology, anyOptions, (topology, options) => {
        for (const { name } of routersOf(topology)) {
          const { lines, secrets } = renderConfig(topology, name, options);
          const tunnels = routerSecrets(topology, name).filter(({ use }) => use === 'tunnel');
          expect([...secrets].toSorted()).toEqual(tunnels.map((secret) => secret.name).toSorted());
          const keyLines = lines.filter(
            (line) => / (secret|pre-shared-secret) (?!$)/.test(line) && !line.includes(' mode '),
          );
          expect(keyLines.length).toBeGreaterThanOrEqual(secrets.length);
          for (const line of keyLines) expect(line).toMatch(/ '\{\{ssm:\/[^']+\}\}'$/);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('profile fast: only front subnets are announced or accepted, no default route, no loopback, no own network', () => {
    fc.assert(
      fc.property(anyTopology, anyVersion('1.3'), (topology, vyos) => {
        for (const site of topology.sites) {
          const { name } = site.routers.active;
          const { prefixLists, routeMaps, bgp } = resolveRouter(topology, name, { profile: 'fast', vyos });
          const permitted = (map: string | undefined) =>
            routeMaps
              .filter((each) => each.name === map)
              .flatMap(({ rules }) => rules.map((rule) => rule.prefixList))
              .flatMap((list) => prefixLists.filter((each) => each.name === list).flatMap(({ prefixes }) => prefixes));
          const others = topology.sites.filter((other) => other !== site).flatMap(({ frontSubnets }) => frontSubnets);
          for (const { importMap, exportMap, remoteAs } of bgp.neighbors) {
            expect(permitted(importMap).toSorted()).toEqual(others.toSorted());
            const mine = remoteAs === site.asn ? [] : site.frontSubnets;
            expect(permitted(exportMap).toSorted()).toEqual([...mine, ...others].toSorted());
          }
          expect(bgp.networks).toEqual([]);
          expect(permitted(bgp.redistributeStatic)).toEqual(site.frontSubnets);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('BGP has update-source on tunnels, and never on the pair’s session, which FRR 10.2.2 and 10.3.0 would not start', () => {
    fc.assert(
      fc.property(anyTopology, anyOptions, (topology, options) => {
        for (const { name } of routersOf(topology)) {
          const { lines } = renderConfig(topology, name, options);
          const { links, bgp } = resolveRouter(topology, name, options);
          const sources = bgp.neighbors.map(({ address }) =>
            lines.find((line) => line.includes(` neighbor ${address} update-source `))?.replace(/.* /, ''),
          );
          const tunnels = links.map((link) => link.interface).filter(isTunnel);
          expect(sources).toEqual([...tunnels, undefined]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('every front subnet is announced: by a static route, or as the router’s own subnet', () => {
    fc.assert(
      fc.property(anyTopology, anyOptions, (topology, options) => {
        for (const site of topology.sites) {
          for (const router of [site.routers.active, site.routers.standby]) {
            const { staticRoutes, bgp, routeMaps, prefixLists } = resolveRouter(topology, router.name, options);
            const permits = (map: string | undefined, prefix: string) =>
              routeMaps
                .filter(({ name }) => name === map)
                .flatMap(({ rules }) => rules.map(({ prefixList }) => prefixList))
                .some((list) => prefixLists.some(({ name, prefixes }) => name === list && prefixes.includes(prefix)));
            for (const front of site.frontSubnets) {
              const own = front === router.subnet;
              expect(staticRoutes.some(({ prefix }) => prefix === front)).toBe(!own);
              const network = bgp.networks.find(({ prefix }) => prefix === front);
              const map = own ? (network?.routeMap ?? bgp.redistributeConnected) : bgp.redistributeStatic;
              expect([front, permits(map, front)]).toEqual([front, true]);
            }
            // Nothing else that is connected gets out.
            const mayBeConnected = site.frontSubnets.includes(router.subnet);
            expect(mayBeConnected || bgp.redistributeConnected === undefined).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('profile fast: every BGP neighbor has BFD, also the other router of the pair', () => {
    fc.assert(
      fc.property(anyTopology, (topology) => {
        for (const { name } of routersOf(topology)) {
          const { bgp, bfd } = resolveRouter(topology, name, { profile: 'fast' });
          expect(bgp.neighbors.map(({ address }) => address)).toEqual(bfd?.peers);
          expect(bgp.neighbors.every((neighbor) => neighbor.bfd)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('profile fast: the pair has a link of its own, outside every tunnel network, for either active router', () => {
    fc.assert(
      fc.property(anyTopology, (topology) => {
        for (const { routers } of topology.sites) {
          const [a, b] = [routers.active, routers.standby].map(({ name }) => pairLink(topology, name));
          expect([a?.gre?.source, a?.gre?.remote]).toEqual([b?.gre?.remote, b?.gre?.source]);
          expect(new Set([a?.address, b?.address])).toEqual(new Set(['169.254.254.1/30', '169.254.254.2/30']));
        }
        const swapped = {
          ...topology,
          sites: topology.sites.map((site) => ({ ...site, routers: turned(site.routers) })),
        };
        const { name } = topology.sites[0]?.routers.active ?? { name: '' };
        expect(pairLink(swapped, name)).toEqual(pairLink(topology, name));
      }),
      { numRuns: 30 },
    );
  });
});

test('the standby announces with metric 100, the active with 0, so that other sites prefer the active', () => {
  const metrics = (name: string) =>
    renderConfig(tokyoVirginia, name).lines.filter((line) => line.includes(' set metric '));
  expect(metrics('tokyo-1')).toEqual([
    'set policy route-map ebgp-out rule 10 set metric 0',
    'set policy route-map ebgp-out rule 20 set metric 0',
  ]);
  expect(metrics('tokyo-2')).toEqual([
    'set policy route-map ebgp-out rule 10 set metric 100',
    'set policy route-map ebgp-out rule 20 set metric 100',
  ]);
});

test('the link of the pair avoids the network of a tunnel', () => {
  const [first, ...rest] = tokyoVirginia.tunnels;
  if (first === undefined) throw new Error('an example without tunnels');
  const topology = { ...tokyoVirginia, tunnels: [{ ...first, network: '169.254.254.0/30' }, ...rest] };
  expect(pairLink(topology, 'tokyo-1')?.address).toBe('169.254.254.5/30');
});

test('the link of the pair avoids a loopback', () => {
  const { sites, ...rest } = tokyoVirginia;
  const moved = sites.map(({ routers: { active, standby }, ...site }, index) => ({
    ...site,
    routers: { active: { ...active, loopback: `169.254.254.${index === 0 ? 1 : 6}` }, standby },
  }));
  expect(pairLink({ ...rest, sites: moved }, 'tokyo-1')?.address).toBe('169.254.254.9/30');
});

test('a tunnel’s two ends have the usable addresses of its network, also of a /31', () => {
  const [first, ...rest] = tokyoVirginia.tunnels;
  if (first === undefined) throw new Error('an example without tunnels');
  const ends = (network: string) =>
    ['tokyo-1', 'virginia-1'].map((name) => {
      const topology = { ...tokyoVirginia, tunnels: [{ ...first, network }, ...rest] };
      return resolveRouter(topology, name).links[0]?.address;
    });
  expect(ends('169.254.20.8/30')).toEqual(['169.254.20.9/30', '169.254.20.10/30']);
  expect(ends('169.254.20.8/31')).toEqual(['169.254.20.8/31', '169.254.20.9/31']);
});

test('the VyOS version comes from the command, the router, or the topology', () => {
  const [tokyo, virginia] = tokyoVirginia.sites;
  if (tokyo === undefined || virginia === undefined) throw new Error('an example without sites');
  const active = { ...tokyo.routers.active, vyos: '1.3' as const };
  const topology: Topology = {
    ...tokyoVirginia,
    sites: [{ ...tokyo, routers: { ...tokyo.routers, active } }, virginia],
  };
  expect(renderConfig(topology, 'tokyo-1').vyos).toBe('1.3');
  expect(renderConfig(topology, 'tokyo-2').vyos).toBe('1.4');
  expect(renderConfig(topology, 'tokyo-1', { vyos: '1.5' }).vyos).toBe('1.5');
});

test('BFD can be made faster', () => {
  const { lines } = renderConfig(tokyoVirginia, 'tokyo-1', { bfd: { intervalMs: 100, multiplier: 4 } });
  expect(lines.filter((line) => line.startsWith('set protocols bfd'))).toEqual([
    'set protocols bfd profile failover interval transmit 100',
    'set protocols bfd profile failover interval receive 100',
    'set protocols bfd profile failover interval multiplier 4',
  ]);
});

test('profile original in two subnets gets a note on the traffic lost between them', () => {
  expect(renderConfig(tokyoVirginia, 'tokyo-1', { profile: 'original' }).notes).toContainEqual(
    expect.stringContaining('tokyo-1 and tokyo-2 are in different subnets'),
  );
  expect(renderConfig(example('original-2014'), 'tokyo-1').notes).toEqual([]);
  expect(renderConfig(tokyoVirginia, 'tokyo-1').notes).toEqual([]);
});

describe('a combination that no router can run is refused with the reason', () => {
  const refusals: [string, string, RenderOptions, RegExp][] = [
    [
      'an unknown router',
      'tokyo-3',
      {},
      /no router "tokyo-3" in tokyo-virginia\n.*did you mean tokyo-1 or tokyo-2\?.*virginia-2/s,
    ],
    ['nothing like a router', '', {}, /no router ""[\s\S]*the routers are tokyo-1, tokyo-2, virginia-1, virginia-2/],
    ['terminal codes for a router', '\u001b[2J', {}, /no router "\\u001b\[2J"/],
    [
      'profile fast on 1.1',
      'tokyo-1',
      { vyos: '1.1' },
      /tokyo-1: profile fast needs BFD and AES-GCM, and VyOS 1\.1 has neither\n.*VyOS 1\.3 or later/,
    ],
    ['VTIs in the article', 'tokyo-1', { profile: 'original', tunnels: 'vti' }, /GRE tunnels, no BFD/],
    ['BFD of zero', 'tokyo-1', { bfd: { intervalMs: 0, multiplier: 3 } }, /from 10 to 60000/],
    ['BFD of fractions', 'tokyo-1', { bfd: { intervalMs: 300, multiplier: 2.5 } }, /multiplier from 2 to 255/],
    [
      'an unknown version',
      'tokyo-1',
      { vyos: '2.0' as VyosVersion },
      /VyOS version "2\.0" is not supported\n.*1\.1, 1\.3, 1\.4, 1\.5/,
    ],
  ];
  test.each(refusals)('%s', (_what, router, options, reason) => {
    expect(() => renderConfig(tokyoVirginia, router, options)).toThrow(reason);
  });
});

test('a value that VyOS cannot store never becomes a command', () => {
  const hostile = ["tokyo'1", 'tokyo"1', 'tokyo\n1', 'tokyo\\1', 'tokyo\u001b1', 'tōkyō', '', '{{ssm:/x}} '];
  for (const name of hostile) {
    const [tokyo, virginia] = tokyoVirginia.sites;
    if (tokyo === undefined || virginia === undefined) throw new Error('an example without sites');
    const active = { ...tokyo.routers.active, name };
    const topology = {
      ...tokyoVirginia,
      sites: [{ ...tokyo, routers: { ...tokyo.routers, active } }, virginia],
      tunnels: [],
    };
    expect(() => renderConfig(topology, name)).toThrow(/VyOS cannot store this value/);
  }
});

/** What goes through the tunnel: from where, to where. A VTI takes everything. */
function selectors(peer: IpsecPeer | undefined): string[] {
  return peer?.traffic.kind === 'selectors' ? [peer.traffic.local, peer.traffic.remote] : ['any', 'any'];
}

function isTunnel(name: string): boolean {
  return name !== 'tun1000';
}

function pairLink(topology: Topology, name: string) {
  return resolveRouter(topology, name, { profile: 'fast' }).links.find((link) => link.interface === 'tun1000');
}

function turned({ active, standby }: Site['routers']): Site['routers'] {
  return { active: { ...standby, role: 'active' }, standby: { ...active, role: 'standby' } };
}
