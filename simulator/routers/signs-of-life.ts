import { messageOf, testimonyOf } from '#simulator/http-event.ts';
import { Chance } from '#simulator/random.ts';
import { ROUTERS, type RouterKey } from '#simulator/sites.ts';
import type { RouterWorld } from './reporter.ts';
import { REPORTER } from './reporter-times.ts';

/** A router shows every few minutes that it could report. */
export function contactForEver(router: RouterKey, world: RouterWorld): void {
  const chance = new Chance(world.seed, 'contact', router);
  const contact = () => {
    send('contact', router, world);
    world.time.after(REPORTER.contactEvery, contact);
  };
  world.time.after(chance.between(0, REPORTER.reconcileEvery), contact);
}

/** `HEARTBEAT='on'`: its sessions as well. */
export function beatForEver(router: RouterKey, everyMs: number, world: RouterWorld): void {
  const beat = () => {
    send('alive', router, world, everyMs);
    world.time.after(everyMs, beat);
  };
  world.time.after(everyMs, beat);
}

function send(event: 'contact' | 'alive', router: RouterKey, world: RouterWorld, everyMs?: number): void {
  const { time, truth, post, seed } = world;
  if (!truth.reachesApi(router)) return;
  const id = `${event}-${router}-${time.now()}`;
  const message = messageOf(router, event, id, truth, everyMs === undefined ? {} : { everyMs });
  void post(router, message, new Chance(seed, id)).then((answer) => {
    if (answer?.reason === 'report-stale') truth.clockOff[router] = 0;
  });
}

/** How soon BFD says that a tunnel's far end is gone. */
const LOST_AFTER_MS = 1_000;

/** A router that loses sight of the far end of its tunnel says so to that one's site. */
export class Witness {
  readonly #router: RouterKey;
  readonly #world: RouterWorld;
  #sees = true;

  constructor(router: RouterKey, world: RouterWorld) {
    this.#router = router;
    this.#world = world;
  }

  /** To be called whenever something about the routers changed. */
  look(): void {
    const { truth, time, post, seed } = this.#world;
    const { farEnd } = ROUTERS[this.#router];
    const sees = truth.tunnelUp(this.#router) || !truth.daemons(this.#router);
    const lost = this.#sees && !sees;
    this.#sees = sees;
    if (!lost) return;
    time.after(LOST_AFTER_MS, () => {
      if (this.#sees || !truth.reachesApi(this.#router)) return;
      const id = `testimony-${this.#router}-${time.now()}`;
      void post(this.#router, testimonyOf(this.#router, farEnd, id, truth), new Chance(seed, id));
    });
  }
}
