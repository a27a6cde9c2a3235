import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DetectionEvent, detectionOf, NetworkModel, type SessionChange } from '#demo/network-model.ts';
import { countSessions } from '#failover/bgp-summary.ts';
import { loadTopology } from '#topology/load.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';

type At<T> = T & { readonly atMs: number };

/**
 * Kills Tokyo's active router of an example, with the last packet just sent.
 *
 * @param then happens at a time, ms
 * @returns who noticed what, after which ms
 */
function noticed(
  example: string,
  then?: { readonly atMs: number; readonly act: (network: NetworkModel) => void },
): { readonly detected: At<DetectionEvent>[]; readonly dropped: At<SessionChange>[] } {
  const file = `examples/${example}.yaml`;
  const { topology } = loadTopology(readFileSync(file, 'utf8'), file);
  if (topology === undefined) throw new Error(`${file} has mistakes`);
  const timers: { atMs: number; act: () => void }[] = [];
  const time = { after: (atMs: number, act: () => void) => void timers.push({ atMs, act }), random: () => 0 };
  const network = new NetworkModel(topology, detectionOf(topology), time);
  const found = { detected: [] as At<DetectionEvent>[], dropped: [] as At<SessionChange>[] };
  let now = 0;
  network.onDetection((event) => void found.detected.push({ ...event, atMs: now }));
  network.onSessionChange((change) => void found.dropped.push({ ...change, atMs: now }));
  network.killRouter('tokyo-1');
  if (then !== undefined) timers.push({ atMs: then.atMs, act: () => then.act(network) });
  for (let next = earliest(timers); next !== undefined; next = earliest(timers)) {
    now = next.atMs;
    next.act();
  }
  return found;
}

function earliest<T extends { readonly atMs: number }>(timers: T[]): T | undefined {
  timers.sort((a, b) => a.atMs - b.atMs);
  return timers.shift();
}

describe('the model of what routers believe', () => {
  it.each(['tokyo-virginia', 'original-2014', 'ipv6-and-prefix-lists'])(
    'shows every neighbor of %s, with prefixes, as bgpd does',
    (example) => {
      const file = `examples/${example}.yaml`;
      const { topology } = loadTopology(readFileSync(file, 'utf8'), file);
      if (topology === undefined) throw new Error(`${file} has mistakes`);
      const network = new NetworkModel(topology, detectionOf(topology), { after: () => undefined, random: () => 0 });
      for (const { routers } of topology.sites) {
        for (const router of [routers.active, routers.standby]) {
          const neighbors = bgpNeighbors(topology)(router);
          expect(countSessions(network.bgpSummary(router.name), neighbors)).toMatchObject({
            tunnels: { configured: neighbors.tunnels.length, receiving: neighbors.tunnels.length },
            pair: { configured: 1, receiving: 1 },
          });
        }
      }
    },
  );

  it("waits for BGP's hold time at both ends where the profile has no BFD", () => {
    const { detected, dropped } = noticed('original-2014');
    expect(detected.map(({ router, what, atMs }) => [router, what, atMs])).toEqual([
      ['virginia-1', 'detected', 12_000],
      ['tokyo-2', 'detected', 12_000],
    ]);
    expect(dropped).toEqual([
      { router: 'virginia-1', peer: 'tokyo-1', kind: 'ebgp', atMs: 12_000 },
      { router: 'tokyo-2', peer: 'tokyo-1', kind: 'ibgp', atMs: 12_000 },
    ]);
  });

  it("waits for BFD's time and the handling of it where there is BFD", () => {
    const { detected, dropped } = noticed('tokyo-virginia');
    const lost = detected.filter(({ what }) => what === 'detected');
    expect(lost.map(({ router, atMs }) => [router, atMs])).toEqual([
      ['virginia-1', 6 * 50],
      ['tokyo-2', 6 * 50],
    ]);
    expect(dropped.map(({ router, atMs }) => [router, atMs])).toEqual([
      ['virginia-1', 6 * 50 + 75],
      ['tokyo-2', 6 * 50 + 75],
    ]);
  });

  it('tells of half of the time without a packet, and that the confirmation counts from 0.27 s after the last one', () => {
    const silent = noticed('tokyo-virginia').detected.filter(({ what }) => what === 'silent');
    expect(silent).toMatchObject([
      { router: 'virginia-1', atMs: 150, confirmInMs: 120 },
      { router: 'tokyo-2', atMs: 150, confirmInMs: 120 },
    ]);
  });

  it('hears a router that is back before the time of BFD is over', () => {
    const { detected, dropped } = noticed('tokyo-virginia', { atMs: 200, act: (network) => network.revive('tokyo-1') });
    expect(detected.filter(({ router }) => router === 'tokyo-2').map(({ what }) => what)).toEqual(['silent', 'heard']);
    expect(dropped).toEqual([]);
  });

  it('detects each loss once, though the router loses its uplink as well', () => {
    const { detected } = noticed('tokyo-virginia', { atMs: 10, act: (network) => network.cutUplink('tokyo-1') });
    expect(detected.filter(({ what }) => what === 'detected')).toHaveLength(2);
  });
});
