import type { EbgpCount } from '#failover/bgp-summary.ts';
import type { Outcome } from '#failover/swap-record.ts';
import type { ReportTrigger } from '#failover/trigger.ts';
import type { Ec2 } from './ec2.ts';
import { Chance } from './random.ts';
import type { Side } from './schedule.ts';
import { other, ROUTERS } from './site-under-test.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the API answered; undefined: nothing came back. */
export type ApiAnswer = { readonly status: number; readonly outcome: Outcome; readonly reason: string } | undefined;

/** What is wrong with the routers besides being dead; times in ms: until then. */
export class Faults {
  uplinkCut: Record<Side, number> = { a: 0, b: 0 };
  tunnelsDown: Record<Side, number> = { a: 0, b: 0 };
  agentSilent: Record<Side, number> = { a: 0, b: 0 };
  clockOff: Record<Side, number> = { a: 0, b: 0 };
  partitioned = 0;
}

/** As `router/lib/config.sh` and `router/reconcile` have them, ms. */
const RETRY_DELAYS: readonly number[] = [0, 1_000, 2_000, 4_000];
const RETRY_EVERY_MS = 5_000;
const NOTED_EVERY_MS = 30_000;
const GIVE_UP_AFTER_MS = 600_000;
const RECONCILE_EVERY_MS = 20_000;
export const REPORT_AGAIN_MS = 300_000;
const FINAL_REASONS: readonly string[] = ['mode-off', 'too-many-swaps', 'no-managed-route'];

/** The two routers: what is true of them, and what each says of the other. */
export class RouterPair {
  faults = new Faults();
  readonly #seed: number;
  readonly #time: VirtualTime;
  readonly #ec2: Ec2;
  readonly #post: (report: ReportTrigger, chance: Chance) => Promise<ApiAnswer>;
  readonly #tell: (what: () => string) => void;
  readonly #noticed: Record<Side, boolean> = { a: false, b: false };
  readonly #working: Record<Side, boolean> = { a: false, b: false };
  /** Outages of the peer that each router has seen. */
  readonly #outages: Record<Side, number> = { a: 0, b: 0 };
  #reports = 0;

  constructor(
    seed: number,
    world: {
      readonly time: VirtualTime;
      readonly ec2: Ec2;
      readonly tell: (what: () => string) => void;
      readonly post: (report: ReportTrigger, chance: Chance) => Promise<ApiAnswer>;
    },
  ) {
    this.#seed = seed;
    this.#time = world.time;
    this.#ec2 = world.ec2;
    this.#tell = world.tell;
    this.#post = world.post;
  }

  alive(side: Side): boolean {
    return this.#ec2.state().instances.get(ROUTERS[side].instance)?.responsive === true;
  }

  /** Internet: the AWS API and the tunnels. */
  connected(side: Side): boolean {
    return this.alive(side) && this.faults.uplinkCut[side] <= this.#time.now();
  }

  ebgp(side: Side): EbgpCount {
    const up = this.connected(side) && this.faults.tunnelsDown[side] <= this.#time.now();
    return { established: up ? 1 : 0, configured: 1 };
  }

  /** Does the peer of this router answer it? */
  seesPeer(side: Side): boolean {
    return this.alive(side) && this.alive(other(side)) && this.faults.partitioned <= this.#time.now();
  }

  clock(side: Side): number {
    return Math.round(this.#time.now() + this.faults.clockOff[side]);
  }

  /** As `router/lib/clock.sh` does after an answer that refuses it for its clock. */
  correctClock(side: Side): void {
    this.faults.clockOff[side] = 0;
  }

  /** To be called whenever something about the routers changed: detectors notice after a while. */
  look(): void {
    for (const side of ['a', 'b'] as const) {
      const blind = this.alive(side) && !this.seesPeer(side);
      if (blind && !this.#noticed[side]) {
        const chance = new Chance(this.#seed, 'detect', side, this.#time.now());
        this.#time.after(chance.oneOf([300, 1_000, 7_000]), () => {
          if (this.alive(side) && !this.seesPeer(side)) void this.report(side, 'failed', true);
        });
        this.#outages[side] += 1;
        void this.#reconcile(side, chance);
      }
      this.#noticed[side] = blind;
    }
  }

  /** `reconcile`: reports a peer that is silent in two of its rounds, and again after a while, for as long as it is. */
  async #reconcile(side: Side, chance: Chance): Promise<void> {
    const outage = this.#outages[side];
    await this.#time.sleep(chance.between(0, RECONCILE_EVERY_MS) + RECONCILE_EVERY_MS);
    while (this.#noticed[side] && this.#outages[side] === outage) {
      const began = this.#time.now();
      await this.report(side, 'failed', true);
      await this.#time.sleep(Math.max(RECONCILE_EVERY_MS, began + REPORT_AGAIN_MS - this.#time.now()));
    }
  }

  /** A report as this router would write it now. */
  write(side: Side, id: string, event: ReportTrigger['event'], detectedAt = this.clock(side)): ReportTrigger {
    return {
      kind: 'report',
      id,
      detector: 'bfd',
      event,
      reporter: ROUTERS[side].name,
      subject: ROUTERS[other(side)].name,
      instance: ROUTERS[side].instance,
      at: this.clock(side),
      detectedAt,
      ebgp: this.ebgp(side),
    };
  }

  /**
   * One worker a router: from the event to an answer that settles it.
   *
   * @param confirm as the reporter does by TCP
   */
  async report(side: Side, event: ReportTrigger['event'], confirm: boolean): Promise<void> {
    if (this.#working[side] || !this.alive(side)) return;
    this.#working[side] = true;
    this.#reports += 1;
    const id = `report-${side}${this.#reports}`;
    this.#tell(() => `${ROUTERS[side].name} reports that its peer ${event} (${id})`);
    await this.#deliver(side, id, event, confirm);
    this.#working[side] = false;
  }

  async #deliver(side: Side, id: string, event: ReportTrigger['event'], confirm: boolean): Promise<void> {
    const chance = new Chance(this.#seed, id);
    const detectedAt = this.clock(side);
    const aboutAs = (ms: number) => this.#time.sleep(ms * (1 + chance.number() / 2));
    let giveUp = this.#time.now() + GIVE_UP_AFTER_MS;
    let confirmed = !confirm;
    let failures = 0;
    for (let tries = 0; ; tries++) {
      if (tries > 0) await aboutAs(RETRY_DELAYS[tries - 1] ?? RETRY_EVERY_MS);
      if (!this.alive(side) || this.#time.now() > giveUp) return;
      if (!confirmed) {
        await this.#time.sleep(700);
        if (this.seesPeer(side)) return;
        if (!this.connected(side)) continue;
        confirmed = true;
      }
      const answer = this.connected(side)
        ? await this.#post(this.write(side, id, event, detectedAt), chance)
        : undefined;
      if (answer?.outcome === 'noted') {
        await aboutAs(NOTED_EVERY_MS);
        if (this.seesPeer(side)) return;
        giveUp = this.#time.now() + GIVE_UP_AFTER_MS;
        tries = -1;
        continue;
      }
      if (answer?.status === 200 || answer?.reason === 'replayed') return;
      const refused = answer?.status === 409;
      if (answer?.reason === 'report-stale') this.correctClock(side);
      if (refused && FINAL_REASONS.includes(answer.reason)) return;
      failures += 1;
      if (event === 'failed' && (refused || failures >= 3) && this.seesPeer(side)) return;
    }
  }
}
