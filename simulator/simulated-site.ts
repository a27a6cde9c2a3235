import type { ServiceEvent } from '#emulator/service.ts';
import type { ManagedSite } from '#failover/site.ts';
import { AwsFaults } from './aws-faults.ts';
import type { StoreNetwork } from './dynamodb/client.ts';
import { Table } from './dynamodb/table.ts';
import { Ec2 } from './ec2.ts';
import type { Ec2Network } from './ec2-client.ts';
import type { Request } from './evidence.ts';
import { Functions, type Mutation } from './functions.ts';
import type { GroundTruth } from './ground-truth.ts';
import { INVARIANTS } from './invariants/index.ts';
import { Platform } from './platform.ts';
import { PROBE_EVERY_MS } from './platform-times.ts';
import { Chance } from './random.ts';
import type { Schedule } from './schedule.ts';
import { accountOf, siteOf } from './site-of-schedule.ts';
import { SiteRecord, type Violation } from './site-record.ts';
import type { SiteName } from './sites.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SiteWorld {
  readonly schedule: Schedule;
  readonly time: VirtualTime;
  readonly truth: () => GroundTruth;
  readonly mutation: Mutation;
  readonly note: (what: () => string) => void;
  readonly broken: (violation: Violation) => void;
}

/** One site: its EC2, its table, its functions and the events that are delivered to them. */
export class SimulatedSite {
  readonly name: SiteName;
  readonly site: ManagedSite;
  readonly underTest: boolean;
  readonly schedule: Schedule;
  readonly time: VirtualTime;
  readonly ec2: Ec2;
  readonly table: Table;
  readonly faults = new AwsFaults();
  readonly platform: Platform;
  /** The probe's last `FailoverReady`, and when its round began. */
  lastReady: { readonly value: number; readonly at: number } | undefined;
  /** The fault of the next probe round. */
  nextProbe: { readonly kind: 'lost' | 'twice' | 'late'; readonly byMs: number } | undefined;
  over = false;
  readonly #world: SiteWorld;
  #record: SiteRecord | undefined;
  #functions: Functions | undefined;
  #events = 0;

  constructor(name: SiteName, world: SiteWorld) {
    const { schedule, time } = world;
    this.#world = world;
    this.name = name;
    this.schedule = schedule;
    this.time = time;
    this.site = siteOf(schedule, name);
    this.underTest = name === 'tokyo' || schedule.farUnderTest;
    this.ec2 = new Ec2(accountOf(schedule, name), time, schedule.staleMs, (event) => this.#ec2Says(event));
    this.table = new Table(time.now, schedule.pageItems);
    this.platform = new Platform(`${schedule.seed}${name}`, time, this.site, schedule.coldStartMs);
    this.ec2.lifecycle.onGuest(() => world.truth().update());
  }

  get truth(): GroundTruth {
    return this.#world.truth();
  }

  get record(): SiteRecord {
    this.#record ??= this.#newRecord();
    return this.#record;
  }

  #newRecord(): SiteRecord {
    const { name, underTest, site, schedule, time, table, ec2, truth } = this;
    const { note, broken } = this.#world;
    const noted = this.#named(note);
    const watch = (record: SiteRecord) =>
      (underTest ? INVARIANTS : []).map((invariant) => ({ ...invariant.watch?.(record), invariant: invariant.name }));
    return new SiteRecord({ name, site, schedule, time, table, ec2, truth, note: noted, broken, watch });
  }

  get functions(): Functions {
    this.#functions ??= new Functions(this, this.#world.mutation);
    return this.#functions;
  }

  get ec2Network(): Ec2Network {
    const { time, faults, platform, ec2, record } = this;
    return {
      time,
      faults,
      platform,
      ec2,
      issued: (run, call) => record.issued(run, call),
      written: (run, call, late) => {
        record.written(run, call, late);
        this.truth.update();
      },
    };
  }

  get storeNetwork(): StoreNetwork {
    const { time, faults, platform, table, record } = this;
    const clientBug = this.#world.mutation.dynamoDb;
    return { time, faults, platform, table, clientBug, stored: (run, write) => record.stored(run, write) };
  }

  readonly note = (what: () => string): void => this.#named(this.#world.note)(what);

  #named(note: (what: () => string) => void): (what: () => string) => void {
    return this.name === 'tokyo' ? note : (what) => note(() => `[far] ${what()}`);
  }

  readonly ready = (value: number, beganAt: number): void => {
    if (beganAt >= (this.lastReady?.at ?? 0)) this.lastReady = { value, at: beganAt };
  };

  /** Lambda's asynchronous invocation: late, lost, twice, and tried again after an error. */
  deliver(payload: object, request: Request, { byMs = 0, copies = 0 } = {}): void {
    const chance = new Chance(this.schedule.seed, 'deliver', this.name, request.id);
    const drawn = chance.oneOf([0, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    for (let copy = 0; copy < Math.max(drawn, copies); copy++) {
      const delay = byMs + (chance.happens(0.05) ? 30_000 : chance.between(200, 3_000));
      this.time.after(delay, () => void this.#try(payload, request, 0));
    }
  }

  async #try(payload: object, request: Request, retries: number): Promise<void> {
    const ended = await this.functions.direct(payload, request);
    if (ended.kind === 'returned' || retries === 2) return;
    this.time.after((retries + 1) * 60_000, () => void this.#try(payload, request, retries + 1));
  }

  #ec2Says({ detail, detailType }: ServiceEvent): void {
    if (detailType !== 'EC2 Instance State-change Notification') return;
    const state = String(detail['state']);
    const instance = String(detail['instance-id']);
    this.note(() => `EC2: ${instance} is ${state}`);
    this.truth.update();
    if (['pending', 'running'].includes(state) || !this.underTest) return;
    const { until, byMs, copies } = this.faults.ec2EventsLate;
    this.ec2Event(instance, state, until > this.time.now() ? { byMs, copies } : {});
  }

  /** @param agoMs time since the instance entered that state */
  ec2Event(
    instance: string,
    state: string,
    { agoMs = 0, ...how }: { byMs?: number; copies?: number; agoMs?: number } = {},
  ): void {
    this.#events += 1;
    const id = `event-${this.#events}`;
    // EventBridge's time has whole seconds.
    const at = this.time.now() - agoMs;
    const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
    const request: Request = { kind: 'ec2', id, stopped: { instance, at } };
    this.deliver({ source: 'aws.ec2', id, time, detail: { 'instance-id': instance, state } }, request, how);
  }

  /** Rounds of the probe, one a minute. */
  scheduleProbes(): void {
    if (this.over) return;
    this.time.after(PROBE_EVERY_MS, () => this.scheduleProbes());
    const { nextProbe } = this;
    this.nextProbe = undefined;
    if (nextProbe?.kind === 'lost') return;
    const turn = `turn-${this.time.now()}`;
    this.time.after(nextProbe?.byMs ?? 0, () => void this.#round(turn));
    if (nextProbe?.kind === 'twice') void this.#round(turn);
  }

  async #round(turn: string): Promise<void> {
    const ended = await this.functions.probe(turn);
    this.note(() => `probe: ${ended.kind === 'returned' ? JSON.stringify(ended.value) : ended.why}`);
  }
}
