import type { BgpCounts } from '#failover/bgp-counts.ts';
import type { Ec2 } from './ec2.ts';
import type { RouterFault, Schedule, Unreadable } from './schedule.ts';
import { PAIRS, ROUTER_KEYS, ROUTERS, type RouterKey, type SiteName } from './sites.ts';
import { TruthLog } from './truth-log.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Facts about a router. */
const ROUTER_FACTS = [
  /** Its kernel answers. */
  'alive',
  /** It reaches AWS. */
  'connected',
  /** Prefixes come in over its own tunnel. */
  'path',
  /** BGP leads its traffic over its peer. */
  'detour',
  /** EC2 would deliver to it, and let it forward. */
  'delivered',
  /** All of it: traffic of the VPC that is routed to it reaches the other site. */
  'carries',
  /** It carries over its own tunnel. */
  'fit',
  /** It runs, and its peer does not answer it. */
  'peer-unseen',
  /** It has no fault of its own; what it lacks is due to other routers. */
  'intact',
  /** EC2 reports that it cannot forward. */
  'certainly-failed',
  /** It reaches the API. */
  'reports',
] as const;
export type RouterFact = (typeof ROUTER_FACTS)[number];

/** The true state of routers, tunnels and pair links of both sites. No part of the product can see all of it. */
export class GroundTruth {
  readonly log: Readonly<Record<RouterKey, TruthLog<RouterFact>>>;
  /** `i-…` of each router now. */
  readonly instances: Record<RouterKey, string> = perRouter((key) => ROUTERS[key].instance);
  /** Instances that were routers, and until when, ms since the epoch. */
  readonly formerInstances = new Map<string, number>();
  /** When each router became another instance, ms since the epoch. */
  readonly replacedAt = new Map<RouterKey, number>();
  /** Ms that a router's clock is ahead. */
  clockOff: Record<RouterKey, number> = { a: 0, b: 0, A: 0, B: 0 };
  unreadable: Record<RouterKey, { readonly until: number; readonly as: Unreadable }> = perRouter(() => ({
    until: 0,
    as: 'cut',
  }));
  #faults: Record<RouterKey, Partial<Record<RouterFault, number>>> = perRouter(() => ({}));
  #partitioned: Record<SiteName, number> = { tokyo: 0, virginia: 0 };
  #ssmSilent: Record<SiteName, number> = { tokyo: 0, virginia: 0 };
  readonly #schedule: Schedule;
  readonly #time: VirtualTime;
  readonly #ec2: (site: SiteName) => Ec2;
  readonly #listeners: (() => void)[] = [];

  constructor(schedule: Schedule, time: VirtualTime, ec2: (site: SiteName) => Ec2) {
    this.#schedule = schedule;
    this.#time = time;
    this.#ec2 = ec2;
    this.log = perRouter(() => new TruthLog());
  }

  /** Calls the listener after every change. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Computes the facts anew; to be called after every change. */
  update(): void {
    const at = this.#time.now();
    let changed = false;
    for (const key of ROUTER_KEYS) {
      const facts = this.#factsOf(key);
      for (const fact of ROUTER_FACTS) changed = this.log[key].note(fact, facts[fact], at) || changed;
    }
    if (changed) for (const listener of this.#listeners) listener();
  }

  #factsOf(key: RouterKey): Record<RouterFact, boolean> {
    const [path, detour, delivered] = [this.path(key), this.detour(key), this.delivered(key)];
    return {
      alive: this.alive(key),
      connected: this.connected(key),
      path,
      detour,
      delivered,
      carries: delivered && (path || detour),
      fit: delivered && path,
      'peer-unseen': this.alive(key) && !this.seesPeer(key),
      intact:
        delivered &&
        this.daemons(key) &&
        this.connected(key) &&
        !this.has(key, 'tunnels-down') &&
        !this.has(key, 'no-prefixes'),
      'certainly-failed': this.certainlyFailed(key),
      reports: this.reachesApi(key),
    };
  }

  /** Starts a fault of a router. */
  impair(router: RouterKey, fault: RouterFault, until: number): void {
    this.#faults[router][fault] = Math.max(until, this.#faults[router][fault] ?? 0);
  }

  /** Another instance is the router from now on. */
  replace(router: RouterKey, instance: string): void {
    this.formerInstances.set(this.instances[router], this.#time.now());
    this.instances[router] = instance;
    this.replacedAt.set(router, this.#time.now());
    this.update();
  }

  partition(site: SiteName, until: number): void {
    this.#partitioned[site] = until;
  }

  silenceSsm(site: SiteName, until: number): void {
    this.#ssmSilent[site] = until;
  }

  /** Ends every fault, except those of instances and interfaces. */
  clearFaults(): void {
    this.clockOff = { a: 0, b: 0, A: 0, B: 0 };
    this.unreadable = perRouter(() => ({ until: 0, as: 'cut' }));
    this.#faults = perRouter(() => ({}));
    this.#partitioned = { tokyo: 0, virginia: 0 };
    this.#ssmSilent = { tokyo: 0, virginia: 0 };
    this.update();
  }

  has(router: RouterKey, fault: RouterFault): boolean {
    return (this.#faults[router][fault] ?? 0) > this.#time.now();
  }

  /** Routers count their sessions themselves; older ones send what FRR prints. */
  get countsOnRouter(): boolean {
    return this.#schedule.countsOnRouter;
  }

  /** How its BGP output is malformed; undefined: it is not. */
  unreadableAs(router: RouterKey): Unreadable | undefined {
    const { until, as } = this.unreadable[router];
    return until > this.#time.now() ? as : undefined;
  }

  alive(router: RouterKey): boolean {
    return this.#ec2(ROUTERS[router].site).state().instances.get(this.instances[router])?.responsive === true;
  }

  /** FRR and Serf run. */
  daemons(router: RouterKey): boolean {
    return this.alive(router) && !this.has(router, 'daemons-stopped');
  }

  connected(router: RouterKey): boolean {
    return this.alive(router) && !this.has(router, 'uplink-cut');
  }

  reachesApi(router: RouterKey): boolean {
    return this.connected(router) && !this.has(router, 'api-unreachable');
  }

  reachesSsm(router: RouterKey): boolean {
    const silent = this.#ssmSilent[ROUTERS[router].site] > this.#time.now();
    return this.connected(router) && !silent && !this.has(router, 'agent-silent');
  }

  tunnelUp(router: RouterKey): boolean {
    return [router, ROUTERS[router].farEnd].every(
      (end) => this.connected(end) && this.daemons(end) && !this.has(end, 'tunnels-down'),
    );
  }

  path(router: RouterKey): boolean {
    return this.tunnelUp(router) && !this.has(router, 'no-prefixes');
  }

  /** The link between the two routers of a site, and its iBGP session. */
  pairUp(site: SiteName): boolean {
    return this.#partitioned[site] <= this.#time.now() && PAIRS[site].every(({ key }) => this.daemons(key));
  }

  detour(router: RouterKey): boolean {
    const { site, peer } = ROUTERS[router];
    return this.#schedule.pairForwards && this.pairUp(site) && this.path(peer);
  }

  delivered(router: RouterKey): boolean {
    const { site, eni } = ROUTERS[router];
    const instance = this.instances[router];
    const { interfaces, instances } = this.#ec2(site).state();
    const found = interfaces.get(eni);
    const running = instances.get(instance)?.state === 'running';
    return this.alive(router) && running && found?.attachment?.instance === instance && !found.sourceDestCheck;
  }

  /** EC2's state makes its failure certain. */
  certainlyFailed(router: RouterKey): boolean {
    const { site, eni } = ROUTERS[router];
    const instance = this.instances[router];
    const { interfaces, instances } = this.#ec2(site).state();
    const found = interfaces.get(eni);
    const gone = ['stopping', 'stopped', 'shutting-down', 'terminated'];
    return (
      gone.includes(instances.get(instance)?.state ?? '') ||
      found?.attachment?.instance !== instance ||
      found.sourceDestCheck
    );
  }

  /** Does its peer answer it, if only by refusing a connection? */
  seesPeer(router: RouterKey): boolean {
    const { site, peer } = ROUTERS[router];
    return this.alive(router) && this.alive(peer) && this.#partitioned[site] <= this.#time.now();
  }

  /** Whether a detector between the two routers is up. */
  detectsPeer(router: RouterKey): boolean {
    return this.seesPeer(router) && this.daemons(ROUTERS[router].peer);
  }

  /** A time by a router's clock as it is set now. Default: now */
  clock(router: RouterKey, at = this.#time.now()): number {
    return Math.round(at + this.clockOff[router]);
  }

  /** As BGP has it, of the neighbors that the topology names. */
  counts(router: RouterKey): BgpCounts {
    const up = Number(this.tunnelUp(router));
    const pair = Number(this.pairUp(ROUTERS[router].site));
    return {
      tunnels: { configured: 1, established: up, receiving: Number(this.path(router)), unreadable: 0 },
      pair: { configured: 1, established: pair, receiving: pair, unreadable: 0 },
    };
  }
}

export function perRouter<T>(make: (key: RouterKey) => T): Record<RouterKey, T> {
  return { a: make('a'), b: make('b'), A: make('A'), B: make('B') };
}
