import { messageOf, witnessReportOf } from '#simulator/http-event.ts';
import { Chance } from '#simulator/random.ts';
import { ROUTERS, type RouterKey } from '#simulator/sites.ts';
import { REPORTER } from './reporter-times.ts';
import type { RouterWorld } from './router-world.ts';

/** Sends a contact every few minutes; after one without an answer, again in the next round of the loop. */
export function sendContacts(router: RouterKey, world: RouterWorld): void {
  const chance = new Chance(world.seed, 'contact', router);
  let heardAt = Number.NEGATIVE_INFINITY;
  let instance = world.truth.instances[router];
  const contact = () => {
    const { time, truth } = world;
    // A new instance knows of no contact before.
    if (truth.instances[router] !== instance) heardAt = Number.NEGATIVE_INFINITY;
    instance = truth.instances[router];
    if (time.now() - heardAt >= REPORTER.contactEvery) {
      void send('contact', router, world)?.then((isHeard) => {
        if (isHeard) heardAt = time.now();
      });
    }
    time.after(REPORTER.reconcileEvery, contact);
  };
  world.time.after(chance.between(0, REPORTER.reconcileEvery), contact);
}

/** `HEARTBEAT='on'`: its sessions as well. */
export function sendHeartbeats(router: RouterKey, everyMs: number, world: RouterWorld): void {
  const beat = () => {
    void send('alive', router, world, everyMs);
    world.time.after(everyMs, beat);
  };
  // The routers' loops do not run in step.
  world.time.after(new Chance(world.seed, 'heartbeat', router).between(0, everyMs), beat);
}

/** @returns whether the API accepted it; undefined: it cannot be sent */
function send(
  event: 'contact' | 'alive',
  router: RouterKey,
  world: RouterWorld,
  everyMs?: number,
): Promise<boolean> | undefined {
  const { time, truth, post, seed } = world;
  if (!truth.reachesApi(router)) return undefined;
  const id = `${event}-${router}-${time.now()}`;
  const message = messageOf(router, event, id, truth, everyMs === undefined ? {} : { everyMs });
  return post(router, message, new Chance(seed, id)).then((answer) => {
    if (answer?.reason === 'report-stale') truth.clockOff[router] = 0;
    return answer?.outcome === 'noted';
  });
}

/** Time until BFD detects the loss of a tunnel's far end. */
const LOST_AFTER_MS = 1_000;

/** Sends a witness report to the far end's site when the router loses its tunnel. */
export class Witness {
  readonly #router: RouterKey;
  readonly #world: RouterWorld;
  #sees = true;

  constructor(router: RouterKey, world: RouterWorld) {
    this.#router = router;
    this.#world = world;
  }

  /** To be called after every change of the routers. */
  update(): void {
    const { truth, time, post, seed } = this.#world;
    const { farEnd } = ROUTERS[this.#router];
    const sees = truth.tunnelUp(this.#router) || !truth.daemons(this.#router);
    const lost = this.#sees && !sees;
    this.#sees = sees;
    if (!lost) return;
    time.after(LOST_AFTER_MS, () => {
      if (this.#sees || !truth.reachesApi(this.#router)) return;
      const id = `testimony-${this.#router}-${time.now()}`;
      void post(this.#router, witnessReportOf(this.#router, farEnd, id, truth), new Chance(seed, id));
    });
  }
}
