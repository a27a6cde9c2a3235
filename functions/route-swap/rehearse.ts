import type { Rehearsal } from '#contracts/rehearsal.ts';
import { shortClause } from '#failover/clause.ts';
import { fitnessOf } from '#failover/fitness.ts';
import { foreignRouteFault } from '#failover/foreign-route.ts';
import { interfaceChanges } from '#failover/former-interfaces.ts';
import { CONTACT_FRESH_MS } from '#failover/limits.ts';
import { foreignRoutes, type Observation, ownerOf } from '#failover/observation.ts';
import { type ManagedRoute, type ManagedRouter, peerOf, routeName, routersOf } from '#failover/site.ts';
import { isSwapUnderWay, type RefusedRoute } from '#failover/stored-state.ts';
import { logFailure } from '#functions/log-failure.ts';
import { observe } from '#functions/observe.ts';
import type { SwapPorts } from './ports.ts';
import { withdrawAbandoned } from './withdraw-abandoned.ts';

/**
 * Routes a round, in turn, and as many of those that were refused. A dry run draws from the same throttle as a real call (50 at
 * once, then 5 a second), which must be unused when a failover begins.
 */
const ROUTES_PER_ROUND = 5;
const ROUND_MS = 60_000;
/** The store has them in one item of at most 400 KB. If there are more, these are enough to report the site as not ready. */
const REFUSALS_KEPT = 200;

/**
 * Checks everything that a failover requires, without moving a route: the other router is fit, ReplaceRoute is permitted, and
 * the routes are as the topology has them. It also removes the record of an abandoned swap, and keeps the function warm.
 */
export async function rehearse(ports: SwapPorts): Promise<Rehearsal> {
  const observation = ports.unjournaled.addTo(await observe({ kind: 'probe', id: `rehearse-${ports.run}` }, ports));
  const { stored } = observation;
  // A healthy site may have no other trigger for days.
  await withdrawAbandoned(observation, ports);
  if (stored.reachable) await ports.unjournaled.flush(ports.store, ports.log);
  if (isSwapUnderWay(stored, observation.at))
    return { ready: false, problems: [`swap ${stored.epoch} is under way`], rehearsed: 0, underWay: true };
  await recordInterfaces(observation, ports);
  const foreign = foreignRoutes(observation);
  if (foreign.length > 0) ports.metric('ForeignRoutes', foreign.length);
  const owner = ownerOf(observation);
  if (owner === undefined)
    return { ready: false, problems: ['the managed routes are not all at one router of the pair'], rehearsed: 0 };
  const target = peerOf(observation.site, owner);
  const fitness = fitnessOf(observation, target);
  const asked = chosen(observation);
  const verdicts = await Promise.all(asked.map((route) => askEc2(route, target.eni, ports)));
  const refused = stillRefused(observation, verdicts);
  const problems = [
    ...(fitness.fit ? [] : fitness.unfit.map((why) => `${target.name}: ${why}`)),
    ...foreign.map((route) => foreignRouteFault(route, observation)),
    ...routersOf(observation.site)
      .flatMap((router) => [silenceOf(router, observation), otherInstance(router, observation)])
      .filter((problem) => problem !== undefined),
    ...(stored.reachable ? [] : ["the site's store does not answer"]),
    ...couldNot([...refused, ...verdicts.filter(({ is }) => is === 'failed')]),
  ];
  const unknown = verdicts.flatMap(({ is, ...route }) => (is === 'failed' || is === 'busy' ? [route] : []));
  return {
    ready: problems.length === 0,
    problems,
    rehearsed: asked.length,
    refused,
    ...(unknown.length > 0 && { unknown }),
  };
}

/** A deployment may give a router another interface while routes point at the present one. */
async function recordInterfaces({ site, routes, stored }: Observation, ports: SwapPorts): Promise<void> {
  if (!stored.reachable) return;
  const { record, forget } = interfaceChanges(site, routes, stored.interfaces);
  await logFailure('the interfaces of the routers', ports, () =>
    Promise.all([
      ...Object.entries(record).map(([eni, router]) => ports.store.recordInterface(eni, router)),
      ...forget.map((eni) => ports.store.forgetInterface(eni)),
    ]),
  );
}

/** Without its reports a failure of its peer is noticed minutes later, by the probe. */
function silenceOf({ name }: ManagedRouter, { routers, stored, at }: Observation): string | undefined {
  const contactAt = routers[name]?.contactAt;
  if (!stored.reachable || (contactAt !== undefined && at - contactAt <= CONTACT_FRESH_MS)) return undefined;
  const since = contactAt === undefined ? 'yet' : `for ${Math.round((at - contactAt) / 1000)} s`;
  return `${name} has not shown ${since} that its reports arrive (name resolution, TLS, credentials, signature, API)`;
}

/** The probe asks the topology's instance, and it alone is permitted to answer. A created router is any instance. */
function otherInstance({ name, eni, instance }: ManagedRouter, { routers }: Observation): string | undefined {
  const attachedTo = routers[name]?.attachedTo;
  if (instance === undefined || attachedTo === undefined || attachedTo === instance) return undefined;
  return `${name} is ${instance} in the topology, and its interface ${eni} is attached to ${attachedTo}; put the id right and deploy`;
}

/** Some of the managed routes, different ones each minute, and some that were refused. */
function chosen({ site, at, stored }: Observation): readonly ManagedRoute[] {
  const { routes } = site;
  const start = (Math.floor(at / ROUND_MS) * ROUTES_PER_ROUND) % routes.length;
  const inTurn = [...routes.slice(start), ...routes.slice(0, start)].slice(0, ROUTES_PER_ROUND);
  const refused = new Set(stored.health?.refused?.map(routeName));
  const again = routes.filter((route) => refused.has(routeName(route)) && !inTurn.includes(route));
  return [...inTurn, ...again.slice(0, ROUTES_PER_ROUND)];
}

/** EC2's answer for a route. `failed`: the call failed, so it is unknown; `busy`: throttled, also by other callers of the account. */
interface Verdict extends RefusedRoute {
  readonly is: 'fine' | 'refused' | 'failed' | 'busy';
}

const IS = { final: 'refused', passing: 'failed', throttled: 'busy' } as const;

/** A call that failed is repeated once before it is a problem; one that EC2 throttles is left to the next round. */
const AGAIN_AFTER_MS = 500;

async function askEc2(route: ManagedRoute, eni: string, { rehearseReplace, sleep }: SwapPorts): Promise<Verdict> {
  let outcome = await rehearseReplace(route, eni);
  if (outcome !== 'replaced' && outcome.kind !== 'throttled') {
    await sleep(AGAIN_AFTER_MS);
    outcome = await rehearseReplace(route, eni);
  }
  if (outcome === 'replaced') return { ...route, is: 'fine', why: '' };
  return { ...route, is: IS[outcome.kind], why: `${outcome.code}: ${shortClause(outcome.message)}` };
}

/**
 * A refusal is kept until EC2 permits that route: each round checks only some of the routes, and the site must not be ready in
 * the rounds that check others. Routes that are no longer managed are dropped.
 */
function stillRefused({ site, stored }: Observation, verdicts: readonly Verdict[]): readonly RefusedRoute[] {
  const why = new Map(stored.health?.refused?.map((route) => [routeName(route), route.why]));
  for (const verdict of verdicts) {
    if (verdict.is === 'refused') why.set(routeName(verdict), verdict.why);
    if (verdict.is === 'fine') why.delete(routeName(verdict));
  }
  const refused = site.routes.flatMap((route) => {
    const words = why.get(routeName(route));
    return words === undefined ? [] : [{ ...route, why: words }];
  });
  return refused.slice(0, REFUSALS_KEPT);
}

/** Each route once, with its last reason. */
function couldNot(routes: readonly RefusedRoute[]): Iterable<string> {
  return new Map(
    routes.map((route) => [routeName(route), `${routeName(route)} could not be moved: ${route.why}`]),
  ).values();
}
