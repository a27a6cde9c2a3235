import { routeState } from '#emulator/ec2/route-state.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { FaultAction } from '#ui/actions.ts';
import { type ActionResult, BUCKET_MS, type Fault, type RouteState } from '#ui/contract.ts';
import { EntryLog } from '#ui/entry-log.ts';
import { Listeners } from '#ui/listeners.ts';
import type { TestNetwork } from '#ui/test-network.ts';
import { eniOf, instanceOf } from '../account-of-topology.ts';
import { makeContact } from '../contact.ts';
import { detectionText } from '../detection-text.ts';
import type { EmulatedTopology } from '../emulate.ts';
import { shorten } from '../our-timeline.ts';
import { allRouters, pingReaches, wayOut } from '../scenario.ts';
import { Sessions } from '../sessions.ts';
import type { LogLine, SimulatedRouter } from '../simulated-router.ts';
import { startRouters } from '../start-routers.ts';
import { pageEntry } from './page-entry.ts';
import { TrafficMeter } from './traffic-meter.ts';

const PING_EVERY_MS = 20;
/** How often the routers' logs are read. */
const LOGS_EVERY_MS = 250;

/** The network of the demo: pings, the model of the routers' sessions, and the real reporter that their losses start. */
export class DemoNetwork implements TestNetwork {
  readonly behind = 'demo';
  readonly #topology: Topology;
  readonly #running: EmulatedTopology;
  readonly #log = new EntryLog();
  readonly #listeners = new Listeners();
  readonly #ways: readonly { readonly here: Site; readonly there: Site; readonly meter: TrafficMeter }[];
  readonly #sessions: Sessions;
  readonly #linesRead = new Map<SimulatedRouter, number>();
  readonly #stops: (() => void)[] = [];

  constructor(topology: Topology, running: EmulatedTopology) {
    this.#topology = topology;
    this.#running = running;
    this.#ways = waysOf(topology);
    this.#sessions = new Sessions(running.directory);
  }

  /** Starts pings and detectors. */
  start(): void {
    const { emulator, network, routers } = this.#running;
    const sites = this.#topology.sites.map(({ name }) => name);
    startRouters(sites, network, routers, this.#sessions, (change) =>
      this.#record('detected', change.router, detectionText(change, this.#topology).says),
    );
    for (const router of routers) this.#linesRead.set(router, router.reportLog().length);
    const pings = setInterval(() => this.#ping(), PING_EVERY_MS);
    const logs = setInterval(() => this.#readLogs(), LOGS_EVERY_MS);
    const shown = setInterval(() => this.#listeners.notify(), BUCKET_MS);
    this.#stops.push(
      emulator.on((happening) => {
        const entry = pageEntry(happening, this.#topology);
        if (entry !== undefined) this.#log.add(entry);
      }),
      () => [pings, logs, shown].forEach(clearInterval),
      () => this.#sessions.end(),
    );
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  traffic = () => this.#ways.map(({ meter }) => meter.state);
  entries = () => this.#log.all;
  onChange = (listener: () => void) => this.#listeners.add(listener);
  recordAct = (site: string, says: string) => this.#record('operator', site, says);

  tunnels = () =>
    this.#running.network.tunnels().map(({ between, works }) => {
      const state = works ? ('up' as const) : ('down' as const);
      return { between, state, says: `${between.join(' – ')}: ${state}` };
    });

  faultsOf = (name: string): readonly Fault[] => {
    const { emulator, network } = this.#running;
    const place = this.#placeOf(name);
    const guest = place && emulator.ec2.guests.find(place.region, place.instance);
    return [
      ...(guest?.state !== 'running' ? ['stop' as const] : guest.responsive ? [] : ['kill' as const]),
      ...(network.hasUplink(name) ? [] : ['cut-uplink' as const]),
    ];
  };

  routesOf = (name: string): readonly RouteState[] | undefined => {
    const site = this.#topology.sites.find((each) => each.name === name);
    if (site === undefined) return undefined;
    const region = this.#running.emulator.ec2.state(site.region);
    const pair = [site.routers.active, site.routers.standby];
    return site.routeTables.flatMap(({ id: table, destinations }) =>
      destinations.map((destination) => {
        const route = region.routeTables.get(table)?.routes.find((each) => each.destination === destination);
        const router = pair.find((each) => eniOf(each) === route?.target)?.name ?? null;
        const state = route === undefined ? 'missing' : routeState(route, region);
        return { table, destination, router, target: route?.target ?? null, state };
      }),
    );
  };

  act = async (action: FaultAction): Promise<ActionResult> => {
    const place = this.#placeOf(action.router);
    if (place === undefined) return result('refused', `There is no router ${action.router}.`);
    try {
      if (action.action === 'fault') this.#break(action.router, action.fault, place);
      else this.#restore(action.router, place);
    } catch (error) {
      return result('failed', (error as Error).message);
    }
    this.#listeners.notify();
    return result('done', '');
  };

  #break(name: string, fault: Fault, { region, instance }: Place): void {
    const { emulator, network } = this.#running;
    this.#record('fault', name, FAULT_TEXTS[fault]);
    if (fault === 'kill') emulator.ec2.lifecycle.hang(region, instance);
    if (fault === 'stop') emulator.ec2.lifecycle.stop(region, instance);
    if (fault === 'cut-uplink') network.cutUplink(name);
  }

  /** Ends all faults of a router. */
  #restore(name: string, { region, instance }: Place): void {
    const { emulator, network, routers } = this.#running;
    const { lifecycle, guests } = emulator.ec2;
    const state = guests.find(region, instance)?.state;
    if (state === 'stopping')
      throw new Error(`${name} is stopping: it can be started when it has stopped, after some 20 s.`);
    this.#record('fault', name, 'is restored');
    if (state === 'stopped') lifecycle.start(region, instance);
    else lifecycle.recover(region, instance);
    network.restoreUplink(name);
    for (const router of routers) router.writeBgpSummary(network.bgpSummary(router.router.name));
    const own = routers.find(({ router }) => router.name === name);
    if (own !== undefined) void makeContact(own);
  }

  #ping(): void {
    const { emulator, network } = this.#running;
    for (const { here, there, meter } of this.#ways) {
      const { answered } = meter.state;
      const reaches = pingReaches({ here, there }, emulator, network);
      meter.record(Date.now(), reaches);
      if (reaches === answered) continue;
      const way = `pings between ${here.name} and ${there.name}`;
      this.#record(
        'traffic',
        null,
        reaches
          ? `${way} are answered again after ${((meter.state.outageMs ?? 0) / 1000).toFixed(2)} s`
          : `${way} are lost`,
      );
    }
  }

  #readLogs(): void {
    for (const [router, read] of this.#linesRead) {
      const lines = router.reportLog();
      for (const line of lines.slice(read)) {
        if (isShown(line))
          this.#log.add({ at: line.at, kind: 'reported', where: router.router.name, says: shorten(line) });
      }
      this.#linesRead.set(router, lines.length);
    }
  }

  #record(kind: 'fault' | 'detected' | 'operator' | 'traffic', where: string | null, says: string): void {
    this.#log.add({ at: Date.now(), kind, where, says });
  }

  #placeOf(name: string): Place | undefined {
    const router = allRouters(this.#topology).find((each) => each.name === name);
    const site = this.#topology.sites.find((each) => each.name === router?.site);
    return router && site && { region: site.region, instance: instanceOf(router) };
  }
}

interface Place {
  readonly region: string;
  readonly instance: string;
}

const FAULT_TEXTS: Readonly<Record<Fault, string>> = {
  kill: 'fails: it stops at once, and EC2 still reports a running instance',
  stop: 'is stopped by EC2',
  'cut-uplink': 'loses its uplink',
};

/** Contacts of every two minutes are no news. */
function isShown({ id }: LogLine): boolean {
  return id !== '-';
}

function waysOf({ sites }: Topology) {
  return sites.flatMap((here, index) =>
    sites
      .slice(index + 1)
      .filter((there) => wayOut(here, there) !== undefined && wayOut(there, here) !== undefined)
      .map((there) => ({ here, there, meter: new TrafficMeter(here.name, there.name) })),
  );
}

function result(outcome: ActionResult['outcome'], says: string): ActionResult {
  return { outcome, says, hint: null, command: null, steps: [] };
}
