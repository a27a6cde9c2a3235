import type { Mutation } from './functions.ts';
import { GroundTruth, perRouter } from './ground-truth.ts';
import { arnOf, type Message } from './http-event.ts';
import { PhaseFaults } from './phase-faults.ts';
import { API_WAITS_MS } from './platform-times.ts';
import { Chance } from './random.ts';
import { sendContacts, sendHeartbeats, Witness } from './routers/heartbeats.ts';
import { Reporter } from './routers/reporter.ts';
import type { ApiAnswer, ReporterBugs, RouterWorld } from './routers/router-world.ts';
import type { Schedule } from './schedule.ts';
import { SimulatedSite, type SiteWorld } from './simulated-site.ts';
import type { Violation } from './site-record.ts';
import { ROUTER_KEYS, ROUTERS, type RouterKey, routerCalled, SITES, type SiteName } from './sites.ts';
import { VirtualTime } from './virtual-time.ts';

/** Start of virtual time: 2026-11-23T03:00:00Z. */
export const START = Date.UTC(2026, 10, 23, 3);
export interface Options {
  readonly mutation?: (Mutation & { readonly habits?: ReporterBugs }) | undefined;
  /** Keep a timeline; costs time. */
  readonly verbose?: boolean;
}

/** The state of one simulated schedule: both sites, their routers and the clock. */
export class World {
  readonly schedule: Schedule;
  readonly time: VirtualTime;
  readonly truth: GroundTruth;
  readonly sites: Readonly<Record<SiteName, SimulatedSite>>;
  /** Of routers whose site is under test. */
  readonly reporters: Readonly<Record<RouterKey, Reporter | undefined>>;
  readonly phaseFaults = new PhaseFaults();
  readonly timeline: string[] = [];
  violation: Violation | undefined;
  convergedAfterMs: number | undefined;
  over = false;
  /** The fault phase is over; no fault begins any more. */
  faultsOver = false;
  readonly log: (what: () => string) => void;
  readonly #routers: RouterWorld;

  constructor(schedule: Schedule, { mutation = {}, verbose = false }: Options) {
    this.schedule = schedule;
    const { seed } = schedule;
    const ties = new Chance('ties', seed);
    this.time = new VirtualTime(START, () => ties.number());
    this.log = verbose ? (what) => void this.timeline.push(`${this.#stamp()} ${what()}`) : () => {};
    const { time, log } = this;
    const broken = (violation: Violation) => {
      if (this.violation !== undefined) return;
      this.violation = violation;
      log(() => `VIOLATED ${violation.invariant}: ${violation.says}`);
    };
    const world: SiteWorld = { schedule, time, truth: () => this.truth, mutation, note: log, broken };
    this.sites = { tokyo: new SimulatedSite('tokyo', world), virginia: new SimulatedSite('virginia', world) };
    this.truth = new GroundTruth(schedule, time, (site) => this.sites[site].ec2);
    const { truth } = this;
    const post: RouterWorld['post'] = (from, message, chance) => this.#post(from, message, chance);
    const twoPhase = schedule.twoPhase === true;
    this.#routers = { seed, time, truth, note: log, twoPhase, post, habits: mutation.habits ?? {} };
    this.reporters = perRouter((key) =>
      this.sites[ROUTERS[key].site].underTest ? new Reporter(key, this.#routers) : undefined,
    );
  }

  get underTest(): readonly SimulatedSite[] {
    return SITES.map((name) => this.sites[name]).filter(({ underTest }) => underTest);
  }

  /** Starts what runs on the routers: detectors, reporters, contacts, heartbeats. */
  startRouters(): void {
    const { schedule, truth } = this;
    for (const key of ROUTER_KEYS) {
      const reporter = this.reporters[key];
      const witness = schedule.witnesses ? new Witness(key, this.#routers) : undefined;
      truth.onChange(() => {
        reporter?.update();
        witness?.update();
      });
      if (reporter === undefined) continue;
      sendContacts(key, this.#routers);
      if (schedule.heartbeatMs !== undefined) sendHeartbeats(key, schedule.heartbeatMs, this.#routers);
    }
  }

  /** Who signs what a router writes now. */
  signerOf(router: RouterKey): string {
    return arnOf(router, this.truth.instances[router]);
  }

  /**
   * Sends a message to the API of the site that it is about, without waiting for the answer.
   *
   * @param caller who signed it when it was written
   */
  async send(message: Message, caller: string): Promise<void> {
    const site = routerCalled(message.subject)?.site ?? 'tokyo';
    if (this.sites[site].underTest) await this.sites[site].functions.post(message, caller);
  }

  /** A router's POST; the answer may get lost on the way back. */
  async #post(from: RouterKey, message: Message, chance: Chance): Promise<ApiAnswer> {
    const site = this.sites[routerCalled(message.subject)?.site ?? 'tokyo'];
    if (!site.underTest) return undefined;
    const caller = this.signerOf(from);
    const { how, byMs = 0 } = this.phaseFaults.take(message.phase) ?? {};
    await this.time.sleep(chance.latency(40) + (how === 'late' ? byMs : 0));
    if (how === 'lost') return this.time.sleep(API_WAITS_MS).then(() => undefined);
    if (how === 'twice') this.time.after(byMs, () => void site.functions.post(message, caller));
    if (chance.happens(0.02)) void site.functions.post(message, caller);
    const late = this.time.sleep(API_WAITS_MS).then(() => undefined);
    const ended = await Promise.race([site.functions.post(message, caller), late]);
    await this.time.sleep(chance.latency(40));
    if (message.phase === 'suspected' && ended?.kind === 'returned') this.phaseFaults.between?.(from);
    if (ended === undefined || how === 'answer-lost' || chance.happens(0.05)) return undefined;
    if (ended.kind !== 'returned') return { status: 503, outcome: '', reason: '' };
    return ended.value;
  }

  #stamp(): string {
    return `${((this.time.now() - START) / 1000).toFixed(3).padStart(9)} s `;
  }
}
