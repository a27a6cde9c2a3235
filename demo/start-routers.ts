import { uptime } from 'node:os';
import type { Emulator } from '#emulator/emulator.ts';
import { namesOf } from '#infra/names.ts';
import type { Router } from '#topology/topology.ts';
import { instanceOf } from './account-of-topology.ts';
import type { DetectionEvent, NetworkModel, SessionChange } from './network-model.ts';
import type { Scenario } from './scenario.ts';
import type { Sessions, WaitingProgram } from './sessions.ts';
import { REPORT, type SimulatedRouter, TESTIFY } from './simulated-router.ts';

/** Loopback address of a Serf member of the pair. */
export function loopbackOf(index: number): string {
  return `127.66.1.${index + 1}`;
}

/**
 * Starts the simulated routers: their BGP summary is written to disk, and where BFD runs, its events do what they do with
 * `watch-bfd` on a router: the real `report` waits for them, and `testify` is started.
 *
 * @param reportIn sites whose routers report failures of their peer
 * @param onDetected receives each session whose loss a router has detected
 */
export function startRouters(
  reportIn: readonly string[],
  network: NetworkModel,
  routers: readonly SimulatedRouter[],
  sessions: Sessions,
  onDetected: (change: SessionChange) => void,
): void {
  const byName = new Map(routers.map((router) => [router.router.name, router]));
  const show = (router: SimulatedRouter) => router.writeBgpSummary(network.bgpSummary(router.router.name));
  for (const router of routers) show(router);
  const reporters = routers.filter((each) => reportIn.includes(each.router.site) && each.runsDetector('bfd'));
  const workers = new Map(
    reporters.map((each) => [each.router.name, reporterOf(each, peerOf(each, routers), sessions)]),
  );
  network.onDetection((event) => {
    const { router: name, peer, kind, what } = event;
    const router = byName.get(name);
    if (router === undefined) return;
    if (what === 'detected') onDetected(event);
    if (kind === 'ibgp') workers.get(name)?.(event);
    if (kind === 'ebgp' && what === 'detected' && router.isWitnessOf(peer) && network.hasUplink(name))
      sessions.start('/bin/bash', [TESTIFY, peer], { REPORT_CONF: router.reportConf });
  });
  network.onSessionChange(({ router: name }) => {
    const router = byName.get(name);
    if (router !== undefined) show(router);
  });
}

/**
 * The worker that waits for the loss of the pair's session; when its report has ended, the next one waits.
 *
 * @returns tells it what BFD has noticed (router/lib/await.sh)
 */
function reporterOf(router: SimulatedRouter, peer: string, sessions: Sessions): (event: DetectionEvent) => void {
  const about = ['--detector', 'bfd', '--event', 'peer-failed', '--subject', peer];
  const env = { REPORT_CONF: router.reportConf };
  let waiting: WaitingProgram | undefined;
  const wait = () => {
    waiting = sessions.startWaiting('/bin/bash', [REPORT, '--await', ...about], env);
  };
  wait();
  return (event) => {
    const worker = waiting;
    if (event.what === 'silent') return worker?.write(`silent ${Math.round(uptime() * 1000 + event.confirmInMs)}\n`);
    if (event.what === 'heard') return worker?.write('heard\n');
    waiting = undefined;
    if (worker === undefined) return sessions.start('/bin/bash', [REPORT, '--foreground', ...about], env);
    worker.onEnd(wait);
    worker.end(`${(Date.now() / 1000).toFixed(6)}\n`);
  };
}

function peerOf({ router }: SimulatedRouter, routers: readonly SimulatedRouter[]): string {
  const peer = routers.find((other) => other.router.site === router.site && other.router.name !== router.name);
  if (peer === undefined) throw new Error(`${router.name} has no peer`);
  return peer.router.name;
}

/** Writes each router's report.conf: where the stacks' APIs are, and its own metadata service. */
export function connect(
  scenario: Scenario,
  emulator: Emulator,
  routers: readonly SimulatedRouter[],
  rpc: (router: string) => string | undefined,
): void {
  const { topology } = scenario;
  const apis = Object.fromEntries(
    topology.sites.map((site) => [site.name, emulator.httpApiUrl(namesOf(topology, site).events)]),
  );
  for (const router of routers) {
    router.connect(topology, {
      apis,
      metadataUrl: emulator.metadataUrl(instanceOf(router.router)),
      peerAddress: peerAddress(scenario, router.router),
      serfRpc: rpc(router.router.name),
    });
  }
}

/** Where the peer's Serf listens; unused outside the pair of the scenario. */
function peerAddress({ here }: Scenario, { name, role }: Router): string {
  const pair = [here.routers.active.name, here.routers.standby.name];
  return pair.includes(name) ? loopbackOf(role === 'active' ? 1 : 0) : '127.66.9.9';
}
