import type { ServiceEvent } from '#emulator/service.ts';
import { saidAt, staleness } from '#failover/claim.ts';
import type { ReportTrigger, Trigger } from '#failover/trigger.ts';
import { calm } from './calm.ts';
import { STORM_MS } from './draw-schedule.ts';
import { Ec2 } from './ec2.ts';
import { Functions, type Mutation } from './functions.ts';
import { happen } from './happen.ts';
import { Weather } from './network.ts';
import { Platform } from './platform.ts';
import { Chance } from './random.ts';
import { type ApiAnswer, RouterPair } from './routers.ts';
import type { Schedule, Side } from './schedule.ts';
import { MemoryOfSite } from './site-memory.ts';
import { accountOf, ROUTERS, siteOf } from './site-under-test.ts';
import { VirtualTime } from './virtual-time.ts';
import { type Violation, Watch } from './watch.ts';

/** A moment to count from; 2026-11-23T03:00:00Z. */
export const START = Date.UTC(2026, 10, 23, 3);
const PROBE_EVERY_MS = 60_000;
const API_WAITS_MS = 8_000;
/** More than any schedule takes: something runs for ever. */
const MOST_STEPS = 300_000;

/** What became of a schedule. */
export interface Outcome {
  readonly violation: Violation | undefined;
  /** Virtual ms from the end of the faults to one owner; undefined: not reached. */
  readonly convergedAfterMs: number | undefined;
  readonly swaps: number;
  readonly steps: number;
  readonly timeline: readonly string[];
}

export interface Options {
  readonly mutation?: Mutation | undefined;
  /** Keep a timeline; costs time. */
  readonly verbose?: boolean;
}

/** Runs one schedule to its end, or to the first broken invariant. The same schedule gives the same outcome. */
export async function simulate(schedule: Schedule, options: Options = {}): Promise<Outcome> {
  const world = new World(schedule, options);
  await world.run();
  const { violation, swaps } = world.watch;
  const { steps } = world.time;
  return { violation, convergedAfterMs: world.convergedAfterMs, swaps: swaps.size, steps, timeline: world.timeline };
}

/** Everything that a schedule happens to. */
export class World {
  readonly schedule: Schedule;
  readonly time: VirtualTime;
  readonly ec2: Ec2;
  readonly store = new MemoryOfSite();
  readonly weather = new Weather();
  readonly platform: Platform;
  readonly watch: Watch;
  readonly routers: RouterPair;
  readonly functions: Functions;
  readonly timeline: string[] = [];
  /** The probe's last `FailoverReady`, and when its round began. */
  ready: { readonly value: number; readonly at: number } | undefined;
  /** What the next round of the probe suffers. */
  nextProbe: { readonly kind: 'lost' | 'twice' | 'late'; readonly byMs: number } | undefined;
  over = false;
  convergedAfterMs: number | undefined;
  #events = 0;
  readonly tell: (what: () => string) => void;

  constructor(schedule: Schedule, { mutation, verbose = false }: Options) {
    this.schedule = schedule;
    const ties = new Chance('ties', schedule.seed);
    this.time = new VirtualTime(START, () => ties.number());
    this.tell = verbose ? (what) => void this.timeline.push(`${this.#stamp()} ${what()}`) : () => {};
    const site = siteOf(schedule);
    this.ec2 = new Ec2(accountOf(schedule), this.time, schedule.staleMs, (event) => this.#ec2Says(event));
    const { ec2, store, time, tell, weather } = this;
    this.platform = new Platform(schedule.seed, time);
    this.watch = new Watch(site, { time, store, ec2, tell });
    const { platform, watch } = this;
    this.functions = new Functions({
      site,
      ec2,
      store,
      time,
      weather,
      platform,
      watch,
      mutation,
      tell,
      routers: () => this.routers,
      ready: (value, { beganAt }) => {
        if (beganAt >= (this.ready?.at ?? 0)) this.ready = { value, at: beganAt };
      },
    });
    this.routers = new RouterPair(schedule.seed, {
      time,
      ec2,
      tell,
      post: (report, chance) => this.#post(report, chance),
    });
    ec2.lifecycle.onGuest(() => this.routers.look());
  }

  async run(): Promise<void> {
    const { schedule, time } = this;
    for (const event of schedule.events) time.after(event.at, () => happen(event, this));
    time.after(schedule.probeAt, () => this.#everyMinute());
    if (schedule.heartbeatMs !== undefined) this.#beat(schedule.heartbeatMs);
    time.after(STORM_MS, () => void calm(this));
    await time.run(() => this.over || this.watch.violation !== undefined || time.steps > MOST_STEPS);
    if (time.steps > MOST_STEPS) this.watch.break('ends', `after ${MOST_STEPS} steps there is still something to do`);
  }

  /** Lambda's asynchronous invocation: late, lost, twice, and tried again after an error. */
  deliver(trigger: Trigger): void {
    const chance = new Chance(this.schedule.seed, 'deliver', trigger.id);
    const copies = chance.oneOf([0, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    for (let copy = 0; copy < copies; copy++) {
      const delay = chance.happens(0.05) ? 30_000 : chance.between(200, 3_000);
      this.time.after(delay, () => void this.#try(trigger, 0));
    }
  }

  async #try(trigger: Trigger, retries: number): Promise<void> {
    const ended = await this.functions.swap(trigger);
    if (ended.kind === 'returned' || retries === 2) return;
    this.time.after((retries + 1) * 60_000, () => void this.#try(trigger, retries + 1));
  }

  #ec2Says({ detail }: ServiceEvent): void {
    const state = String(detail.state);
    const instance = String(detail['instance-id']);
    this.tell(() => `EC2: ${instance} is ${state}`);
    if (['pending', 'running'].includes(state)) return;
    this.#events += 1;
    this.deliver({ kind: 'ec2', id: `event-${this.#events}`, instance, state });
  }

  /** A router's POST; the answer may get lost on the way back. */
  async #post(report: ReportTrigger, chance: Chance): Promise<ApiAnswer> {
    await this.time.sleep(chance.latency(40));
    if (chance.happens(0.02)) void this.functions.swap(report);
    const late = this.time.sleep(API_WAITS_MS).then(() => undefined);
    const ended = await Promise.race([this.functions.swap(report), late]);
    await this.time.sleep(chance.latency(40));
    if (ended === undefined || chance.happens(0.05)) return undefined;
    if (ended.kind !== 'returned') return { status: 503, outcome: 'partial', reason: 'not-seen' };
    const { outcome, reason } = ended.value;
    return { status: STATUS[outcome], outcome, reason };
  }

  #everyMinute(): void {
    if (this.over) return;
    this.time.after(PROBE_EVERY_MS, () => this.#everyMinute());
    const { nextProbe } = this;
    this.nextProbe = undefined;
    if (nextProbe?.kind === 'lost') return;
    const turn = `turn-${this.time.now()}`;
    this.time.after(nextProbe?.byMs ?? 0, () => void this.#round(turn));
    if (nextProbe?.kind === 'twice') void this.#round(turn);
  }

  async #round(turn: string): Promise<void> {
    const ended = await this.functions.probe(turn);
    this.tell(() => `probe: ${ended.kind === 'returned' ? JSON.stringify(ended.value) : ended.why}`);
  }

  #beat(every: number): void {
    if (this.over) return;
    this.time.after(every, () => this.#beat(every));
    for (const side of ['a', 'b'] as const) if (this.routers.connected(side)) this.heartbeat(side, every, 0);
  }

  heartbeat(side: Side, everyMs: number, lateMs: number): void {
    const beat = { at: this.routers.clock(side), everyMs, ebgp: this.routers.ebgp(side) };
    const { name } = ROUTERS[side];
    this.time.after(lateMs, () => {
      const now = this.time.now();
      if (staleness('heartbeat', beat.at, now) !== undefined) return this.routers.correctClock(side);
      const heard = { ...beat, at: saidAt(beat.at, now) };
      void this.functions.note(`heartbeat-${side}`, (store) => store.beat(name, heard));
    });
  }

  #stamp(): string {
    return `${((this.time.now() - START) / 1000).toFixed(3).padStart(9)} s `;
  }
}

const STATUS = { swapped: 200, already: 200, noted: 200, refused: 409, partial: 503 } as const;
