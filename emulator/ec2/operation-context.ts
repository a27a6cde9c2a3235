import { AwsError, type Clock } from '#emulator/service.ts';
import { derivedId } from './ids.ts';
import type { OperationContext } from './operation.ts';
import type { Store } from './store.ts';

/** Ranges that are reserved for documentation (RFC 5737). Elastic IP addresses are allocated from them in this order. */
const PUBLIC_RANGES = ['198.51.100', '192.0.2', '203.0.113'];

/** What operations need from other services. */
interface OtherServices {
  /** Whether IAM has an instance profile of that name. */
  readonly hasProfile: (name: string) => boolean;
  /** Value of an SSM parameter; undefined: there is none. */
  readonly parameter: (region: string, name: string) => string | undefined;
}

/** What operations need of the outside, for each region: the same calls get the same ids and addresses in every run. */
export class OperationContexts {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #others: OtherServices;
  readonly #counts = new Map<string, number>();

  constructor(store: Store, clock: Clock, others: OtherServices) {
    this.#store = store;
    this.#clock = clock;
    this.#others = others;
  }

  of(region: string): OperationContext {
    return {
      now: this.#clock.now(),
      newId: (prefix) => derivedId(prefix, 'new', region, String(this.#next(`${region} ${prefix}`))),
      newPublicIp: () => this.#newPublicIp(),
      hasProfile: (name) => this.#others.hasProfile(name),
      parameter: (name) => this.#others.parameter(region, name),
    };
  }

  #newPublicIp(): string {
    const used = new Set(
      this.#store.regions.flatMap((region) =>
        [...this.#store.current(region).addresses.values()].map(({ publicIp }) => publicIp),
      ),
    );
    for (;;) {
      const number = this.#next('public');
      const range = PUBLIC_RANGES[Math.floor(number / 254)];
      if (range === undefined)
        throw new AwsError('InsufficientAddressCapacity', 'Not enough addresses available.', 500);
      const address = `${range}.${(number % 254) + 1}`;
      if (!used.has(address)) return address;
    }
  }

  /** 0, 1, … */
  #next(of: string): number {
    const count = this.#counts.get(of) ?? 0;
    this.#counts.set(of, count + 1);
    return count;
  }
}
