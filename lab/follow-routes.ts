import { eniOf } from '#demo/account-of-topology.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { parseNetwork } from '#topology/networks.ts';
import { addressInNetwork } from './address.ts';
import type { LabPlan, SitePlan } from './plan.ts';
import { ipBatch } from './run.ts';

/**
 * Makes the VPCs' namespaces forward as the emulated route tables say, now and after every change, until `stop`.
 * IPv4 only; a target that is none of the site's routers, or is down, drops the packets, as a blackhole in AWS does.
 */
export async function followRoutes(
  plan: LabPlan,
  emulator: Emulator,
  onFault: (error: unknown) => void,
): Promise<{ stop(): void }> {
  const followers = plan.sites.map((site) => new Follower(site, emulator));
  await Promise.all(followers.map((follower) => follower.follow()));
  const stop = emulator.on((happening) => {
    if (happening.kind !== 'event' && !(happening.kind === 'call' && happening.service === 'ec2')) return;
    for (const follower of followers) {
      if (follower.region === happening.region) follower.follow().catch(onFault);
    }
  });
  return { stop };
}

class Follower {
  readonly #site: SitePlan;
  readonly #emulator: Emulator;
  /** The route as an `ip` command, by table and destination. */
  #applied: ReadonlyMap<string, string> = new Map();
  #turn: Promise<void> = Promise.resolve();

  constructor(site: SitePlan, emulator: Emulator) {
    this.#site = site;
    this.#emulator = emulator;
  }

  get region(): string {
    return this.#site.site.region;
  }

  /** One after the other, so that an older state is never applied last. */
  follow(): Promise<void> {
    const turn = this.#turn.then(() => this.#apply());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #apply(): Promise<void> {
    const wanted = this.#wanted();
    const gone = [...this.#applied.keys()].filter((key) => !wanted.has(key)).map((key) => `route del ${key}`);
    const changed = [...wanted]
      .filter(([key, to]) => this.#applied.get(key) !== to)
      .map(([, to]) => `route replace ${to}`);
    await ipBatch(this.#site.vpc, [...gone, ...changed]);
    this.#applied = wanted;
  }

  #wanted(): ReadonlyMap<string, string> {
    const { hosts, edges } = this.#site;
    return new Map(
      [...hosts, ...edges].flatMap(({ routeTable, linuxTable }) =>
        this.#destinations(routeTable).map((destination) => {
          const key = `${destination} table ${linuxTable}`;
          return [key, this.#route(key, routeTable, destination)] as const;
        }),
      ),
    );
  }

  #route(key: string, routeTable: string, destination: string): string {
    const { site, routers } = this.#site;
    const hop = this.#emulator.ec2.nextHop(site.region, routeTable, addressInNetwork(destination, 0n));
    const to = routers.find(({ router }) => eniOf(router) === hop?.eni);
    return hop?.state === 'active' && to !== undefined
      ? `${key} via ${to.router.address} dev ${to.bridge}`
      : `blackhole ${key}`;
  }

  #destinations(routeTable: string): string[] {
    const { routeTables, prefixLists } = this.#emulator.ec2.state(this.#site.site.region);
    const routes = routeTables.get(routeTable)?.routes ?? [];
    return routes
      .filter(({ target }) => target !== 'local')
      .flatMap(({ destination }) =>
        destination.startsWith('pl-')
          ? (prefixLists.get(destination)?.entries ?? []).map(({ cidr }) => cidr)
          : [destination],
      )
      .filter((destination) => parseNetwork(destination)?.family === 4);
  }
}
