import type { Message } from '#simulator/http-event.ts';
import { suspicionOf } from '#simulator/http-event.ts';
import type { Chance } from '#simulator/random.ts';
import type { RouterKey } from '#simulator/sites.ts';
import { PREPARED_WITHIN_MS } from './reporter-times.ts';
import type { ApiAnswer, RouterWorld } from './router-world.ts';

/** Until the router has its credentials and the connection to the API. */
const CONNECTED_AFTER_MS = [10, 40, 150] as const;

/** The suspected report of one outage: sent while the peer is still asked, on the connection that the confirmed one then takes. */
export class Suspicion {
  readonly #world: RouterWorld;
  readonly #write: (phase: 'suspected' | 'withdrawn') => Message;
  readonly #send: (message: Message) => Promise<ApiAnswer>;
  #state: 'due' | 'sent' | 'over' = 'due';
  #answer: Promise<ApiAnswer> | undefined;

  /** @param detectedAt by the router's clock. @param isUp whether the program that sends it still runs */
  constructor(
    router: RouterKey,
    id: string,
    detectedAt: () => number,
    world: RouterWorld,
    chance: Chance,
    isUp: () => boolean,
  ) {
    const { truth, time, post } = world;
    this.#world = world;
    this.#write = (phase) => suspicionOf(router, phase, id, truth, detectedAt());
    this.#send = (message) => post(router, message, chance);
    time.after(chance.oneOf(CONNECTED_AFTER_MS), () => {
      if (this.#state !== 'due' || !isUp() || !truth.reachesApi(router)) return;
      this.#state = 'sent';
      this.#answer = this.#send(this.#write('suspected')).then((answer) => {
        if (answer?.reason === 'report-stale') truth.clockOff[router] = 0;
        return answer;
      });
    });
  }

  /** The peer has answered. Does not wait for the answer to the withdrawal. */
  withdraw(): void {
    if (this.#state === 'sent') void this.#send(this.#write('withdrawn'));
    this.#state = 'over';
  }

  /**
   * The peer has not answered.
   *
   * @returns whether the confirmed report follows on the same connection, also if an older function has rejected the suspected one;
   *     otherwise it is a report in one phase
   */
  async isPrepared(): Promise<boolean> {
    const answer = this.#answer;
    this.#state = 'over';
    if (answer === undefined) return false;
    const late = this.#world.time.sleep(PREPARED_WITHIN_MS).then(() => undefined);
    const { status } = (await Promise.race([answer, late])) ?? {};
    return status === 200 || status === 400;
  }
}
