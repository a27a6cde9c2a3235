import { leastDurationMs } from '#failover/call-pacer.ts';
import { type Death, deadlineMs } from '#simulator/deadlines.ts';
import type { Run } from '#simulator/platform.ts';
import { REPORTER } from '#simulator/routers/reporter-times.ts';
import type { SiteRecord } from '#simulator/site-record.ts';
import { ROUTERS, routerAt, type SimulatedRouter } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

const HOUR_MS = 3_600_000;
/** A failure that is noticed with a swap waits at least this long (`failover/rules.ts`), however short hold-down is. */
const SAME_OUTAGE_MS = 15_000;
const OWNER_CLAIMS_WITHIN_MS = 120_000;

interface Seen {
  readonly owner: SimulatedRouter;
  readonly death: Death;
  /** ms since the epoch. */
  readonly since: number;
}

export const recoveryDeadline: Invariant = {
  name: 'recovery-deadline',
  holds:
    'routes leave a failed owner within the time limit below, if the failure can be observed, nothing else is wrong and the peer is fit',
  watch: (site) => {
    let watched: Seen | undefined;
    const cameAt = new Map<string, number>();
    const look = (): undefined => {
      const seen = deathAt(site);
      if (seen?.death === watched?.death && seen?.owner === watched?.owner) return;
      const now = site.world.time.now();
      const mine = seen && { ...seen, since: now };
      watched = mine;
      if (mine === undefined) return;
      const calls = leastDurationMs(site.targets().size);
      const within =
        deadlineMs(noticedAs(site, mine), site.world.schedule.policy) +
        heldDownMs(site, mine.death) +
        calls +
        toldBefore(site, mine, cameAt.get(mine.owner.eni));
      if (!Number.isFinite(within)) return;
      site.world.time.after(within, () => {
        if (watched !== mine || disturbed(site, mine)) return;
        site.break(
          recoveryDeadline.name,
          `${mine.owner.name} has failed (${mine.death}) for ${within / 1000} s and still has the routes`,
        );
      });
    };
    const written = (_: Run, target: string): undefined => {
      cameAt.set(target, site.world.time.now());
      look();
    };
    return { changed: look, written };
  },
};

/**
 * A failed store, or an SSM without answer, does not extend the limit of a failure that EC2 reports; both at once do. Of a peer that
 * was replaced nothing is known before SSM answers.
 */
function disturbed(site: SiteRecord, { owner, death, since }: Seen): boolean {
  const [store, ssm] = [site.disturbedSince('store', since), site.disturbedSince('ssm', since)];
  const isPeerNew = site.world.truth.replacedAt.has(owner.peer);
  const isAvailable = death === 'certain' && site.world.schedule.policy.prefer === 'availability' && !isPeerNew;
  const excused = isAvailable ? store && ssm : store || ssm;
  return excused || site.disturbedSince('other', since);
}

/** The observable failure of the owner; undefined: it has none, or no target is available. */
function deathAt(site: SiteRecord): { readonly owner: SimulatedRouter; readonly death: Death } | undefined {
  const { truth } = site.world;
  const holders = new Set([...site.targets().values()].map(routerAt));
  const owner = site.pair.find((router) => holders.has(router) && truth.log[router.key].since('carries') === undefined);
  if (owner === undefined) return undefined;
  const peer = ROUTERS[owner.peer];
  if (truth.log[peer.key].since('fit') === undefined) return undefined;
  const death = truth.certainlyFailed(owner.key)
    ? 'certain'
    : truth.alive(owner.key)
      ? 'cut-off'
      : truth.reachesApi(peer.key)
        ? 'hung'
        : 'hung-unreported';
  return { owner, death };
}

/**
 * A host whose daemons had been gone for longer than its peer asks on has lost nothing that a detector sees when it hangs.
 */
function noticedAs(site: SiteRecord, { owner, death, since }: Seen): Death {
  const diedAt = site.world.truth.log[owner.key].since('carries', false) ?? since;
  return death === 'hung' && since - diedAt > REPORTER.askAgainFor ? 'hung-unreported' : death;
}

/**
 * Its peer reported it when it had no route yet, and does so again in its own time.
 *
 * @param cameAt when a route came to the owner last, ms since the epoch; undefined: none did
 */
function toldBefore(site: SiteRecord, { owner, death }: Seen, cameAt: number | undefined): number {
  const diedAt = site.world.truth.log[owner.key].since('carries', false);
  const wasDead = diedAt !== undefined && cameAt !== undefined && diedAt < cameAt;
  return death === 'hung' && wasDead ? REPORTER.reportAgain : 0;
}

/** The policy holds suspicions back, by design. */
function heldDownMs(site: SiteRecord, death: Death): number {
  if (death === 'certain') return 0;
  const { holdDownMs, maxSwapsPerHour } = site.world.schedule.policy;
  const now = site.world.time.now();
  const swaps = site.automaticSwaps(Number.POSITIVE_INFINITY);
  if (swaps.filter((at) => now - at < HOUR_MS - 600_000).length >= maxSwapsPerHour) return Number.POSITIVE_INFINITY;
  const last = Math.max(...swaps, 0);
  const rest = Math.max(holdDownMs, now - last <= SAME_OUTAGE_MS ? OWNER_CLAIMS_WITHIN_MS : 0);
  return Math.max(0, last + rest - now);
}
