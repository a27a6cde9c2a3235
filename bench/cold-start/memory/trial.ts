import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMove } from '#bench/outage/times.ts';
import { rounded } from '#bench/statistics.ts';
import { Survivor } from '#bench/swap/router.ts';
import { accountOf } from '#demo/account-of-topology.ts';
import { SimulatedRouter } from '#demo/simulated-router.ts';
import type { Emulator } from '#emulator/emulator.ts';
import type { Happening } from '#emulator/service.ts';
import { startEmulator } from '#emulator/start.ts';
import { namesOf } from '#infra/names.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import type { MemoryTimes } from '../report.ts';
import type { CpuQuotas } from './cpu-quotas.ts';
import { cpuShareOf } from './sizes.ts';

/** What all trials have in common. */
export interface MemoryTestbed {
  readonly topology: Topology;
  /** A site whose functions are cold, and one whose functions are warm. */
  readonly sites: readonly [cold: Site, warm: Site];
  /** Output directory of `cdk synth`. */
  readonly assembly: string;
  readonly quotas: CpuQuotas;
}

type Invocation = Extract<Happening, { kind: 'invocation' }>;

/** A failover of each site in a fresh account, with functions of this size. */
export async function memoryTrial(
  mb: number,
  { topology, sites, assembly, quotas }: MemoryTestbed,
): Promise<MemoryTimes> {
  const scratch = mkdtempSync(join(tmpdir(), 'vyos-failover-memory-'));
  const pids = new Map<string, number>();
  const limited = sites.flatMap((site) => [namesOf(topology, site).routeSwap, namesOf(topology, site).healthProbe]);
  const emulator = await startEmulator({
    assembly,
    account: accountOf(topology, (router) => ({ path: routerWithBgp(scratch, router, topology).bin })),
    onFunctionProcess({ name, pid }) {
      if (!limited.includes(name)) return;
      quotas.limit(pid, cpuShareOf(mb));
      pids.set(name, pid);
    },
  });
  try {
    const [cold, warm] = sites;
    const { routeSwap, healthProbe } = namesOf(topology, warm);
    return {
      ...(await coldFailover(cold, topology, emulator)),
      ...(await warmFailover(warm, topology, emulator)),
      routeSwapMb: peakMb(pids.get(routeSwap)),
      healthProbeMb: peakMb(pids.get(healthProbe)),
    };
  } finally {
    await emulator.close();
    quotas.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** No environment of route-swap exists when the router fails. */
async function coldFailover(
  site: Site,
  topology: Topology,
  emulator: Emulator,
): Promise<Pick<MemoryTimes, 'initMs' | 'coldSuspectedMs' | 'coldConfirmedMs'>> {
  const { routeSwap } = namesOf(topology, site);
  const survivor = new Survivor(topology, site, emulator);
  await survivor.heartbeats();
  await emulator.endIdleEnvironments(routeSwap);
  await survivor.reportInPhases();
  const [suspected, confirmed] = lastInvocations(emulator, routeSwap, 2);
  const initMs = suspected?.startMs ?? Number.NaN;
  return {
    initMs: rounded(initMs),
    coldSuspectedMs: rounded((suspected?.ms ?? Number.NaN) - initMs),
    coldConfirmedMs: movedMs(emulator, confirmed),
  };
}

/** As a failure finds the functions: the probe has run in the last minutes, and the router has made a contact. */
async function warmFailover(
  site: Site,
  topology: Topology,
  emulator: Emulator,
): Promise<Pick<MemoryTimes, 'suspectedMs' | 'confirmedMs' | 'askMs' | 'contactMs' | 'coldProbeMs' | 'probeMs'>> {
  const { routeSwap, healthProbe } = namesOf(topology, site);
  const survivor = new Survivor(topology, site, emulator);
  const round = async () => {
    await emulator.invoke(healthProbe);
    return msOf(lastInvocations(emulator, healthProbe, 1)[0]);
  };
  const coldProbeMs = await round();
  const probeMs = await round();
  const [ask] = lastInvocations(emulator, routeSwap, 1);
  await survivor.contact();
  await survivor.contact();
  const [contact] = lastInvocations(emulator, routeSwap, 1);
  await survivor.reportInPhases();
  const [suspected, confirmed] = lastInvocations(emulator, routeSwap, 2);
  return {
    suspectedMs: msOf(suspected),
    confirmedMs: movedMs(emulator, confirmed),
    askMs: msOf(ask),
    contactMs: msOf(contact),
    coldProbeMs,
    probeMs,
  };
}

function lastInvocations({ happenings }: Emulator, name: string, count: number): readonly Invocation[] {
  return happenings
    .filter((each) => each.kind === 'invocation' && each.function === name)
    .slice(-count) as Invocation[];
}

function msOf(invocation: Invocation | undefined): number {
  return rounded(invocation?.ms ?? Number.NaN);
}

/** Until the last route has moved: records and announcements follow. */
function movedMs({ happenings }: Emulator, invocation: Invocation | undefined): number {
  const began = invocation?.at ?? Number.NaN;
  const moves = happenings.filter(isMove).filter(({ at }) => at >= began);
  return rounded(Math.max(...moves.map(({ at, ms }) => at + ms)) - began);
}

/** Its BGP sessions are all established. */
function routerWithBgp(directory: string, router: Router, topology: Topology): SimulatedRouter {
  const simulated = new SimulatedRouter(directory, router);
  const { tunnels, pair } = bgpNeighbors(topology)(router);
  const peer = { remoteAs: 65_000, pfxRcd: 1, state: 'Established', peerState: 'OK' };
  const peers = Object.fromEntries([...tunnels, ...pair].map((each) => [each, peer]));
  simulated.writeBgpSummary({ ipv4Unicast: { as: 65_000, peers } });
  return simulated;
}

/** @throws Error if the process has ended */
function peakMb(pid: number | undefined): number {
  const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return rounded(Number(kb) / 1024);
}
