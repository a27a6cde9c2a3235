import { BOUNDED } from '#aws/bounds.ts';
import { AwsError } from '#emulator/service.ts';
import type { ManagedSite } from '#failover/site.ts';
import { Ec2, type Ec2Call, type Ec2Client } from '#simulator/ec2.ts';
import type { Chance } from '#simulator/random.ts';
import type { VirtualTime } from '#simulator/virtual-time.ts';
import { accountOf } from './pairs.ts';

/** Median of a call there and back, ms, and the standard deviation of its logarithm: assumed, as in `bench -- swap`. */
export const CALL = { medianMs: 40, sigma: 0.5 } as const;
/** The SDK's longest wait before the first repetition of a throttled call (@smithy/core, THROTTLING_RETRY_DELAY_BASE); it doubles. */
const THROTTLED_WAIT_MS = 500;

/** Calls to EC2: what a pair did, and how many of them EC2 throttled. */
export interface CallCount {
  calls: number;
  throttled: number;
}

/** The emulated EC2 of the account, with AWS's token buckets, for all pairs; its clients make the SDK's attempts. */
export class SharedEc2 {
  readonly counts = { write: { calls: 0, throttled: 0 }, read: { calls: 0, throttled: 0 } };
  readonly #ec2: Ec2;
  readonly #time: VirtualTime;

  constructor(sites: readonly ManagedSite[], time: VirtualTime) {
    this.#time = time;
    this.#ec2 = new Ec2(accountOf(sites), time, 0, () => undefined);
  }

  /** @param attempts of each call; undefined: as the product's clients make them */
  client(chance: Chance, attempts: number = BOUNDED.maxAttempts): Ec2Client {
    const send = async ({ constructor, input }: { constructor: { name: string }; input: Ec2Call['input'] }) => {
      const call = { name: constructor.name.replace(/Command$/, ''), input };
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#once(call, chance);
        } catch (error) {
          if (!(error instanceof Error) || error.name !== 'RequestLimitExceeded' || attempt === attempts) throw error;
          await this.#time.sleep(chance.number() * THROTTLED_WAIT_MS * 2 ** (attempt - 1));
        }
      }
    };
    return { send } as unknown as Ec2Client;
  }

  async #once(call: Ec2Call, chance: Chance): Promise<unknown> {
    const count = this.counts[call.name === 'ReplaceRoute' ? 'write' : 'read'];
    count.calls += 1;
    await this.#time.sleep(halfLatency(chance));
    try {
      return this.#ec2.perform(call, false);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'RequestLimitExceeded') count.throttled += 1;
      throw Object.assign(new Error(error.message), { name: error.code });
    } finally {
      await this.#time.sleep(halfLatency(chance));
    }
  }
}

/** Lognormal. */
export function halfLatency(chance: Chance): number {
  const normal = Math.sqrt(-2 * Math.log(1 - chance.number())) * Math.cos(2 * Math.PI * chance.number());
  return (CALL.medianMs / 2) * Math.exp(CALL.sigma * normal);
}
