import type { Message } from '#simulator/http-event.ts';
import { suspicionOf } from '#simulator/http-event.ts';
import type { Chance } from '#simulator/random.ts';
import type { RouterKey } from '#simulator/sites.ts';
import { PREPARED_WITHIN_MS } from './reporter-times.ts';
import type { ApiAnswer, RouterWorld } from './router-world.ts';

/** Until the router has its credentials and the connection to the API. */
const CONNECTED_AFTER_MS = [10, 40, 150] as const;
/** Between two connections to the peer (`CONNECT_EVERY` in `router/lib/ask.sh`). */
const ASKS_EVERY_MS = 50;

/** The suspected report of one outage: sent while the peer is still asked, on the connection that the confirmed one then takes. */
export class Suspicion {
  readonly #world: RouterWorld;
  readonly #write: (phase: 'suspected' | 'withdrawn') => Message;
  readonly #send: (message: Message) => Promise<ApiAnswer>;
  #state: 'due' | 'sent' | 'over' = 'due';
  #answer: Promise<ApiAnswer> | undefined;
  /** Until when the confirmed report waits for the answer. */
  #until: number | undefined;

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
   * The peer has not answered for as long as it is asked. It is asked on until the suspected report is answered.
   *
   * @returns whether the peer has not answered meanwhile either
   */
  async asksInVain(seesPeer: () => boolean): Promise<boolean> {
    const { time } = this.#world;
    const until = time.now() + PREPARED_WITHIN_MS;
    this.#until = until;
    const answered = this.#answer?.then(() => true);
    while (answered !== undefined && time.now() < until) {
      if (seesPeer()) return false;
      if (await Promise.race([answered, time.sleep(ASKS_EVERY_MS).then(() => false)])) break;
    }
    return true;
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
    const { time } = this.#world;
    const left = (this.#until ?? time.now() + PREPARED_WITHIN_MS) - time.now();
    const late = time.sleep(Math.max(0, left)).then(() => undefined);
    const { status } = (await Promise.race([answer, late])) ?? {};
    return status === 200 || status === 400;
  }
}
