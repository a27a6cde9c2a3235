import type { Ec2Facts, LastInstance } from '#aws/routers.ts';
import { type ManagedRouter, type ManagedSite, routersOf } from '#failover/site.ts';

/** What a call to EC2 requires. */
export interface AttachmentPorts {
  describeRouters: DescribeRouters;
}

/** EC2's view of routers, by name. */
export type DescribeRouters = (routers: readonly ManagedRouter[]) => Promise<Readonly<Record<string, Ec2Facts>>>;

/** EC2 is asked about an unknown instance at most this often: requests of other callers must not use up the account's throttle. */
const ASK_AGAIN_MS = 5_000;

/** A command goes to the instance of an answer that is at most this old: health-probe asks in each round, a swap has just asked. */
const ANSWER_FRESH_MS = 10_000;

/**
 * The instances that the routers' interfaces are attached to, by EC2's last answer. It is kept between runs, so that neither a
 * report of a router that was not replaced nor an observation of a created router needs a further call.
 */
export class AttachedInstances {
  readonly #site: ManagedSite;
  /** By interface. */
  readonly #known: Map<string, string | undefined>;
  /** When EC2 was asked about an unknown instance, and when it last answered, by interface. */
  readonly #askedAt = new Map<string, number>();
  readonly #answeredAt = new Map<string, number>();
  readonly #now: () => number;

  /**
   * Until EC2 is asked, the topology's instances; it has none of a created router.
   *
   * @param now ms since the epoch
   */
  constructor(site: ManagedSite, now: () => number) {
    this.#site = site;
    this.#now = now;
    this.#known = new Map(routersOf(site).map(({ eni, instance }) => [eni, instance]));
  }

  /** The instance at EC2's last answer; undefined: none, or EC2 has not answered yet. */
  of(router: ManagedRouter): string | undefined {
    return this.#known.get(router.eni);
  }

  /** Describes routers, and takes over the attachments. `ask`: calls EC2, with the last instance of each created router. */
  async describe(
    routers: readonly ManagedRouter[],
    ask: (routers: readonly ManagedRouter[], last: LastInstance) => ReturnType<DescribeRouters>,
  ): ReturnType<DescribeRouters> {
    const all = await ask(routers, (router) => this.of(router));
    for (const router of routers) this.#learn(router, all[router.name]);
    return all;
  }

  /** Whether the router's interface is attached to this instance. EC2 is asked only if it is not the known instance. */
  async is(instance: string, router: ManagedRouter, ports: AttachmentPorts): Promise<boolean> {
    const asked = this.#askedAt.get(router.eni) ?? -ASK_AGAIN_MS;
    if (this.of(router) !== instance && this.#now() - asked >= ASK_AGAIN_MS) {
      this.#askedAt.set(router.eni, this.#now());
      await this.#ask(router, ports);
    }
    return this.of(router) === instance;
  }

  /**
   * The instance that Run Command is sent to: the topology's, the only one that the functions may send it to, or the one that is
   * attached to a created router's interface.
   *
   * @returns undefined: none is attached, or EC2 has never answered
   */
  async forCommand(router: ManagedRouter, ports: AttachmentPorts): Promise<string | undefined> {
    if (router.instance !== undefined) return router.instance;
    const answeredAt = this.#answeredAt.get(router.eni) ?? Number.NEGATIVE_INFINITY;
    if (this.#now() - answeredAt > ANSWER_FRESH_MS) await this.#ask(router, ports);
    return this.of(router);
  }

  /** Also about its peer if that one is unknown: the observation that follows then takes one round trip. */
  async #ask(router: ManagedRouter, { describeRouters }: AttachmentPorts): Promise<void> {
    await describeRouters(routersOf(this.#site).filter((each) => each.eni === router.eni || !this.of(each)));
  }

  /** An answer without an instance, or for an interface that does not exist, changes nothing. */
  #learn(router: ManagedRouter, facts: Pick<Ec2Facts, 'interface' | 'attachedTo'> | undefined): void {
    if (facts !== undefined && facts.interface !== 'unknown') this.#answeredAt.set(router.eni, this.#now());
    if (facts?.attachedTo !== undefined) this.#known.set(router.eni, facts.attachedTo);
    else if (facts?.interface === 'attached') this.#known.set(router.eni, router.instance);
    else if (facts?.interface === 'detached' || facts?.interface === 'elsewhere')
      this.#known.set(router.eni, undefined);
  }
}
