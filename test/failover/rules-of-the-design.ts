import type { Decision } from '#failover/decision.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import type { ProbeRound } from '#failover/stored-state.ts';
import type { SwapPlan } from '#failover/swap-plan.ts';

/**
 * The rules of "How a failover is decided", read off the facts once more and in another way than the rules' code. Each
 * function gives what is wrong with a decision, or undefined.
 */
/** EC2's names for an instance that cannot forward. */
const NOT_RUNNING_STATES: readonly string[] = ['stopping', 'stopped', 'shutting-down', 'terminated'];

type Swap = Extract<Decision, { kind: 'swap' }>;
type Law = (seen: Observation, decision: Decision) => string | undefined;

/** What a decision breaks; empty: nothing. */
export function broken(seen: Observation, decision: Decision, plan: SwapPlan | undefined): readonly string[] {
  const found: string[] = [];
  if (decision.kind === 'swap') {
    for (const [law, says] of SWAP_LAWS) if (!law(seen, decision)) found.push(says);
  }
  for (const law of LAWS) {
    const wrong = law(seen, decision);
    if (wrong !== undefined) found.push(wrong);
  }
  return plan === undefined ? found : [...found, ...planFaults(seen, plan)];
}

const personal = (seen: Observation) => seen.trigger.kind === 'operator';
/** Was decided before, or moves nothing. */
const finishes = (swap: Swap) => swap.reason === 'finish-swap' || swap.reason === 'give-up-swap';
/** Failures that EC2 reports, to which hold-down does not apply. */
const certain = (swap: Swap) => swap.reason === 'owner-not-running' || swap.reason === 'owner-cannot-forward';
/** From what EC2 says is of no use, at once or in the end. */
const saves = (seen: Observation, swap: Swap) =>
  certain(swap) || (swap.reason === 'finish-swap' && failed(seen, swap.from));
const heldBack = (seen: Observation, swap: Swap) =>
  !personal(seen) && !finishes(swap) && !certain(swap) && !repairs(seen, swap.target.eni);

/** Each says of a swap what must hold, and what is wrong where it does not. */
const SWAP_LAWS: readonly (readonly [(seen: Observation, swap: Swap) => boolean, string])[] = [
  [
    (seen, swap) => fit(seen, swap.target.name) || (saves(seen, swap) && wellWhenLastRead(seen, swap.target.name)),
    'a swap to a router that the facts do not prove fit',
  ],
  [(_, { target, from }) => target.name !== from.name, 'a swap from a router to itself'],
  [
    (seen, swap) =>
      seen.stored.unfinished !== undefined || pairRoutes(seen).some(({ target }) => target === swap.from.eni),
    'a swap away from a router that holds nothing',
  ],
  [({ stored, at }) => (stored.leasedUntil ?? 0) <= at, "a swap under somebody else's lease"],
  [
    (seen, { reason }) =>
      personal(seen) || reason === 'give-up-swap' || (!obstacles(seen).mode && !obstacles(seen).paused),
    'an automatic swap while paused, observing or off',
  ],
  [
    (seen, swap) => !heldBack(seen, swap) || sinceLastSwap(seen) >= seen.site.policy.holdDownMs,
    'an automatic swap in hold-down',
  ],
  [
    (seen, swap) => !heldBack(seen, swap) || !onReport(swap) || hadTimeToClaim(seen),
    'an owner that took the routes when its peer lost sight of it loses them before it had the time to claim its path',
  ],
  [
    (seen, swap) => !heldBack(seen, swap) || swapsInLastHour(seen) < seen.site.policy.maxSwapsPerHour,
    'more automatic swaps in an hour than the policy allows',
  ],
  [(seen) => personal(seen) || !replayed(seen), 'an id that was answered is acted on again'],
  [(seen, swap) => !onReport(swap) || isNewReport(seen), 'a report that is stale, or of an old failure, acts'],
  [
    (seen, swap) => !onReport(swap) || seen.site.policy.prefer !== 'safety' || witnesses(seen, swap.from.name) > 0,
    "a pair that prefers safety swaps on the survivor's word alone",
  ],
  [
    (seen, swap) =>
      seen.stored.reachable ||
      (seen.trigger.kind === 'operator' && seen.trigger.overrides.includes('memory-unreachable')) ||
      finishes(swap) ||
      (!personal(seen) &&
        seen.site.policy.prefer === 'availability' &&
        (certain(swap) || witnesses(seen, swap.from.name) > 0)),
    'a swap without the store, and without what that takes',
  ],
  [(seen, { withoutLease }) => withoutLease === !seen.stored.reachable, 'the lease is bypassed for no reason'],
  [
    (seen, swap) => !suspected(swap) || !objects(seen, swap) || witnesses(seen, swap.from.name) >= 2,
    'a path that the owner has claimed since is no veto',
  ],
  [
    ({ trigger }, swap) => !onReport(swap) || (trigger.kind === 'report' && trigger.reporter === swap.target.name),
    'a report brings traffic to another router than its reporter',
  ],
  [
    (seen, { reason, from }) =>
      reason !== 'give-up-swap' || !pairRoutes(seen).some(({ target }) => target === from.eni),
    'a swap that is given up moves routes',
  ],
  [
    (seen, { reason }) => reason !== 'give-up-swap' || isOver(seen),
    'a swap is given up whose last call may still arrive',
  ],
  [
    (seen, { reason, target }) =>
      reason !== 'finish-swap' || !isOver(seen) || pairRoutes(seen).some((route) => route.target === target.eni),
    'a swap is finished that has no route at its target, long after its last call',
  ],
  [
    (seen, { reason, target }) => reason !== 'give-up-swap' || !(failed(seen, target) || isReported(seen, target)),
    'a swap is given up that would save from a router that somebody accuses',
  ],
  [
    (seen, { reason, from, target }) =>
      reason !== 'finish-swap' || failed(seen, from) || !isReported(seen, target) || isReportedInVain(seen, target),
    'a swap is finished to a router that its peer has just reported',
  ],
  [(seen, swap) => swap.reason !== 'ebgp-down-twice' || downTwice(seen, swap), 'one bad round is enough'],
  [
    (seen, swap) => swap.reason !== 'ebgp-down-twice' || !detoured(seen, swap),
    'an owner whose traffic takes the way over its peer loses the routes',
  ],
  [
    (seen, swap) => swap.reason !== 'owner-silent' || silentTwice(seen, swap),
    'silence alone, or one silent round, is enough',
  ],
  [
    (seen, { reason, from }) => reason !== 'owner-cannot-forward' || cannotForward(seen, from.name, from.eni),
    'EC2 did not say that nothing passes its interface',
  ],
  [
    (seen, swap) =>
      swap.reason !== 'owner-not-running' || NOT_RUNNING_STATES.includes(facts(seen, swap.from.name).instance),
    'EC2 did not say that it does not run',
  ],
  [
    ({ trigger }, { target }) => trigger.kind !== 'operator' || trigger.to === target.name,
    'not where the person asked',
  ],
  [
    (seen, { reason, from, target }) => reason !== 'evacuation' || mayEvacuate(seen, from.name, target.name),
    'routes leave a router whose instance is not about to go, towards one that is, or against a person',
  ],
  [personMaySkip, 'a person skips a mode or pause that was not overridden by name'],
  [
    (seen, swap) => swap.automatic === (!personal(seen) && !finishes(swap) && !repairs(seen, swap.target.eni)),
    'a swap counts for hold-down, or not, for no reason',
  ],
];

const LAWS: readonly Law[] = [
  (seen, { kind }) => (kind !== 'swap' && mustEvacuate(seen) ? 'an event is due, and the routes stay' : undefined),
  (seen, { kind }) => (kind !== 'swap' && mustSwap(seen) ? 'a clear failure, and nothing is done' : undefined),
  (_, { says }) => faultOf(says),
  (seen, { says }) => (isAbout(seen, says) ? undefined : 'a sentence about nothing'),
];

/** Verdicts on sentences, null for no fault: a million decisions come with some thousands of them. */
const verdicts = new Map<string, string | null>();

function faultOf(says: string): string | undefined {
  const known = verdicts.get(says);
  if (known !== undefined) return known ?? undefined;
  const noEnd = /^\S.*\.$/s.test(says) ? undefined : 'a sentence without an end';
  const hole = /undefined|NaN|Infinity|\[object|null|\.\.$|;\./.test(says) ? 'a sentence with a hole' : undefined;
  const fault = noEnd ?? hole;
  verdicts.set(says, fault ?? null);
  return fault;
}

function planFaults(seen: Observation, { to, steps }: SwapPlan): string[] {
  const mine = pairRoutes(seen);
  const key = ({ table, destination }: { table: string; destination: string }) => `${table} ${destination}`;
  const due = mine.filter(({ target }) => target !== to.eni).map(key);
  const planned = steps.map(key);
  return [
    ...planned.filter((step) => !due.includes(step)).map((step) => `the plan touches ${step}`),
    ...due.filter((step) => !planned.includes(step)).map((step) => `the plan forgets ${step}`),
  ];
}

function facts(seen: Observation, router: string): RouterFacts {
  const found = seen.routers[router];
  if (found === undefined) throw new Error(`no facts about ${router}`);
  return found;
}

type Statements = RouterFacts['evidence'];
const paths = ({ bgp: { tunnels } }: Statements[number]) => tunnels.receiving >= 1;
const lost = ({ bgp: { tunnels } }: Statements[number]) => tunnels.receiving + tunnels.unreadable === 0;

/** Is there a path by the last word that can be read? */
function lastSaysPath(evidence: Statements): boolean {
  return evidence.some(
    (statement) => paths(statement) && evidence.every((other) => other.at <= statement.at || !lost(other)),
  );
}

/** DESIGN, rule 1; of two words that count the later one (docs/decisions/0009). */
function fit(seen: Observation, router: string): boolean {
  const { evidence } = facts(seen, router);
  const age = (at: number) => Math.abs(seen.at - at);
  const lostAt = Math.max(...evidence.map((statement) => (lost(statement) ? statement.at : 0)));
  const proven = evidence.some(
    (statement) =>
      paths(statement) &&
      statement.at >= lostAt &&
      statement.at >= accusedAt(seen, router) &&
      age(statement.at) <= (statement.by === 'itself' ? 10_000 : 90_000),
  );
  return proven && placed(seen, router);
}

/** When the last swap took the routes from this router, if nobody had asked for it: a path from before is no proof. */
function accusedAt({ site, stored }: Observation, router: string): number {
  const { eni } = Object.values(site.routers).find(({ name }) => name === router) ?? {};
  const newest = stored.automaticSwaps.reduce((latest, began) => Math.max(latest, began), Number.NEGATIVE_INFINITY);
  const isLast = newest >= (stored.lastBeganAt ?? Number.NEGATIVE_INFINITY);
  return isLast && stored.lastTarget !== undefined && stored.lastTarget !== eni ? newest : Number.NEGATIVE_INFINITY;
}

/** All of rule 1 but the path. */
function placed(seen: Observation, router: string): boolean {
  const { instance, interface: attachment, sourceDestCheck, evidence } = facts(seen, router);
  const signed = evidence.some(({ by, at }) => by === 'itself' && Math.abs(seen.at - at) <= 10_000);
  const runs = instance === 'running' || (instance === 'unknown' && signed);
  const { eni = '' } = Object.values(seen.site.routers).find(({ name }) => name === router) ?? {};
  const serves = !Object.keys(seen.stored.maintenance).includes(eni);
  return runs && attachment === 'attached' && sourceDestCheck === false && serves;
}

/** What is enough when EC2 itself says that the owner cannot forward (docs/decisions/0010). */
function wellWhenLastRead(seen: Observation, router: string): boolean {
  const { evidence, statusChecks } = facts(seen, router);
  const isNew = evidence.every((statement) => !paths(statement) || statement.at >= accusedAt(seen, router));
  return placed(seen, router) && statusChecks === 'ok' && lastSaysPath(evidence) && isNew;
}

/** Some routes are where the last swap put them, or EC2 may still show where they were before it. */
function repairs(seen: Observation, eni: string): boolean {
  const { stored, at } = seen;
  const some = pairRoutes(seen).some(({ target }) => target === eni);
  const since = Math.min(sinceLastSwap(seen), at - (stored.leasedUntil ?? Number.NEGATIVE_INFINITY));
  return stored.lastTarget === eni && (some || since <= 10_000);
}

function isNewReport({ trigger, at }: Observation): boolean {
  if (trigger.kind !== 'report') return true;
  const { at: sent, detectedAt, confirmedAt } = trigger;
  if (detectedAt === undefined || detectedAt > sent + 1_000 || Math.abs(at - sent) > 10_000) return false;
  const confirmed = confirmedAt !== undefined && confirmedAt <= sent + 1_000 && sent - confirmedAt <= 10_000;
  return confirmed || sent - detectedAt <= 10_000;
}

function pairRoutes({ routes, site }: Observation) {
  const { active, standby } = site.routers;
  return routes.filter(
    ({ target, origin }) => origin === 'static' && (target === active.eni || target === standby.eni),
  );
}

function obstacles({ site, stored, at }: Observation) {
  return { mode: site.policy.mode !== 'automatic', paused: stored.pause !== undefined && at < stored.pause.until };
}

/** Without the last one if it left no trace: it is not recorded as finished, and no route is where it was to move them. */
function automaticSwaps(seen: Observation): readonly number[] {
  const { automaticSwaps: all, unfinished, lastBeganAt } = seen.stored;
  const isTraceless =
    unfinished !== undefined && isOver(seen) && !pairRoutes(seen).some(({ target }) => target === unfinished.to);
  return isTraceless ? all.filter((began) => began !== lastBeganAt) : all;
}

function sinceLastSwap(seen: Observation): number {
  const { at } = seen;
  return automaticSwaps(seen).reduce((least, began) => Math.min(least, at - began), Number.POSITIVE_INFINITY);
}

/** Not so if the failure was noticed before the last swap, or less than 15 s after it, and that was less than 120 s ago. */
function hadTimeToClaim(seen: Observation): boolean {
  const { trigger, at } = seen;
  if (trigger.kind !== 'report' || trigger.noticedAt === undefined) return true;
  const ago = sinceLastSwap(seen);
  return ago >= 120_000 || trigger.noticedAt - (at - ago) > 15_000;
}

function swapsInLastHour(seen: Observation): number {
  return automaticSwaps(seen).filter((began) => seen.at - began < 3_600_000).length;
}

function replayed({ stored: { answered } }: Observation): boolean {
  return answered !== undefined && ['swapped', 'already'].includes(answered.outcome);
}

function onReport({ reason }: Swap): boolean {
  return reason === 'reported-by-survivor' || reason === 'owner-left';
}

function suspected(swap: Swap): boolean {
  return onReport(swap) || swap.reason === 'ebgp-down-twice' || swap.reason === 'owner-silent';
}

/** Neither path nor detour in a round, for certain. */
function cutOff(seen: Observation, { readings }: ProbeRound, router: string): boolean {
  const { active, standby } = seen.site.routers;
  const [own, other] = active.name === router ? [active, standby] : [standby, active];
  const [mine, theirs] = [readings[own.eni]?.bgp, readings[other.eni]?.bgp];
  if (mine === undefined || mine.tunnels.receiving + mine.tunnels.unreadable > 0) return false;
  if (!seen.site.pairForwards) return true;
  if (mine.pair.receiving > 0)
    return theirs !== undefined && theirs.tunnels.receiving + theirs.tunnels.unreadable === 0;
  return mine.pair.unreadable === 0;
}

/** Status check, the probe, routers of other sites, a stale heartbeat: all but the peer. */
function witnesses(seen: Observation, against: string): number {
  const { statusChecks, heartbeat } = facts(seen, against);
  const { stored, at, site } = seen;
  const newest = stored.probes[stored.probes.length - 1];
  const silent = at - (heartbeat?.at ?? Number.POSITIVE_INFINITY);
  const { eni } = Object.values(site.routers).find(({ name }) => name === against) ?? {};
  const [peer] = Object.values(site.routers).filter(({ name }) => name !== against);
  const others = peer && facts(seen, peer.name).heartbeat;
  return (
    [
      statusChecks === 'impaired',
      newest !== undefined && at - newest.at <= 90_000 && cutOff(seen, newest, against),
      stored.reachable &&
        heartbeat !== undefined &&
        silent <= 5_400_000 &&
        others?.since !== undefined &&
        at - others.at <= 1.5 * others.everyMs &&
        Math.min(silent, at - others.since) > 3 * heartbeat.everyMs,
    ].filter(Boolean).length +
    stored.witnessReports.filter((testimony) => testimony.about === eni && at - testimony.at <= 30_000).length
  );
}

/** A claim of before the failure was noticed says nothing against it. */
function objects(seen: Observation, swap: Swap): boolean {
  const { trigger, stored } = seen;
  const reported = onReport(swap) && trigger.kind === 'report';
  return claimsPathSince(
    seen,
    swap.from.name,
    reported ? (trigger.noticedAt ?? trigger.at) : (stored.probes.at(-2)?.at ?? 0),
  );
}

function claimsPathSince(seen: Observation, router: string, since: number): boolean {
  return lastSaysPath(facts(seen, router).evidence.filter(({ by, at }) => by === 'itself' && at >= since));
}

/** Its peer reports it, and it has said since that it is well. */
function isReportedInVain(seen: Observation, router: { name: string }): boolean {
  const { trigger } = seen;
  if (trigger.kind !== 'report' || !isReported(seen, router)) return false;
  return claimsPathSince(seen, router.name, trigger.noticedAt ?? trigger.at);
}

function downTwice(seen: Observation, { from, target }: Move): boolean {
  return twoRounds(
    seen,
    (round) => cutOff(seen, round, from.name) && (round.readings[target.eni]?.bgp.tunnels.receiving ?? 0) > 0,
  );
}

type Move = Pick<Swap, 'from' | 'target'>;

function silentTwice(seen: Observation, { from, target }: Move): boolean {
  const silent = ({ readings }: ProbeRound) =>
    readings[from.eni] === null && (readings[target.eni]?.bgp.tunnels.receiving ?? 0) > 0;
  const lost = (round: ProbeRound) => {
    const pair = round.readings[target.eni]?.bgp.pair;
    return pair?.established === 0 && pair.unreadable === 0 && round.at - (round.pairUpAt ?? 0) <= 1_800_000;
  };
  const impaired = facts(seen, from.name).statusChecks === 'impaired';
  return twoRounds(seen, (round) => silent(round) && (impaired || lost(round)));
}

function twoRounds({ stored: { probes }, at }: Observation, bad: (round: ProbeRound) => boolean): boolean {
  const last = probes.slice(-2);
  const [first, second] = last.map((round) => round.at);
  return (
    first !== undefined && second !== undefined && last.every(bad) && at - second <= 90_000 && second - first <= 180_000
  );
}

/** In the newest round. */
function detoured({ stored, site }: Observation, { from, target }: Swap): boolean {
  const readings = stored.probes.at(-1)?.readings ?? {};
  return (
    site.pairForwards &&
    (readings[from.eni]?.bgp.pair.receiving ?? 0) > 0 &&
    (readings[target.eni]?.bgp.tunnels.receiving ?? 0) > 0
  );
}

/** This long after its lease no read shows the state before its last call. */
function isOver({ stored: { leasedUntil }, at }: Observation): boolean {
  return leasedUntil !== undefined && at - leasedUntil > 10_000;
}

function isReported({ trigger }: Observation, { name }: { name: string }): boolean {
  return trigger.kind === 'report' && trigger.subject === name;
}

/** EC2 itself says so. */
function failed(seen: Observation, { name, eni }: { name: string; eni: string }): boolean {
  return NOT_RUNNING_STATES.includes(facts(seen, name).instance) || cannotForward(seen, name, eni);
}

function cannotForward(seen: Observation, router: string, eni: string): boolean {
  const { interface: attachment, sourceDestCheck } = facts(seen, router);
  const its = pairRoutes(seen).filter(({ target }) => target === eni);
  return (
    ['detached', 'elsewhere', 'missing'].includes(attachment) ||
    sourceDestCheck === true ||
    (its.length > 0 && its.every(({ state }) => state === 'blackhole'))
  );
}

function personMaySkip(seen: Observation): boolean {
  const { trigger, site } = seen;
  if (trigger.kind !== 'operator') return true;
  const { mode, paused } = obstacles(seen);
  const skipsMode = trigger.overrides.some((override) => override === `mode-${site.policy.mode}`);
  return (!mode || skipsMode) && (!paused || trigger.overrides.includes('paused'));
}

/** A failure so plain that doing nothing would be wrong: without this law "always refuse" would keep all others. */
function mustSwap(seen: Observation): boolean {
  const { trigger, stored, at, site } = seen;
  const known = stored.reachable || (trigger.kind === 'operator' && trigger.overrides.includes('memory-unreachable'));
  const clear =
    !replayed(seen) &&
    (stored.leasedUntil ?? 0) <= at &&
    !obstacles(seen).mode &&
    !obstacles(seen).paused &&
    site.policy.prefer === 'availability';
  if (!clear) return false;
  const targets = new Set(pairRoutes(seen).map(({ target }) => target));
  if (targets.size !== 1) return false;
  const owner = Object.values(site.routers).find(({ eni }) => targets.has(eni));
  const other = Object.values(site.routers).find(({ eni }) => !targets.has(eni));
  if (owner === undefined || other === undefined) return false;
  const ready = fit(seen, other.name) || wellWhenLastRead(seen, other.name);
  const stale = trigger.kind === 'report' && stored.unfinished !== undefined && Math.abs(at - trigger.at) > 10_000;
  if (trigger.kind !== 'operator' && !stale && failed(seen, owner) && ready) return true;
  if (!known) return false;
  if (!fit(seen, other.name)) return false;
  if (trigger.kind === 'operator') return trigger.to === other.name;
  const rested =
    sinceLastSwap(seen) >= site.policy.holdDownMs &&
    hadTimeToClaim(seen) &&
    swapsInLastHour(seen) < site.policy.maxSwapsPerHour;
  const since = accusedSince(seen, owner, other);
  if (since === undefined || !(rested || repairs(seen, other.eni))) return false;
  const claims = facts(seen, owner.name).evidence.filter(({ by, bgp }) => by === 'itself' && bgp.tunnels.receiving > 0);
  return claims.every((claim) => claim.at < since);
}

const QUARTER_HOUR = 900_000;

/** When AWS is going to do something to a router's instance, ms since the epoch; what has no time counts for nothing. */
const eventTimes = (seen: Observation, router: string) =>
  (facts(seen, router).events ?? []).flatMap(({ notBefore }) => notBefore ?? []);

/** Within a quarter of an hour, and the other router is safe until half an hour after it. */
function mayEvacuate(seen: Observation, from: string, target: string): boolean {
  const { stored, site, at } = seen;
  const eni = Object.values(site.routers).find(({ name }) => name === from)?.eni;
  const cameInSpite = (time: number) => stored.lastTarget === eni && (stored.lastBeganAt ?? 0) >= time - QUARTER_HOUR;
  const [due] = eventTimes(seen, from).filter((time) => time <= at + QUARTER_HOUR && !cameInSpite(time));
  if (due === undefined || site.policy.evacuate !== 'automatic' || !stored.reachable) return false;
  const back = Math.max(due, at) + 2 * QUARTER_HOUR;
  return eventTimes(seen, target).every((time) => time > back);
}

/** Nothing stands in the way, and the probe asks. */
function mustEvacuate(seen: Observation): boolean {
  const { stored, trigger } = seen;
  if (trigger.kind !== 'probe') return false;
  const { active, standby } = seen.site.routers;
  const place = pairRoutes(seen);
  const [from, target] = place.every(({ target }) => target === active.eni) ? [active, standby] : [standby, active];
  const isWhole = place.length > 0 && place.every(({ target }) => target === from.eni);
  const isFree = stored.reachable && stored.unfinished === undefined && (stored.leasedUntil ?? 0) <= seen.at;
  const rested =
    sinceLastSwap(seen) >= seen.site.policy.holdDownMs && swapsInLastHour(seen) < seen.site.policy.maxSwapsPerHour;
  const allowed = !obstacles(seen).mode && !obstacles(seen).paused;
  if (!isWhole || !isFree || !rested || !allowed) return false;
  return mayEvacuate(seen, from.name, target.name) && fit(seen, target.name) && fit(seen, from.name);
}

type Router = Swap['target'];

/** When that was noticed which is enough against the owner, if it does not object; undefined: nothing is. */
function accusedSince(seen: Observation, owner: Router, other: Router): number | undefined {
  const { trigger, stored } = seen;
  if (trigger.kind === 'report') {
    return isNewReport(seen) && trigger.subject === owner.name ? (trigger.noticedAt ?? trigger.at) : undefined;
  }
  const twice = downTwice(seen, { from: owner, target: other }) || silentTwice(seen, { from: owner, target: other });
  return twice ? stored.probes.at(-2)?.at : undefined;
}

/** Whether a sentence names a router, or another part of what was observed. */
function isAbout(seen: Observation, says: string): boolean {
  const { active, standby } = seen.site.routers;
  if (says.includes(active.name) || says.includes(standby.name)) return true;
  const { pause, epoch } = seen.stored;
  const names = [seen.trigger.id, `wap ${epoch}`, `mode: ${seen.site.policy.mode}`];
  const tables = seen.routes.map(({ table }) => table);
  return [...names, ...tables, ...(pause === undefined ? [] : [pause.reason])].some((name) => says.includes(name));
}
