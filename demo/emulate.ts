import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import { namesOf } from '#infra/names.ts';
import { MANAGED_POLICIES_AT_MOST } from '#infra/table-policies.ts';
import { withHosts } from '#simulated-vyos/simulated-host.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { accountOf, instanceOf } from './account-of-topology.ts';
import { withAmazonLinux } from './amazon-linux.ts';
import { makeContact } from './contact.ts';
import { detectionOf, NetworkModel } from './network-model.ts';
import { allRouters, modelTime } from './scenario.ts';
import { SimulatedRouter } from './simulated-router.ts';
import { synthesize } from './synth.ts';

/** A topology deployed into an AWS on this machine, with routers whose BGP follows their state. */
export interface EmulatedTopology {
  readonly emulator: Emulator;
  readonly network: NetworkModel;
  readonly routers: readonly SimulatedRouter[];
  /** Of the routers' files; `close` removes it. */
  readonly directory: string;
  /** `http://127.0.0.1:port` of a site's HTTP API. */
  readonly apiUrl: (site: Site) => string;
  readonly close: () => Promise<void>;
}

/**
 * @param file of the topology, for the CDK app
 * @param port of the AWS endpoint; 0: any that is free
 * @param signal ends the synthesis, which takes longest
 * @throws Error if the stacks cannot be synthesized or the port is taken; nothing runs then
 */
export async function emulateTopology(
  topology: Topology,
  file: string,
  port: number,
  signal?: AbortSignal,
): Promise<EmulatedTopology> {
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const assembly = await synthesize(file, signal);
    undo.push(() => rmSync(assembly, { recursive: true, force: true }));
    const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-emulate-'));
    undo.push(() => rmSync(directory, { recursive: true, force: true }));
    const routers = allRouters(topology).map((router) => new SimulatedRouter(directory, router));
    const emulator = await startEmulator({
      assembly,
      port,
      account: {
        ...withAmazonLinux(
          accountOf(topology, ({ name }) => ({ path: routers.find((each) => each.router.name === name)?.bin ?? '' })),
        ),
        ...RAISED,
      },
      guests: withHosts(undefined),
    });
    undo.push(() => emulator.close());
    const network = letBgpFollow(topology, routers, emulator);
    undo.push(await keepContact(topology, routers, emulator));
    // The first round of the probe now and not in a minute: until then no router is proven fit.
    await emulator.tickSchedules();
    emulator.startSchedules();
    return {
      emulator,
      network,
      routers,
      directory,
      apiUrl: (site) => emulator.httpApiUrl(namesOf(topology, site).events),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Quotas that `topology validate` asks operators to raise; other limits of AWS apply as usual. */
export const RAISED = {
  managedPoliciesPerRole: MANAGED_POLICIES_AT_MOST,
  raisedQuotas: {
    'rules on the default bus': 2_000,
    'SSM documents': 2_000,
    'reserved concurrent executions': 10_000,
    'customer managed policies': 5_000,
  },
};

/** As `CONTACT_EVERY` of `router/lib/config.sh` has it. */
const CONTACT_EVERY_MS = 120_000;

/**
 * Running routers make a contact now and every two minutes. No other part of the reporter runs here.
 *
 * @returns ends that
 */
async function keepContact(
  topology: Topology,
  routers: readonly SimulatedRouter[],
  emulator: Emulator,
): Promise<() => void> {
  const apis = Object.fromEntries(
    topology.sites.map((site) => [site.name, emulator.httpApiUrl(namesOf(topology, site).events)]),
  );
  const regionOf = (router: Router) => topology.sites.find(({ name }) => name === router.site)?.region ?? '';
  for (const router of routers) {
    const instance = instanceOf(router.router);
    const metadataUrl = emulator.metadataUrl(instance);
    router.connect(topology, { apis, metadataUrl, peerAddress: NOBODY, serfRpc: undefined });
    const shell = router.installReporter({ ssm: emulator.endpoint, metadata: metadataUrl });
    emulator.ec2.guests.setShell(regionOf(router.router), instance, shell);
  }
  const lives = ({ router }: SimulatedRouter) =>
    emulator.ec2.guests.find(regionOf(router), instanceOf(router))?.responsive === true;
  const all = () => Promise.all(routers.filter(lives).map(makeContact));
  await all();
  const timer = setInterval(() => void all(), CONTACT_EVERY_MS);
  return () => clearInterval(timer);
}

/** Where no peer listens. */
const NOBODY = '127.66.9.9';

/** An instance that stops answering takes its BGP sessions down, after the time of BFD or of BGP's hold timer. */
export function letBgpFollow(
  topology: Topology,
  routers: readonly SimulatedRouter[],
  emulator: Emulator,
): NetworkModel {
  const network = new NetworkModel(topology, detectionOf(topology), modelTime());
  const show = () => {
    for (const router of routers) router.writeBgpSummary(network.bgpSummary(router.router.name));
  };
  show();
  network.onSessionChange(show);
  emulator.ec2.guests.onChange(({ instance, responsive }) => {
    const router = allRouters(topology).find((each) => instanceOf(each) === instance);
    if (router === undefined) return;
    if (responsive) network.revive(router.name);
    else network.killRouter(router.name);
    show();
  });
  return network;
}
