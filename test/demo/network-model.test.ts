import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectionOf, NetworkModel, type SessionChange } from '#demo/network-model.ts';
import { countSessions } from '#failover/bgp-summary.ts';
import { loadTopology } from '#topology/load.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';

/** Kills Tokyo's active router of an example, with the last packet just sent. @returns who noticed what, after which ms */
function noticed(example: string): (SessionChange & { atMs: number })[] {
  const file = `examples/${example}.yaml`;
  const { topology } = loadTopology(readFileSync(file, 'utf8'), file);
  if (topology === undefined) throw new Error(`${file} has mistakes`);
  const timers: { atMs: number; act: () => void }[] = [];
  const time = { after: (atMs: number, act: () => void) => void timers.push({ atMs, act }), random: () => 0 };
  const network = new NetworkModel(topology, detectionOf(topology), time);
  const changes: (SessionChange & { atMs: number })[] = [];
  let now = 0;
  network.onSessionChange((change) => void changes.push({ ...change, atMs: now }));
  network.killRouter('tokyo-1');
  for (const { atMs, act } of timers) {
    now = atMs;
    act();
  }
  return changes;
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
    expect(noticed('original-2014')).toEqual([
      { router: 'virginia-1', peer: 'tokyo-1', kind: 'ebgp', atMs: 12_000 },
      { router: 'tokyo-2', peer: 'tokyo-1', kind: 'ibgp', atMs: 12_000 },
    ]);
  });

  it("waits for BFD's time and the handling of it where there is BFD", () => {
    expect(noticed('tokyo-virginia').map(({ router, atMs }) => [router, atMs])).toEqual([
      ['virginia-1', 6 * 50 + 75],
      ['tokyo-2', 6 * 50 + 75],
    ]);
  });
});
