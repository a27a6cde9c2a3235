import { LEASE_MS } from '#failover/limits.ts';
import { routeName } from '#failover/site.ts';
import { isSwapUnderWay } from '#failover/stored-state.ts';
import { SITE } from '../failover/situation.ts';
import type { Invocation } from '../world/invocation.ts';
import { SiteWorld } from '../world/site-world.ts';

/** Who comes after a run that was stopped. */
export const SUCCESSORS = ['the same report', "another detector's report", 'the probe'] as const;
export type Successor = (typeof SUCCESSORS)[number];

const REPORT_ID = 'outage-1';

/** A site with this number of managed routes, one a table. Every call is checked: no route is ever without a target. */
export class InterruptedSwap {
  readonly world: SiteWorld;
  readonly first: Invocation;
  readonly #routes: readonly string[];
  /** Targets seen after any call that were none of the pair's interfaces. */
  readonly #strays: unknown[] = [];

  private constructor(world: SiteWorld) {
    this.world = world;
    this.#routes = world.site.routes.map(routeName);
    const { active, standby } = world.site.routers;
    const pair: readonly unknown[] = [active.eni, standby.eni];
    world.aws.timeline.on(() => this.#strays.push(...world.targets().filter((target) => !pair.includes(target))));
    this.first = world.report({ id: REPORT_ID });
  }

  /** @param prepare injects the fault; the peer's report is sent after it */
  static async begin(steps: number, prepare: (world: SiteWorld) => void): Promise<InterruptedSwap> {
    const routes = Array.from({ length: steps }, (_, index) => ({
      table: tableOf(index),
      destination: `10.2.${index}.0/24`,
    }));
    const world = await SiteWorld.start({ site: { ...SITE, routes } });
    prepare(world);
    return new InterruptedSwap(world);
  }

  /** Waits for the first run's end, and for the calls that it had in progress when it ended. */
  async ended(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const answer = await this.world.ended(this.first);
    await this.world.clock.advanceTo(this.world.clock.now() + 100);
    return answer;
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.world.crashes = undefined;
    this.world.aws.faults.clear();
  }

  /** The time until the lease of a crashed run ends. */
  async leaseEnds(): Promise<void> {
    await this.world.clock.advanceTo(this.world.clock.now() + LEASE_MS);
  }

  /** Routes that are at the new owner, by number. */
  moved(): number[] {
    const { eni } = this.world.site.routers.standby;
    return this.world.targets().flatMap((target, index) => (target === eni ? [index] : []));
  }

  /** Lets a successor run to its end. @returns route-swap's own invocation, and its answer */
  async succeed(who: Successor): Promise<{ run: Invocation; answer: Readonly<Record<string, unknown>> }> {
    const { world } = this;
    const before = world.invocations.length;
    const begun =
      who === 'the probe' ? world.probe() : world.report(who === 'the same report' ? { id: REPORT_ID } : OTHER);
    await world.ended(begun);
    const run = world.invocations.slice(before).find(({ id }) => id.startsWith('route-swap'));
    if (run === undefined) throw new Error('route-swap was not asked');
    return { run, answer: run.answer as Readonly<Record<string, unknown>> };
  }

  /** Numbers of the routes that an invocation asked EC2 to replace, in order. */
  replacedBy(invocation: Invocation): number[] {
    return invocation.calls
      .filter((call) => call.startsWith('ec2 ReplaceRoute '))
      .map((call) => this.#routes.indexOf(call.slice('ec2 ReplaceRoute '.length)));
  }

  /** Routes that are not there yet, by number. */
  rest(): number[] {
    const done = new Set(this.moved());
    return this.#routes.flatMap((_, index) => (done.has(index) ? [] : [index]));
  }

  /** How it ended, for comparison with `finished`. */
  async end(): Promise<End> {
    const { stored } = await this.recall();
    const history = await this.world.history();
    return {
      owner: this.world.owner(),
      strays: this.#strays,
      epoch: stored.epoch,
      leased: isSwapUnderWay(stored, this.world.clock.now()),
      unfinished: stored.unfinished,
      told: this.world.announced.some(({ type }) => type === 'Failover Completed'),
      // A report that arrives after the swap finds nothing to move.
      why: history.findLast(
        (entry) =>
          entry.kind === 'swap' &&
          entry.owner === 'tokyo-2' &&
          entry.epoch === stored.epoch &&
          entry.reason !== 'nothing-at-subject',
      )?.reason,
    };
  }

  async recall() {
    return this.world.ask(this.world.store().read('nobody'));
  }
}

interface End {
  readonly owner: string;
  readonly strays: readonly unknown[];
  readonly epoch: number;
  readonly leased: boolean;
  readonly unfinished: unknown;
  readonly told: boolean;
  /** The reason in the history entry of the last swap. */
  readonly why: string | undefined;
}

/** As every swap must end: all routes at the standby, the journal closed, announced, and in the history. */
export function finished(epoch: number, why: string): End {
  return { owner: 'tokyo-2', strays: [], epoch, leased: false, unfinished: undefined, told: true, why };
}

const OTHER = { detector: 'bfd', event: 'peer-failed' } as const;

/** Table of the n-th route. */
export function tableOf(index: number): string {
  return `rtb-0000000000000000${index + 1}`;
}
