import type { Ec2Facts } from '#aws/routers.ts';
import { type ManagedRouter, type ManagedSite, routersOf } from '#failover/site.ts';

/** What a call to EC2 requires. */
export interface AttachmentPorts {
  /** ms since the epoch. */
  readonly now: () => number;
  describeRouters(routers: readonly ManagedRouter[]): Promise<Readonly<Record<string, Ec2Facts>>>;
}

/** EC2 is asked about an unknown instance at most this often: requests of other callers must not use up the account's throttle. */
const ASK_AGAIN_MS = 5_000;

/**
 * The instances that the routers' interfaces are attached to, by EC2's last answer. It is kept between runs, so that a report of a
 * router that was not replaced needs no call.
 */
export class AttachedInstances {
  /** By interface. */
  readonly #known: Map<string, string | undefined>;
  readonly #askedAt = new Map<string, number>();

  /** Until EC2 is asked, the topology's instances. */
  constructor(site: ManagedSite) {
    this.#known = new Map(routersOf(site).map(({ eni, instance }) => [eni, instance]));
  }

  /** Whether the router's interface is attached to this instance. EC2 is asked only if it is not the known instance. */
  async is(instance: string, router: ManagedRouter, ports: AttachmentPorts): Promise<boolean> {
    const asked = this.#askedAt.get(router.eni) ?? -ASK_AGAIN_MS;
    if (this.#known.get(router.eni) !== instance && ports.now() - asked >= ASK_AGAIN_MS) {
      this.#askedAt.set(router.eni, ports.now());
      this.learn(router, (await ports.describeRouters([router]))[router.name]);
    }
    return this.#known.get(router.eni) === instance;
  }

  /**
   * Takes over EC2's answer.
   *
   * @returns the attached instance; an answer without one, or for an interface that does not exist, changes nothing
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
