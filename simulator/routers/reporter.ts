import { messageOf } from '#simulator/http-event.ts';
import { Chance } from '#simulator/random.ts';
import { ROUTERS, type RouterKey } from '#simulator/sites.ts';
import { DETECTED_AFTER_MS, LASTING_REASONS, REPORTER, RESEND_WITHIN_MS } from './reporter-times.ts';
import type { ApiAnswer, RouterWorld } from './router-world.ts';
import { Suspicion } from './suspicion.ts';

/** As `router/lib/confirm.sh`: the API is waited for so long, and a dying peer asked again so often. */
const API_MS = 500;
const ASK_AGAIN_EVERY_MS = 500;

/** When a healthy peer answers first: at once, or after some connection attempts that were lost. */
const ANSWERS_AFTER_MS = [1, 60, 250] as const;

/** How often a settled worker checks whether the peer is back. */
const HOLDS_EVERY_MS = 2_000;

type ReportEvent = 'peer-failed' | 'peer-left';

/** The programs of one router: detectors, the worker of `report`, `reconcile`. */
export class Reporter {
  readonly #router: RouterKey;
  readonly #world: RouterWorld;
  /** The outage of the peer, as long as it lasts: when it was noticed. */
  #outage: { noticedAt: number | undefined } | undefined;
  #working = false;
  /** Number of the boot: a failed router loses its state, and its workers end. */
  #boot = 0;
  #reports = 0;

  constructor(router: RouterKey, world: RouterWorld) {
    this.#router = router;
    this.#world = world;
  }

  /** To be called after every change of the routers. */
  update(): void {
    const { truth, time, seed } = this.#world;
    const router = this.#router;
    if (!truth.alive(router)) {
      this.#boot += 1;
      this.#working = false;
      this.#outage = undefined;
      return;
    }
    if (truth.detectsPeer(router)) {
      this.#outage = undefined;
      return;
    }
    if (this.#outage !== undefined) return;
    const outage = { noticedAt: undefined };
    this.#outage = outage;
    const chance = new Chance(seed, 'detect', router, time.now());
    time.after(chance.oneOf(DETECTED_AFTER_MS), () => {
      if (this.#outage === outage) void this.report('peer-failed');
    });
    void this.#reconcile(outage, chance);
  }

  /** `reconcile`: reports a peer that is silent in two of its rounds, and again after a while, for as long as it is. */
  async #reconcile(outage: object, chance: Chance): Promise<void> {
    const { time, truth } = this.#world;
    await time.sleep(chance.between(0, REPORTER.reconcileEvery) + REPORTER.reconcileEvery);
    while (this.#outage === outage) {
      const began = time.now();
      if (!truth.seesPeer(this.#router)) await this.report('peer-failed');
      await time.sleep(Math.max(REPORTER.reconcileEvery, began + REPORTER.reportAgain - time.now()));
    }
  }

  /**
   * One worker a router: from the event to an answer that settles it, or until the peer is back.
   *
   * @param trusting the first try does not probe the peer, as for a leave event or a false alarm
   */
  async report(event: ReportEvent, trusting = event === 'peer-left'): Promise<void> {
    const { truth, note } = this.#world;
    if (this.#working || !truth.alive(this.#router)) return;
    this.#working = true;
    this.#reports += 1;
    const boot = this.#boot;
    const id = `report-${this.#router}${boot}.${this.#reports}`;
    note(() => `${ROUTERS[this.#router].name}: ${event} (${id})`);
    await this.#work(event, id, trusting);
    if (boot === this.#boot) this.#working = false;
  }

  async #work(event: ReportEvent, id: string, trusting: boolean): Promise<void> {
    const { seed, time, truth, post, note, habits, twoPhase } = this.#world;
    const [router, boot, chance] = [this.#router, this.#boot, new Chance(seed, id)];
    const isUp = () => this.#boot === boot;
    const outage = this.#outage ?? { noticedAt: undefined };
    outage.noticedAt ??= time.now();
    let { noticedAt } = outage;
    // As `api_time "$ARRIVED"`: by the clock as it is corrected when the report is written.
    const detectedAt = () => truth.clock(router, noticedAt);
    let confirmedAt: number | undefined;
    let reportId = id;
    const slowerAt = time.now() + REPORTER.giveUpAfter;
    for (let tries = 0, first = true; this.#boot === boot; first = false) {
      if (tries >= (habits.mostTries ?? Number.POSITIVE_INFINITY)) return;
      const suspicion =
        first && event === 'peer-failed' && twoPhase
          ? new Suspicion(router, id, detectedAt, this.#world, chance, isUp)
          : undefined;
      if (!first || !trusting) {
        const verdict = !first && habits.retriesUnasked === true ? 'dead' : await this.#confirm(suspicion, chance);
        if (verdict === 'alive') return note(() => `${ROUTERS[router].name}: its peer answers (${id})`);
        if (verdict === 'silent-since') noticedAt = time.now();
        // Another outage is another report.
        if (verdict === 'silent-since' && suspicion !== undefined) reportId = `${id}.again`;
        if (verdict === 'isolated') {
          await time.sleep(about(delayOf(tries++), chance));
          continue;
        }
        confirmedAt = truth.clock(router);
      } else if (suspicion !== undefined) {
        await time.sleep(REPORTER.confirmFor);
      }
      const send = async (phase?: 'confirmed') => {
        if (!isUp() || !truth.reachesApi(router)) return undefined;
        const claims = { detectedAt: detectedAt(), confirmedAt, phase };
        return post(router, messageOf(router, event, reportId, truth, claims), chance);
      };
      const isPrepared = (await suspicion?.isPrepared()) === true;
      const sentAt = time.now();
      const confirmed = isPrepared ? await send('confirmed') : undefined;
      // A connection that ends late leaves the confirmation too old for another one: the peer is asked again first.
      const isOld = time.now() - sentAt > RESEND_WITHIN_MS;
      const answer = confirmed ?? (isOld ? undefined : await send());
      if (!isUp()) return;
      if (settles(answer)) return this.#holdLock(boot);
      if (answer?.reason === 'report-stale') truth.clockOff[router] = 0;
      const lasting = LASTING_REASONS.includes(answer?.reason ?? '') || time.now() >= slowerAt;
      const slowly = answer?.outcome === 'noted' || (lasting && tries >= REPORTER.retryDelays.length);
      await time.sleep(about(slowly ? REPORTER.notedEvery : delayOf(tries++), chance));
    }
  }

  /** For a while no other detector reports the same outage again; a failure after the peer has answered is a new one. */
  async #holdLock(boot: number): Promise<void> {
    const { time, truth } = this.#world;
    const until = time.now() + REPORTER.settledFor;
    while (time.now() < until && this.#boot === boot && !truth.seesPeer(this.#router)) await time.sleep(HOLDS_EVERY_MS);
  }

  /** A peer whose daemons have ended may be about to fail: it is probed again for a while. */
  async #confirm(
    suspicion: Suspicion | undefined,
    chance: Chance,
  ): Promise<'alive' | 'dead' | 'isolated' | 'silent-since'> {
    const { time, truth, habits } = this.#world;
    if (suspicion !== undefined && habits.confirmsUnasked === true) return 'dead';
    if (suspicion !== undefined) await time.sleep(chance.oneOf(ANSWERS_AFTER_MS));
    const verdict = await this.#askAtFirst(suspicion);
    if (verdict === 'alive') suspicion?.withdraw();
    if (verdict !== 'alive' || habits.asksOnce === true) return verdict;
    const until = time.now() + REPORTER.askAgainFor;
    while (time.now() < until && !truth.detectsPeer(this.#router)) {
      await time.sleep(ASK_AGAIN_EVERY_MS);
      if ((await this.#ask(2 * REPORTER.confirmFor)) === 'dead') return 'silent-since';
    }
    return 'alive';
  }

  /** As long as a router asks before a report: a confirmed one waits for the answer to its suspected one. */
  async #askAtFirst(suspicion: Suspicion | undefined): Promise<'alive' | 'dead' | 'isolated'> {
    const verdict = await this.#ask(REPORTER.confirmFor);
    if (verdict !== 'dead' || suspicion === undefined) return verdict;
    return (await suspicion.asksInVain(() => this.#world.truth.seesPeer(this.#router))) ? 'dead' : 'alive';
  }

  /** The peer must be silent for this time, and the API reachable. */
  async #ask(ms: number): Promise<'alive' | 'dead' | 'isolated'> {
    const { time, truth } = this.#world;
    if (truth.seesPeer(this.#router)) return 'alive';
    await time.sleep(ms);
    if (truth.seesPeer(this.#router)) return 'alive';
    if (truth.reachesApi(this.#router)) return 'dead';
    await time.sleep(Math.max(0, API_MS - ms));
    return 'isolated';
  }
}

const delayOf = (tries: number): number => REPORTER.retryDelays[tries] ?? REPORTER.retryEvery;

/** Or up to half as much again. */
const about = (ms: number, chance: Chance) => ms * (1 + chance.number() / 2);

function settles(answer: ApiAnswer): boolean {
  return (
    answer !== undefined && ((answer.status === 200 && answer.outcome !== 'noted') || answer.reason === 'replayed')
  );
}
