import type { Rehearsal } from '#contracts/rehearsal.ts';
import { shortClause } from '#failover/clause.ts';
import { fitnessOf } from '#failover/fitness.ts';
import { foreignRouteFault } from '#failover/foreign-route.ts';
import { CONTACT_FRESH_MS } from '#failover/limits.ts';
import { foreignRoutes, type Observation, ownerOf } from '#failover/observation.ts';
import { type ManagedRoute, type ManagedRouter, peerOf, routeName, routersOf } from '#failover/site.ts';
import { isSwapUnderWay, type RefusedRoute } from '#failover/stored-state.ts';
import { observe } from '#functions/observe.ts';
import type { SwapPorts } from './ports.ts';

/**
 * So many a round, in turn, and as many of those that were refused: a rehearsed call draws from the same throttle as a
 * real one (50, then 5 a second), and the bucket must be full when it counts.
 */
const ROUTES_PER_ROUND = 5;
const ROUND_MS = 60_000;
/** They are remembered in one item of 400 KB at most; where there are more, these keep the site from being ready. */
const REFUSALS_KEPT = 200;

/**
 * Asks everything that a failover would need, without moving anything: is the other router fit, may we replace its
 * routes, do they still stand as the topology says. Keeps the function warm besides.
 */
export async function rehearse(ports: SwapPorts): Promise<Rehearsal> {
  const observation = ports.unjournaled.addTo(await observe({ kind: 'probe', id: `rehearse-${ports.run}` }, ports));
  const { stored } = observation;
  if (stored.reachable) await ports.unjournaled.flush(ports.store, ports.log);
  if (isSwapUnderWay(stored, observation.at))
    return { ready: false, problems: [`swap ${stored.epoch} is under way`], rehearsed: 0, underWay: true };
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
    ...foreign.map(foreignRouteFault),
    ...routersOf(observation.site)
      .flatMap((router) => [silenceOf(router, observation), otherInstance(router, observation)])
      .filter((problem) => problem !== undefined),
    ...(stored.reachable ? [] : ["the site's store does not answer"]),
    ...couldNot([...refused, ...verdicts.filter(({ is }) => is === 'failed')]),
  ];
  return { ready: problems.length === 0, problems, rehearsed: asked.length, refused };
}

/** Without its report nobody learns within a second that its peer died. */
function silenceOf({ name }: ManagedRouter, { routers, stored, at }: Observation): string | undefined {
  const contactAt = routers[name]?.contactAt;
  if (!stored.reachable || (contactAt !== undefined && at - contactAt <= CONTACT_FRESH_MS)) return undefined;
  const since = contactAt === undefined ? 'yet' : `for ${Math.round((at - contactAt) / 1000)} s`;
  return `${name} has not shown ${since} that its reports arrive (name resolution, TLS, credentials, signature, API)`;
}

/** The probe asks the topology's instance, and it alone is permitted to answer. */
function otherInstance({ name, eni, instance }: ManagedRouter, { routers }: Observation): string | undefined {
  const attachedTo = routers[name]?.attachedTo;
  if (attachedTo === undefined || attachedTo === instance) return undefined;
  return `${name} is ${instance} in the topology, and its interface ${eni} is attached to ${attachedTo}; put the id right and deploy`;
}

/** A few of the managed routes, other ones each minute, so that all have their turn; and a few that were refused. */
function chosen({ site, at, stored }: Observation): readonly ManagedRoute[] {
  const { routes } = site;
  const start = (Math.floor(at / ROUND_MS) * ROUTES_PER_ROUND) % routes.length;
  const inTurn = [...routes.slice(start), ...routes.slice(0, start)].slice(0, ROUTES_PER_ROUND);
  const refused = new Set(stored.health?.refused?.map(routeName));
  const again = routes.filter((route) => refused.has(routeName(route)) && !inTurn.includes(route));
  return [...inTurn, ...again.slice(0, ROUTES_PER_ROUND)];
}

/** What EC2 says about a route. `failed`: it does not know; `busy`: throttled, by others in the account as well. */
interface Verdict extends RefusedRoute {
  readonly is: 'fine' | 'refused' | 'failed' | 'busy';
}

const IS = { final: 'refused', passing: 'failed', throttled: 'busy' } as const;

/** A call that failed is made once more before it is news; one that EC2 throttles is left to the next round. */
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
 * A refusal stands until EC2 says another thing of that very route, or the site would be ready in every round that asks
 * about others. A route that the site does not manage any more is not asked about.
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

/** Each route once, with the last word about it. */
function couldNot(routes: readonly RefusedRoute[]): Iterable<string> {
  return new Map(
    routes.map((route) => [routeName(route), `${routeName(route)} could not be moved: ${route.why}`]),
  ).values();
}
