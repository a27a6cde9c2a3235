import type { Emulator } from '#emulator/emulator.ts';
import { namesOf } from '#infra/names.ts';
import type { Router } from '#topology/topology.ts';
import { instanceOf } from './account-of-topology.ts';
import type { NetworkModel, SessionChange } from './network-model.ts';
import type { Scene } from './scene.ts';
import type { Sessions } from './sessions.ts';
import { REPORT, type SimulatedRouter, TESTIFY } from './simulated-router.ts';

/** Serf members of the scene's pair live at these addresses, one loopback address each. */
export function loopbackOf(index: number): string {
  return `127.66.1.${index + 1}`;
}

/**
 * Lets the simulated routers live: their BGP shows on disk, and where BFD runs its loss of a session starts what
 * `watch-bfd` starts on a router, the real reporter or the real witness.
 */
export function bringToLife(
  scene: Scene,
  network: NetworkModel,
  routers: readonly SimulatedRouter[],
  sessions: Sessions,
  told: (change: SessionChange) => void,
): void {
  const byName = new Map(routers.map((router) => [router.router.name, router]));
  const show = (router: SimulatedRouter) => router.writeBgpSummary(network.bgpSummary(router.router.name));
  for (const router of routers) show(router);
  network.onSessionChange((change) => {
    const { router: name, peer, kind } = change;
    const router = byName.get(name);
    if (router === undefined) return;
    show(router);
    const start = (program: string, ...args: readonly string[]) =>
      sessions.start('/bin/bash', [program, ...args], { REPORT_CONF: router.reportConf });
    const isHere = router.router.site === scene.here.name;
    told(change);
    if (kind === 'ibgp' && isHere && router.runsDetector('bfd'))
      start(REPORT, '--foreground', '--detector', 'bfd', '--event', 'peer-failed', '--subject', peer);
    if (kind === 'ebgp' && router.isWitnessOf(peer) && network.hasUplink(name)) start(TESTIFY, peer);
  });
}

/** Writes each router's report.conf: where the stacks' APIs are, and its own metadata service. */
export function connect(
  scene: Scene,
  emulator: Emulator,
  routers: readonly SimulatedRouter[],
  rpc: (router: string) => string | undefined,
): void {
  const { topology } = scene;
  const apis = Object.fromEntries(
    topology.sites.map((site) => [site.name, emulator.httpApiUrl(namesOf(topology, site).stack)]),
  );
  for (const router of routers) {
    router.connect(topology, {
      apis,
      metadataUrl: emulator.metadataUrl(instanceOf(router.router)),
      peerAddress: peerAddress(scene, router.router),
      serfRpc: rpc(router.router.name),
    });
  }
}

/** Where the peer's Serf listens; outside the scene's pair nobody asks. */
function peerAddress({ here }: Scene, { name, role }: Router): string {
  const pair = [here.routers.active.name, here.routers.standby.name];
  return pair.includes(name) ? loopbackOf(role === 'active' ? 1 : 0) : '127.66.9.9';
}
