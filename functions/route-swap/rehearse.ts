import { fitnessOf } from '#failover/fitness.ts';
import { isSwapUnderWay } from '#failover/memory.ts';
import { foreignRoutes, type Observation, ownerOf } from '#failover/observation.ts';
import { type ManagedRoute, peerOf, routeName } from '#failover/site.ts';
import { observe } from '#functions/observe.ts';
import type { SwapTools } from './tools.ts';

/** Could the site fail over now? */
export interface Rehearsal {
  readonly ready: boolean;
  /** What stands against it, one sentence fragment each. */
  readonly problems: readonly string[];
  /** Routes whose replacement EC2 said that it would do. */
  readonly rehearsed: number;
  /** Not asked, because a swap is under way: it needs EC2's throttle for itself, and what one saw would be half of it. */
  readonly underWay?: true;
}

/**
 * So many a round, in turn: a rehearsed call draws from the same throttle as a real one (50, then 5 a second), and the
 * bucket must be full when it counts.
 */
const ROUTES_PER_ROUND = 5;
const ROUND_MS = 60_000;

/**
 * Asks everything that a failover would need, without moving anything: is the other router fit, may we replace its
 * routes, do they still stand as the topology says. Keeps the function warm besides.
 */
export async function rehearse(tools: SwapTools): Promise<Rehearsal> {
  const seen = await observe({ kind: 'probe', id: `rehearse-${tools.run}` }, tools);
  const { memory } = seen;
  if (isSwapUnderWay(memory, seen.at))
    return { ready: false, problems: [`swap ${memory.epoch} is under way`], rehearsed: 0, underWay: true };
  const owner = ownerOf(seen);
  if (owner === undefined)
    return { ready: false, problems: ['the managed routes are not all at one router of the pair'], rehearsed: 0 };
  const rescuer = peerOf(seen.site, owner);
  const fitness = fitnessOf(seen, rescuer);
  const chosen = inTurn(seen);
  const refused = await Promise.all(chosen.map((route) => refusal(route, rescuer.eni, tools)));
  const problems = [
    ...(fitness.fit ? [] : fitness.unfit.map((why) => `${rescuer.name}: ${why}`)),
    ...foreignRoutes(seen).map((route) => `${routeName(route)} is not ours to move: ${whereItPoints(route)}`),
    ...(memory.reachable ? [] : ["the site's store does not answer"]),
    ...refused.flatMap((problem) => problem ?? []),
  ];
  return { ready: problems.length === 0, problems, rehearsed: chosen.length };
}

/** A few of the managed routes, other ones each minute, so that all have their turn. */
function inTurn({ site, at }: Observation): readonly ManagedRoute[] {
  const { routes } = site;
  const start = (Math.floor(at / ROUND_MS) * ROUTES_PER_ROUND) % routes.length;
  return [...routes.slice(start), ...routes.slice(0, start)].slice(0, ROUTES_PER_ROUND);
}

async function refusal(route: ManagedRoute, eni: string, { rehearseReplace }: SwapTools): Promise<string | undefined> {
  const outcome = await rehearseReplace(route, eni);
  // Throttled: others in the account are busy, which says nothing about whether we may.
  if (outcome === 'replaced' || outcome.kind === 'throttled') return undefined;
  return `${routeName(route)} could not be moved: ${outcome.code}: ${outcome.message}`;
}

function whereItPoints({
  target,
  origin,
}: {
  readonly target: string | undefined;
  readonly origin: string | undefined;
}): string {
  if (target === undefined) return 'there is no such route';
  return origin === 'static' ? `it points at ${target}` : `it is ${origin} (${target}), not static`;
}
