import { describe, expect, it } from 'vitest';
import type { Topology, Tunnel } from '#topology/topology.ts';
import { changedTunnels } from '#vyos/changed-tunnels.ts';
import { diffConfig } from '#vyos/diff.ts';
import { renderConfig } from '#vyos/render.ts';
import { example } from './topologies.ts';

const now = example('tokyo-virginia');
const psk = '/vyos-failover/tokyo-virginia/psk/another';

/** What `router` has, and what it takes to bring it to another topology. */
function changed(router: string, to: Topology, from = now): string[] {
  const running = renderConfig(from, router).lines;
  return changedTunnels(
    to,
    router,
    running,
    diffConfig(running, renderConfig(to, router).lines, { previous: running }).commands,
  );
}

function withTunnel(change: Partial<Tunnel>): Topology {
  const [first, ...others] = now.tunnels as [Tunnel, ...Tunnel[]];
  return { ...now, tunnels: [{ ...first, ...change }, ...others] };
}

describe('a change interrupts a tunnel until the far end has it too', () => {
  it.each<[string, Topology]>([
    ['another key', withTunnel({ psk })],
    ['another network', withTunnel({ network: '169.254.20.0/30' })],
  ])('%s: on both of its ends, and on no other router', (_, to) => {
    expect(changed('tokyo-1', to)).toEqual(['virginia-1']);
    expect(changed('virginia-1', to)).toEqual(['tokyo-1']);
    expect([...changed('tokyo-2', to), ...changed('virginia-2', to)]).toEqual([]);
  });

  it.each<[string, Topology]>([
    ['the proposals of IKE and ESP (another profile)', { ...now, profile: 'original' }],
    ['the kind of tunnel', { ...now, tunnelType: 'vti' }],
  ])('%s: everywhere', (_, to) => {
    for (const [one, other] of to.tunnels.map(({ between }) => between)) {
      expect([changed(one, to), changed(other, to)]).toEqual([[other], [one]]);
    }
  });

  it('on every version, with any name of the peer', () => {
    for (const vyos of ['1.3', '1.5'] as const) {
      const [from, to] = [now, withTunnel({ psk })].map((each) => withVersion(each, vyos)) as [Topology, Topology];
      expect([changed('tokyo-1', to, from), changed('virginia-1', to, from)]).toEqual([['virginia-1'], ['tokyo-1']]);
    }
  });

  it('another public address: also at the far end, which before 1.4 names the peer by it', () => {
    const from = withVersion(now, '1.3');
    const [tokyo, ...others] = from.sites;
    if (tokyo === undefined) throw new Error('the example has lost a site');
    const active = { ...tokyo.routers.active, publicAddress: '203.0.113.77' };
    const to = { ...from, sites: [{ ...tokyo, routers: { ...tokyo.routers, active } }, ...others] };
    expect([changed('tokyo-1', to, from), changed('virginia-1', to, from)]).toEqual([['virginia-1'], ['tokyo-1']]);
  });
});

describe('each end can change by itself', () => {
  it.each<[string, Topology]>([
    ['nothing', now],
    ['BFD’s interval', { ...now, bfd: { intervalMs: 100, multiplier: 5 } }],
    [
      'a front subnet',
      { ...now, sites: now.sites.map((site) => ({ ...site, frontSubnets: [...site.frontSubnets, '10.9.0.0/24'] })) },
    ],
    [
      'a tunnel that is new',
      { ...now, tunnels: [...now.tunnels, { between: ['tokyo-1', 'virginia-2'], network: '169.254.20.0/30', psk }] },
    ],
    ['the end of a tunnel', { ...now, tunnels: now.tunnels.slice(1) }],
  ])('%s', (_, to) => {
    expect(['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2'].flatMap((router) => changed(router, to))).toEqual([]);
  });

  it.each(['1.3', '1.4', '1.5'] as const)(
    'the pair’s session without its update-source, which configurations of earlier bundles have (%s)',
    (vyos) => {
      const to = withVersion(now, vyos);
      for (const [router, partner] of [
        ['tokyo-1', '169.254.254.2'],
        ['tokyo-2', '169.254.254.1'],
      ] as const) {
        const wanted = renderConfig(to, router).lines;
        const [session] = wanted.filter((line) => line.includes(`neighbor ${partner} remote-as`));
        const root = session?.split(' remote-as ')[0]?.replace(/^set /, '');
        const running = [...wanted, `set ${root} update-source tun1000`];
        const { commands } = diffConfig(running, wanted, { previous: running });
        expect(commands).toEqual([`delete ${root} update-source`]);
        expect(changedTunnels(to, router, running, commands)).toEqual([]);
      }
    },
  );
});

function withVersion(topology: Topology, vyos: Topology['vyos']): Topology {
  const sites = topology.sites.map((site) => {
    const { active, standby } = site.routers;
    return { ...site, routers: { active: { ...active, vyos }, standby: { ...standby, vyos } } };
  });
  return { ...topology, vyos, sites };
}
