import { routeState } from '#emulator/ec2/route-state.ts';
import { PROBE_FRESH_MS } from '#failover/limits.ts';

import { plain } from './dynamodb/plain.ts';
import { forceSwitchover } from './operators.ts';
import { PROBE_EVERY_MS } from './platform-times.ts';
import { REPORTER } from './routers/reporter-times.ts';
import type { SimulatedSite } from './simulated-site.ts';
import { ROUTERS, type RouterKey, routerAt } from './sites.ts';
import type { World } from './world.ts';

const CHECK_EVERY_MS = 1_000;
/** Between two checks for the probe's next result. */
const WAIT_MS = 5_000;
const ASK_EVERY_MS = 30_000;
const HOUR_MS = 3_600_000;
/** EC2 reads show the state before the last call for at most this long. */
const SETTLED_MS = 10_000;
/** The least hold-down of a failure that is detected together with a swap (`failover/rules.ts`). */
const OWNER_CLAIMS_WITHIN_MS = 120_000;

/**
 * Two rounds of the probe (one may come while a crashed run's lease still holds), the time that a round and a swap take,
 * and a margin for slow calls.
 */
const BOUND_MS = 2 * PROBE_EVERY_MS + 45_000 + 15_000;

/**
 * One site converges to one owner, reports that it is healthy, and has a complete history.
 *
 * @param from end of the faults, ms
 */
export async function checkConvergence(site: SimulatedSite, from: number, world: World): Promise<void> {
  const { time, record } = site;
  const bound = boundOf(site) + nextReportMs(site);
  let asked = 0;
  while (!converged(site)) {
    const now = time.now();
    if (now - from > bound)
      return record.break('converges', `${bound / 1000} s after the faults: ${describeSite(site)}`);
    if (needsOperator(site) && now - asked >= ASK_EVERY_MS) {
      asked = now;
      void forceSwitchover(aliveRouter(site), site);
    }
    await time.sleep(CHECK_EVERY_MS);
  }
  world.convergedAfterMs = Math.max(world.convergedAfterMs ?? 0, time.now() - from);
  await checkHealth(site, from + Math.max(contactsRenewedMs(site), staysHung(site) ? PROBE_FRESH_MS : 0));
  if (world.violation === undefined) checkHistory(site);
}

/** How long a contact is valid (DESIGN: every few minutes). */
const CONTACT_COUNTS_MS = 300_000;

/** Time until every router has made a new contact, or the last contact of a mute router has expired; ms. */
function contactsRenewedMs({ schedule, name }: SimulatedSite): number {
  // A contact that arrived while the store was down was not recorded; the next one is.
  return name === 'tokyo' && schedule.muteAtEnd !== undefined ? CONTACT_COUNTS_MS : REPORTER.contactEvery;
}

/** The router of this site that stays failed. */
function deadAtEnd({ name, schedule }: SimulatedSite): RouterKey | undefined {
  return name === 'tokyo' ? schedule.deadAtEnd : undefined;
}

/**
 * Where the owner is dead for good, or the far end of its only tunnel is and no detour forwards, hold-down and the hour's limit
 * may stand in between: by design.
 */
function boundOf(site: SimulatedSite): number {
  const { schedule, record, time } = site;
  const losesOwner = deadAtEnd(site) !== undefined || (schedule.deadAtEnd !== undefined && !schedule.pairForwards);
  if (!losesOwner) return BOUND_MS;
  const { holdDownMs, maxSwapsPerHour } = schedule.policy;
  const swaps = record.automaticSwaps(Number.POSITIVE_INFINITY).filter((at) => time.now() - at < HOUR_MS);
  const blocking = swaps.at(-maxSwapsPerHour);
  const again = blocking !== undefined && staysHung(site) ? REPORTER.reportAgain : 0;
  const hour = blocking === undefined ? 0 : blocking + HOUR_MS - time.now();
  return BOUND_MS + Math.max(holdDownMs, OWNER_CLAIMS_WITHIN_MS, hour) + again;
}

/**
 * Where routes have moved before, they may have come to the router that hangs after its peer's report had ended, there being
 * none at it: then `reconcile` reports it.
 */
function nextReportMs(site: SimulatedSite): number {
  return staysHung(site) && site.record.moves > 0 ? REPORTER.reportAgain : 0;
}

function staysHung(site: SimulatedSite): boolean {
  return deadAtEnd(site) !== undefined && site.schedule.deadHow === 'hung';
}

/**
 * Whether an operator must act: nothing moves by itself in this mode, or the routes were split by hand, by a swap without a
 * journal, or by a call that took effect after its swap had ended.
 */
function needsOperator(site: SimulatedSite): boolean {
  const { schedule, record } = site;
  const others = record.movesWithoutJournal + record.movedByHand + record.lateMoves;
  const split = others > 0 && whereRoutesAre(site).at.size > 1;
  return schedule.policy.mode !== 'automatic' || split;
}

function aliveRouter(site: SimulatedSite): RouterKey {
  const [active, standby] = site.record.pair;
  return deadAtEnd(site) === active.key ? standby.key : active.key;
}

/** One living owner, every route of the pair there and active, no swap left open. */
function converged(site: SimulatedSite): boolean {
  const { ec2, record } = site;
  const { routes, at } = whereRoutesAre(site);
  if (at.size !== 1 || isSwapOpen(record)) return false;
  const [owner] = at;
  if (owner === undefined || owner === deadAtEnd(site)) return false;
  return routes.every(
    ([, target]) => routeState({ destination: '', target, origin: 'CreateRoute' }, ec2.state()) === 'active',
  );
}

function isSwapOpen(record: SimulatedSite['record']): boolean {
  return record.lease !== undefined && record.settled(record.lease)?.finished === false;
}

function whereRoutesAre({ record }: SimulatedSite) {
  const routes = [...record.targets()].filter(([, target]) => routerAt(target) !== undefined);
  return { routes, at: new Set(routes.map(([, target]) => routerAt(target)?.key)) };
}

/**
 * `FailoverReady` of the first whole round from now on.
 *
 * @param notBefore ms; until then it may rest on what a router said before it hung, or had no turn to say
 */
async function checkHealth(site: SimulatedSite, notBefore: number): Promise<void> {
  const { time, record, schedule, table } = site;
  const from = Math.max(time.now(), notBefore);
  while ((site.lastReady?.at ?? 0) < from) {
    if (time.now() - from > BOUND_MS) return record.break('health-is-correct', 'the probe reports nothing any more');
    await time.sleep(WAIT_MS);
  }
  const ours = site.name !== 'tokyo' || schedule.routes.every((place) => place === 'a' || place === 'b');
  const dead = schedule.deadAtEnd !== undefined || (site.name === 'tokyo' && schedule.muteAtEnd !== undefined);
  // The far site's tunnel ends at the router that is dead: whether it is then called ready is not asked here.
  if (dead && site.name !== 'tokyo') return;
  if (site.lastReady?.value === (ours && !dead ? 1 : 0)) return;
  const health = table.find(/^health/).map((item) => JSON.stringify(plain(item)));
  record.break('health-is-correct', `FailoverReady is ${site.lastReady?.value}: ${health.join('; ')}`);
}

/**
 * Every swap that moved a route is in the history: recorded by its own run, by the next one, or, if it took several runs, by
 * the last of them with the reason of the first.
 */
function checkHistory({ record, table }: SimulatedSite): void {
  const entries = table
    .find(/^\d{4}-.*Z#/)
    .map((item) => plain(item)['entry'] as { readonly epoch: number; readonly says: string });
  const told = (epoch: number): boolean => {
    const named = `swap ${epoch} `;
    if (entries.some((entry) => entry.epoch === epoch || entry.says.toLowerCase().includes(named))) return true;
    const [swap, next] = [epoch, epoch + 1].map((each) => record.swaps.find((other) => other.epoch === each));
    return next !== undefined && next.to === swap?.to && next.reason === swap.reason && told(epoch + 1);
  };
  /** EC2 showed for a while where the routes were before: it moved them again to where they were. */
  const repeats = (epoch: number): boolean => {
    const [swap, last] = [epoch, epoch - 1].map((each) => record.swaps.find((other) => other.epoch === each));
    return last !== undefined && last.to === swap?.to && swap.at - last.at < SETTLED_MS && told(epoch - 1);
  };
  for (const { epoch, run, effects, reason } of record.swaps) {
    if (epoch === undefined || effects === 0 || run.storeFailed > 0 || told(epoch) || repeats(epoch)) continue;
    record.break('history', `swap ${epoch} (${reason}, ${run.id}, ${run.ended}) is not in the history`);
  }
}

function describeSite(site: SimulatedSite): string {
  const { routes } = whereRoutesAre(site);
  const { lease, pair } = site.record;
  const open =
    lease !== undefined && isSwapOpen(site.record)
      ? `swap ${lease.epoch} to ${lease.journal.to.eni} is open`
      : 'no swap is open';
  const at = (key: RouterKey) =>
    `${routes.filter(([, target]) => target === ROUTERS[key].eni).length} routes at ${ROUTERS[key].name}`;
  return `${pair.map(({ key }) => at(key)).join(', ')}; ${open}`;
}
