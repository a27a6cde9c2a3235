import type { Decision } from '#failover/decision.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
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
  const found = LAWS.flatMap((law) => law(seen, decision) ?? []);
  return [...found, ...(plan === undefined ? [] : planFaults(seen, plan))];
}

const ofSwap =
  (law: (seen: Observation, swap: Swap) => boolean, says: string): Law =>
  (seen, decision) =>
    decision.kind === 'swap' && !law(seen, decision) ? says : undefined;

const personal = (seen: Observation) => seen.trigger.kind === 'operator';
/** Was decided before, or moves nothing. */
const finishes = (swap: Swap) => swap.reason === 'finish-swap' || swap.reason === 'give-up-swap';

const LAWS: readonly Law[] = [
  ofSwap((seen, { to }) => fit(seen, to.name), 'a swap to a router that the facts do not prove fit'),
  ofSwap((_, { to, from }) => to.name !== from.name, 'a swap from a router to itself'),
  ofSwap(
    (seen, swap) =>
      seen.memory.unfinished !== undefined || pairRoutes(seen).some(({ target }) => target === swap.from.eni),
    'a swap away from a router that holds nothing',
  ),
  ofSwap(({ memory, at }) => (memory.leasedUntil ?? 0) <= at, "a swap under somebody else's lease"),
  ofSwap(
    (seen, { reason }) =>
      personal(seen) || reason === 'give-up-swap' || (!obstacles(seen).mode && !obstacles(seen).paused),
    'an automatic swap while paused, observing or off',
  ),
  ofSwap(
    (seen, swap) => personal(seen) || finishes(swap) || sinceLastSwap(seen) >= seen.site.policy.holdDownMs,
    'an automatic swap in hold-down',
  ),
  ofSwap(
    (seen, swap) => personal(seen) || finishes(swap) || swapsInLastHour(seen) < seen.site.policy.maxSwapsPerHour,
    'more automatic swaps in an hour than the policy allows',
  ),
  ofSwap((seen) => personal(seen) || !replayed(seen), 'an id that was answered is acted on again'),
  ofSwap(({ trigger, at }) => trigger.kind !== 'report' || Math.abs(at - trigger.at) <= 10_000, 'a stale report acts'),
  ofSwap(
    (seen, swap) => !onReport(swap) || seen.site.policy.prefer !== 'safety' || witnesses(seen, swap.from.name) > 0,
    "a pair that prefers safety swaps on the survivor's word alone",
  ),
  ofSwap(
    (seen, swap) =>
      seen.memory.reachable ||
      (seen.trigger.kind === 'operator' && seen.trigger.overrides.includes('memory-unreachable')) ||
      (!personal(seen) && seen.site.policy.prefer === 'availability' && witnesses(seen, swap.from.name) > 0),
    'a swap without the store, and without what that takes',
  ),
  ofSwap((seen, { withoutLease }) => withoutLease === !seen.memory.reachable, 'the lease is bypassed for no reason'),
  ofSwap(
    (seen, swap) => !(onReport(swap) || swap.reason === 'ebgp-down-twice') || !objects(seen, swap.from.name),
    "the owner's own fresh healthy statement is no veto",
  ),
  ofSwap(
    ({ trigger }, swap) => !onReport(swap) || (trigger.kind === 'report' && trigger.reporter === swap.to.name),
    'a report brings traffic to another router than its reporter',
  ),
  ofSwap(
    (seen, { reason, from }) =>
      reason !== 'give-up-swap' || !pairRoutes(seen).some(({ target }) => target === from.eni),
    'a swap that is given up moves routes',
  ),
  ofSwap((seen, swap) => swap.reason !== 'ebgp-down-twice' || downTwice(seen, swap), 'one bad round is enough'),
  ofSwap(
    (seen, swap) =>
      swap.reason !== 'owner-not-running' || NOT_RUNNING_STATES.includes(facts(seen, swap.from.name).instance),
    'EC2 did not say that it does not run',
  ),
  ofSwap(({ trigger }, { to }) => trigger.kind !== 'operator' || trigger.to === to.name, 'not where the person asked'),
  ofSwap(personMaySkip, 'a person skips a mode or pause that was not overridden by name'),
  ofSwap(
    (seen, { automatic, reason }) => automatic === (!personal(seen) && !/^(finish|give-up)-swap$/.test(reason)),
    'a swap counts for hold-down, or not, for no reason',
  ),
  (seen, { kind }) => (kind !== 'swap' && mustSwap(seen) ? 'a clear failure, and nothing is done' : undefined),
  (_, { says }) => (/^\S.*\.$/s.test(says) ? undefined : 'a sentence without an end'),
  (_, { says }) => (/undefined|NaN|Infinity|\[object|null|\.\.$|;\./.test(says) ? 'a sentence with a hole' : undefined),
  (seen, { says }) => (names(seen).some((name) => says.includes(name)) ? undefined : 'a sentence about nothing'),
];

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

/** Is a session Established by the last word? */
function lastSays(statements: RouterFacts['statements']): boolean {
  return statements.some(({ at, established }) => established >= 1 && statements.every((other) => other.at <= at));
}

/** DESIGN, rule 1; of two words that count the later one (docs/decisions/0009). */
function fit(seen: Observation, router: string): boolean {
  const { instance, interface: attachment, sourceDestCheck, statements } = facts(seen, router);
  const age = (at: number) => Math.abs(seen.at - at);
  const lost = Math.max(...statements.map(({ at, established }) => (established === 0 ? at : 0)));
  const proven = statements.some(
    ({ by, at, established }) => established >= 1 && at >= lost && age(at) <= (by === 'itself' ? 10_000 : 90_000),
  );
  const serves = !Object.keys(seen.memory.maintenance).includes(router);
  return instance === 'running' && attachment === 'attached' && sourceDestCheck === false && proven && serves;
}

function pairRoutes({ routes, site }: Observation) {
  const enis = Object.values(site.routers).map(({ eni }) => eni);
  return routes.filter(({ target, origin }) => origin === 'static' && target !== undefined && enis.includes(target));
}

function obstacles({ site, memory, at }: Observation) {
  return { mode: site.policy.mode !== 'automatic', paused: memory.pause !== undefined && at < memory.pause.until };
}

function sinceLastSwap({ memory, at }: Observation): number {
  return memory.automaticSwaps.reduce((least, began) => Math.min(least, at - began), Number.POSITIVE_INFINITY);
}

function swapsInLastHour({ memory, at }: Observation): number {
  return memory.automaticSwaps.filter((began) => at - began < 3_600_000).length;
}

function replayed({ memory: { answered } }: Observation): boolean {
  return answered !== undefined && ['swapped', 'already'].includes(answered.outcome);
}

function onReport({ reason }: Swap): boolean {
  return reason === 'reported-by-survivor' || reason === 'owner-left';
}

/** EC2 state or status check, the probe, the other site's routers, a stale heartbeat: all but the survivor. */
function witnesses(seen: Observation, against: string): number {
  const { instance, statusChecks, heartbeat } = facts(seen, against);
  const { memory, at } = seen;
  const newest = memory.probes[memory.probes.length - 1];
  const silent = at - (heartbeat?.at ?? Number.POSITIVE_INFINITY);
  return [
    NOT_RUNNING_STATES.includes(instance),
    statusChecks === 'impaired',
    newest !== undefined && at - newest.at <= 90_000 && newest.ebgp[against]?.established === 0,
    memory.testimonies.some((testimony) => testimony.about === against && at - testimony.at <= 30_000),
    heartbeat !== undefined && silent > 3 * heartbeat.everyMs && silent <= 5_400_000,
  ].filter(Boolean).length;
}

/** A heartbeat of before the failure was noticed says nothing against it. */
function objects(seen: Observation, router: string): boolean {
  const { trigger } = seen;
  const noticed =
    trigger.kind === 'report' ? (trigger.detectedAt ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY;
  return lastSays(
    facts(seen, router).statements.filter(
      ({ by, at, heartbeat }) =>
        by === 'itself' && Math.abs(seen.at - at) <= 10_000 && (heartbeat === undefined || at >= noticed),
    ),
  );
}

function downTwice({ memory: { probes }, at }: Observation, { from, to }: Swap): boolean {
  const last = probes.slice(-2);
  const bad = last.every(({ ebgp }) => ebgp[from.name]?.established === 0 && (ebgp[to.name]?.established ?? 0) > 0);
  const [first, second] = last.map((round) => round.at);
  return first !== undefined && second !== undefined && bad && at - second <= 90_000 && second - first <= 180_000;
}

function personMaySkip(seen: Observation): boolean {
  const { trigger, site } = seen;
  if (trigger.kind !== 'operator') return true;
  const { mode, paused } = obstacles(seen);
  if (mode) return trigger.overrides.some((override) => override === `mode-${site.policy.mode}`);
  return !paused || trigger.overrides.includes('paused');
}

/** A failure so plain that doing nothing would be wrong: without this law "always refuse" would keep all others. */
function mustSwap(seen: Observation): boolean {
  const { trigger, memory, at, site } = seen;
  const known = memory.reachable || (trigger.kind === 'operator' && trigger.overrides.includes('memory-unreachable'));
  const clear =
    known &&
    memory.unfinished === undefined &&
    !replayed(seen) &&
    (memory.leasedUntil ?? 0) <= at &&
    !obstacles(seen).mode &&
    !obstacles(seen).paused &&
    site.policy.prefer === 'availability';
  const targets = new Set(pairRoutes(seen).map(({ target }) => target));
  if (!clear || targets.size !== 1) return false;
  const owner = Object.values(site.routers).find(({ eni }) => targets.has(eni));
  const other = Object.values(site.routers).find(({ eni }) => !targets.has(eni));
  if (owner === undefined || other === undefined || !fit(seen, other.name)) return false;
  if (trigger.kind === 'operator') return trigger.to === other.name;
  const rested = sinceLastSwap(seen) >= site.policy.holdDownMs && swapsInLastHour(seen) < site.policy.maxSwapsPerHour;
  if (!rested) return false;
  const current = trigger.kind !== 'report' || Math.abs(at - trigger.at) <= 10_000;
  if (current && NOT_RUNNING_STATES.includes(facts(seen, owner.name).instance)) return true;
  return trigger.kind === 'report' && current && trigger.subject === owner.name && !objects(seen, owner.name);
}

/** What a sentence may be about. */
function names(seen: Observation): string[] {
  const { pause, epoch } = seen.memory;
  return [
    ...Object.values(seen.site.routers).map(({ name }) => name),
    seen.trigger.id,
    `wap ${epoch}`,
    `mode: ${seen.site.policy.mode}`,
    ...seen.routes.map(({ table }) => table),
    ...(pause === undefined ? [] : [pause.reason]),
  ];
}
