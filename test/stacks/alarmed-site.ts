import { AwsClient } from 'aws4fetch';
import { METRICS, METRICS_NAMESPACE, type Metric } from '#contracts/metrics.ts';
import { accountOf } from '#demo/account-of-topology.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { manualClock } from '../emulator/manual-clock.ts';
import { UP } from '../failover/situation.ts';
import type { FakeWorld } from '../functions/fakes.ts';
import { kept, names, tokyo, topology } from './site-under-test.ts';

const MINUTE_MS = 60_000;
/** A Region without rules: a tick there fires none, and judges the alarms of all Regions. */
const NOWHERE = 'us-west-2';

/**
 * Tokyo's stack in the emulator, on a clock that the test moves. The metrics of route-swap, health-probe and config-push are those that
 * their procedures emit over a `FakeWorld`; AWS's own are the emulator's.
 */
export class AlarmedSite {
  readonly emulator: Emulator;
  readonly #clock: ReturnType<typeof manualClock>;

  private constructor(emulator: Emulator, clock: ReturnType<typeof manualClock>) {
    this.emulator = emulator;
    this.#clock = clock;
  }

  static async start(assembly: string): Promise<AlarmedSite> {
    const clock = manualClock();
    const account = accountOf(topology, () => undefined);
    return new AlarmedSite(await startEmulator({ assembly, account, clock, kept }), clock);
  }

  now(): number {
    return this.#clock.now();
  }

  /** `not-ready`, `contact-missing--tokyo-1`: those of Tokyo that are in ALARM. */
  risen(): readonly string[] {
    return this.#alarms('ALARM');
  }

  all(): readonly string[] {
    return this.#alarms();
  }

  #alarms(state?: string): readonly string[] {
    return this.emulator.alarms
      .filter((alarm) => alarm.region === tokyo.region && (state === undefined || alarm.state === state))
      .map(({ name }) => name.replace(`${names.stack}--`, ''));
  }

  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      await this.#clock.advance(MINUTE_MS);
      await this.emulator.tickSchedules(NOWHERE);
    }
  }

  /** Minutes in each of which something is done with the same world, whose metrics are put. */
  async minutes(count: number, world: FakeWorld, act: () => Promise<unknown>): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      const before = world.metrics.length;
      await act();
      for (const { name, value } of world.metrics.slice(before)) {
        const metric = name as Metric;
        if (METRICS[metric].dimensions.length === 0) this.put(metric, value);
      }
      world.now += MINUTE_MS;
      await this.pass(1);
    }
  }

  /** Rounds of the probe with the real rehearsal, one a minute. `before`: what happens before each of them. */
  async rounds(
    count: number,
    world: FakeWorld,
    bgp: Readonly<Record<string, BgpCounts>> = {},
    before: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const readBgp = ({ name }: { name: string }) =>
      Promise.resolve({ kind: 'answered', output: JSON.stringify(bgp[name] ?? UP) } as const);
    const routerMetric = (name: Metric, value: number, router: string) => this.put(name, value, { router });
    await this.minutes(count, world, async () => {
      await before();
      const askRouteSwap = () => rehearse(world.tools({ readBgp }));
      return probeSite(world.tools({ turn: `turn-${world.now}`, readBgp, routerMetric, askRouteSwap }));
    });
  }

  /** With the dimensions that Powertools writes (`report-path-alarms.test.ts` runs it). */
  put(name: Metric, value: number, more: Readonly<Record<string, string>> = {}): void {
    const { service } = METRICS[name];
    const ofSite = { topology: topology.name, site: tokyo.name, ...more };
    this.putAny(METRICS_NAMESPACE, name, value, service === 'access-log' ? ofSite : { ...ofSite, service });
  }

  putAny(namespace: string, name: string, value: number, dimensions: Readonly<Record<string, string>>): void {
    this.emulator.metrics.put({ region: tokyo.region, namespace, name, value, dimensions });
  }

  /** A signed call of an AWS API. */
  call(service: string, path: string, headers: Record<string, string>, body: string): Promise<Response> {
    const { region } = tokyo;
    const client = new AwsClient({ ...this.emulator.credentials.forUser(), region, service, retries: 0 });
    return client.fetch(`${this.emulator.endpoint}${path}`, { method: 'POST', headers, body });
  }

  close(): Promise<void> {
    return this.emulator.close();
  }
}
