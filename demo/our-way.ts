import { spawn } from 'node:child_process';
import type { Emulator } from '#emulator/emulator.ts';
import type { Router } from '#topology/topology.ts';
import { instanceOf } from './account-of-topology.ts';
import type { NetworkModel } from './network-model.ts';
import type { Scene } from './scene.ts';
import { REPORT, type SimulatedRouter } from './simulated-router.ts';

/** Serf members of the scene's pair live at these addresses, one loopback address each. */
export function loopbackOf(index: number): string {
  return `127.66.1.${index + 1}`;
}

/** Lets the simulated routers live: their BGP shows on disk, and BFD's loss of the peer starts the real reporter. */
export function bringToLife(
  scene: Scene,
  network: NetworkModel,
  routers: readonly SimulatedRouter[],
  told: (router: string, peer: string) => void,
): void {
  const byName = new Map(routers.map((router) => [router.router.name, router]));
  const show = (router: SimulatedRouter) => router.writeBgpSummary(network.bgpSummary(router.router.name));
  for (const router of routers) show(router);
  network.onSessionChange(({ router: name, peer, kind }) => {
    const router = byName.get(name);
    if (router === undefined) return;
    show(router);
    const watches = scene.here.detectors.includes('bfd') && router.router.site === scene.here.name;
    if (kind !== 'ibgp' || !watches) return;
    told(name, peer);
    report(router, ['--detector', 'bfd', '--event', 'peer-failed', '--subject', peer]);
  });
}

/** The reporter detaches by itself, as it does under Serf. */
function report(router: SimulatedRouter, args: readonly string[]): void {
  const env = { PATH: process.env.PATH, REPORT_CONF: router.reportConf };
  spawn('/bin/bash', [REPORT, ...args], { stdio: 'ignore', env }).unref();
}

/** Writes each router's report.conf: where the stack's API is, and its own metadata service. */
export function connect(
  scene: Scene,
  emulator: Emulator,
  routers: readonly SimulatedRouter[],
  rpc: (router: string) => string | undefined,
): void {
  for (const router of routers) {
    const site = scene.topology.sites.find((candidate) => candidate.name === router.router.site);
    if (site === undefined) continue;
    router.connect(site, {
      apiUrl: emulator.httpApiUrl(site.region),
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
