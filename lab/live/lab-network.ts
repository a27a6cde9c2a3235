import { pageEntry } from '#demo/live/page-entry.ts';
import { TrafficMeter } from '#demo/live/traffic-meter.ts';
import type { Happening } from '#emulator/service.ts';
import type { FaultAction } from '#ui/actions.ts';
import { type ActionResult, BUCKET_MS, type Entry, type Fault, type TunnelState } from '#ui/contract.ts';
import { EntryLog } from '#ui/entry-log.ts';
import { Listeners } from '#ui/listeners.ts';
import type { TestNetwork } from '#ui/test-network.ts';
import { type BgpSession, bgpSessions } from '../ask-frr.ts';
import { breakIt, heal, mend } from '../faults.ts';
import { wayBetween } from '../ping.ts';
import { type LabPlan, routersOf } from '../plan.ts';
import { processesIn } from '../processes.ts';
import { reportLogLines } from '../report-log.ts';
import type { CloudState } from '../state.ts';
import { HostPings } from './host-pings.ts';
import { tunnelStates } from './tunnel-states.ts';

/** The emulated AWS runs in another process, and is asked. */
const HAPPENINGS_EVERY_MS = 250;
/** A reading starts a program in each router. */
const ROUTERS_EVERY_MS = 1_000;

/** The network of a lab: pings between real hosts, BGP sessions of real daemons, and what the emulated AWS records. */
export class LabNetwork implements TestNetwork {
  readonly behind = 'lab';
  readonly #plan: LabPlan;
  readonly #cloud: CloudState;
  readonly #log = new EntryLog();
  readonly #listeners = new Listeners();
  readonly #ways: readonly { readonly meter: TrafficMeter; readonly pings: HostPings }[];
  readonly #stop = new AbortController();
  /** Uplinks that were cut on this page. */
  readonly #cut = new Set<string>();
  readonly #dead = new Set<string>();
  #tunnels: readonly TunnelState[];
  #answered = true;

  constructor(plan: LabPlan, cloud: CloudState) {
    this.#plan = plan;
    this.#cloud = cloud;
    this.#tunnels = tunnelStates(plan.topology, new Map());
    this.#ways = waysOf(plan);
  }

  /** Starts pings and readings. */
  start(): void {
    for (const { pings } of this.#ways) pings.start();
    const { signal } = this.#stop;
    void repeat(ROUTERS_EVERY_MS, signal, () => this.#readRouters());
    void this.#followHappenings();
    const shown = setInterval(() => this.#show(), BUCKET_MS);
    signal.addEventListener('abort', () => clearInterval(shown));
  }

  stop(): void {
    this.#stop.abort();
    for (const { pings } of this.#ways) pings.stop();
  }

  traffic = () => this.#ways.map(({ meter }) => meter.state);
  tunnels = () => this.#tunnels;
  entries = () => this.#log.all;
  /** The emulated AWS is in another process: the site's status has them. */
  routesOf = () => undefined;
  onChange = (listener: () => void) => this.#listeners.add(listener);
  recordAct = (site: string, says: string) => this.#record('operator', site, says);

  faultsOf = (name: string): readonly Fault[] => [
    ...(this.#dead.has(name) ? ['kill' as const] : []),
    ...(this.#cut.has(name) ? ['cut-uplink' as const] : []),
  ];

  act = async (action: FaultAction): Promise<ActionResult> => {
    const { router } = action;
    try {
      if (action.action === 'restore') await this.#restore(router);
      else await this.#break(router, action.fault);
    } catch (error) {
      return { outcome: 'failed', says: (error as Error).message, hint: null, command: null, steps: [] };
    }
    this.#listeners.notify();
    return { outcome: 'done', says: '', hint: null, command: null, steps: [] };
  };

  async #break(router: string, fault: Fault): Promise<void> {
    if (fault === 'stop') throw new Error('The routers of a lab are no instances: kill one instead.');
    this.#record(
      'fault',
      router,
      fault === 'kill' ? 'fails: its ports go down and all its programs end' : 'loses its uplink',
    );
    await breakIt(this.#plan, this.#cloud, router, fault === 'kill' ? 'router' : 'uplink');
    (fault === 'kill' ? this.#dead : this.#cut).add(router);
  }

  /** A router that was killed starts again with all others that were: `heal` starts what does not run. */
  async #restore(router: string): Promise<void> {
    this.#record('fault', router, 'is restored');
    if (this.#dead.has(router)) {
      await heal(this.#plan, this.#cloud);
      this.#cut.clear();
    } else if (this.#cut.delete(router)) {
      await mend(this.#plan, router, 'uplink');
    }
  }

  async #readRouters(): Promise<void> {
    const sessions = new Map<string, readonly BgpSession[]>();
    for (const router of routersOf(this.#plan)) {
      const { name } = router.router;
      const alive = (await processesIn(router.namespace)).size > 0;
      if (alive) this.#dead.delete(name);
      else this.#dead.add(name);
      sessions.set(name, alive ? await bgpSessions(router) : []);
    }
    this.#tunnels = tunnelStates(this.#plan.topology, sessions);
  }

  async #followHappenings(): Promise<void> {
    const { signal } = this.#stop;
    let since = (await this.#ask<{ happenings: number }>('', signal))?.happenings ?? 0;
    let logsSince = Date.now();
    await repeat(HAPPENINGS_EVERY_MS, signal, async () => {
      const now = Date.now();
      const answer = await this.#ask<{ next: number; happenings: Happening[] }>(`/happenings?since=${since}`, signal);
      since = answer?.next ?? since;
      for (const happening of answer?.happenings ?? []) {
        const entry = pageEntry(happening, this.#plan.topology);
        if (entry !== undefined) this.#log.add(entry);
      }
      for (const router of routersOf(this.#plan)) {
        for (const { at, says } of reportLogLines(router, logsSince)) {
          const text = shownLine(says);
          if (text !== undefined && at < now)
            this.#log.add({ at, kind: 'reported', where: router.router.name, says: text });
        }
      }
      logsSince = now;
    });
  }

  async #ask<T>(path: string, signal: AbortSignal): Promise<T | undefined> {
    try {
      return (await (await fetch(`${this.#cloud.endpoint}/_emulator${path}`, { signal })).json()) as T;
    } catch {
      // It has ended, or the page has: the site's status says so.
      return undefined;
    }
  }

  #show(): void {
    const [way] = this.#ways;
    if (way !== undefined && way.meter.state.answered !== this.#answered) {
      this.#answered = way.meter.state.answered;
      const { from, to, outageMs } = way.meter.state;
      const says = this.#answered ? `are answered again after ${((outageMs ?? 0) / 1000).toFixed(2)} s` : 'are lost';
      this.#record('traffic', null, `pings between ${from} and ${to} ${says}`);
    }
    this.#listeners.notify();
  }

  #record(kind: Entry['kind'], where: string | null, says: string): void {
    this.#log.add({ at: Date.now(), kind, where, says });
  }
}

/** A line of a router's log without its level and the report's id; undefined: a contact of every two minutes, which has no id. */
function shownLine(says: string): string | undefined {
  const [, id, text] = /^\S+ +(\S+) +(.*)$/.exec(says) ?? [];
  return id === '-' ? undefined : text;
}

function waysOf(plan: LabPlan) {
  const names = plan.sites.map(({ site }) => site.name);
  return names.flatMap((from, index) =>
    names.slice(index + 1).map((to) => {
      const meter = new TrafficMeter(from, to);
      return { meter, pings: new HostPings(wayBetween(plan, from, to), meter) };
    }),
  );
}

/** Does it again and again, with a pause after each time, until the signal aborts. */
async function repeat(everyMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    // A router that is killed while it is read fails the reading; the next one finds it dead.
    await work().catch((error: unknown) => process.emitWarning(String(error)));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
