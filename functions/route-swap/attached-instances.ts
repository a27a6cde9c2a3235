import type { Ec2Facts } from '#aws/routers.ts';
import { type ManagedRouter, type ManagedSite, routersOf } from '#failover/site.ts';

/** What it takes to ask EC2. */
export interface AttachmentPorts {
  /** ms since the epoch. */
  readonly now: () => number;
  describeRouters(routers: readonly ManagedRouter[]): Promise<Readonly<Record<string, Ec2Facts>>>;
}

/** EC2 is not asked again for so long after it has named another instance: strangers must not use up the account's throttle. */
const ASK_AGAIN_MS = 5_000;

/**
 * Which instances the routers' interfaces are attached to, as EC2 said last. It outlives the run, so that a report of a
 * router that was not replaced costs no call of its own.
 */
export class AttachedInstances {
  /** By interface. */
  readonly #known: Map<string, string | undefined>;
  readonly #askedAt = new Map<string, number>();

  /** Until EC2 is asked, the topology's instances. */
  constructor(site: ManagedSite) {
    this.#known = new Map(routersOf(site).map(({ eni, instance }) => [eni, instance]));
  }

  /** Is this instance the router? EC2 is asked only where it is not the one that is known. */
  async is(instance: string, router: ManagedRouter, ports: AttachmentPorts): Promise<boolean> {
    const asked = this.#askedAt.get(router.eni) ?? -ASK_AGAIN_MS;
    if (this.#known.get(router.eni) !== instance && ports.now() - asked >= ASK_AGAIN_MS) {
      this.#askedAt.set(router.eni, ports.now());
      this.learn(router, (await ports.describeRouters([router]))[router.name]);
    }
    return this.#known.get(router.eni) === instance;
  }

  /**
   * Somebody has asked EC2.
   *
   * @returns what is attached now; what EC2 did not say, or an interface that does not exist, changes nothing
   */
  learn(router: ManagedRouter, facts: InterfaceFacts | undefined): string | undefined {
    if (facts?.attachedTo !== undefined) this.#known.set(router.eni, facts.attachedTo);
    else if (facts?.interface === 'attached') this.#known.set(router.eni, router.instance);
    else if (facts?.interface === 'detached' || facts?.interface === 'elsewhere')
      this.#known.set(router.eni, undefined);
    return this.#known.get(router.eni);
  }
}

type InterfaceFacts = Pick<Ec2Facts, 'interface' | 'attachedTo'>;
