import type { Emulator } from '#emulator/emulator.ts';
import { namesOf } from '#infra/names.ts';
import type { Router } from '#topology/topology.ts';
import { instanceOf } from './account-of-topology.ts';
import type { NetworkModel, SessionChange } from './network-model.ts';
import type { Scenario } from './scenario.ts';
import type { Sessions, WaitingProgram } from './sessions.ts';
import { REPORT, type SimulatedRouter, TESTIFY } from './simulated-router.ts';

/** Loopback address of a Serf member of the pair. */
export function loopbackOf(index: number): string {
  return `127.66.1.${index + 1}`;
}

/**
 * Starts the simulated routers: their BGP summary is written to disk, and where BFD runs, the loss of a session starts
 * what `watch-bfd` starts on a router: the real `report` or `testify`.
 *
 * @param reportIn sites whose routers report failures of their peer
 */
export function startRouters(
  reportIn: readonly string[],
  network: NetworkModel,
  routers: readonly SimulatedRouter[],
  sessions: Sessions,
  onChange: (change: SessionChange) => void,
): void {
  const byName = new Map(routers.map((router) => [router.router.name, router]));
  const show = (router: SimulatedRouter) => router.writeBgpSummary(network.bgpSummary(router.router.name));
  for (const router of routers) show(router);
  const reporters = routers.filter((each) => reportIn.includes(each.router.site) && each.runsDetector('bfd'));
  const workers = new Map(
    reporters.map((each) => [each.router.name, reporterOf(each, peerOf(each, routers), sessions)]),
  );
  network.onSessionChange((change) => {
    const { router: name, peer, kind } = change;
    const router = byName.get(name);
    if (router === undefined) return;
    show(router);
    const start = (program: string, ...args: readonly string[]) =>
      sessions.start('/bin/bash', [program, ...args], { REPORT_CONF: router.reportConf });
    onChange(change);
    if (kind === 'ibgp') workers.get(name)?.();
    if (kind === 'ebgp' && router.isWitnessOf(peer) && network.hasUplink(name)) start(TESTIFY, peer);
  });
}

/**
 * The worker that waits for the loss of the pair's session; when its report has ended, the next one waits.
 *
 * @returns has it report
 */
function reporterOf(router: SimulatedRouter, peer: string, sessions: Sessions): () => void {
  const about = ['--detector', 'bfd', '--event', 'peer-failed', '--subject', peer];
  const env = { REPORT_CONF: router.reportConf };
  let waiting: WaitingProgram | undefined;
  const wait = () => {
    waiting = sessions.startWaiting('/bin/bash', [REPORT, '--await', ...about], env);
  };
  wait();
  return () => {
    const worker = waiting;
    waiting = undefined;
    if (worker === undefined) return sessions.start('/bin/bash', [REPORT, '--foreground', ...about], env);
    worker.onEnd(wait);
    worker.write(`${(Date.now() / 1000).toFixed(6)}\n`);
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
