import type { PushJournal } from '#contracts/push-journal.ts';
import type { PushOverride } from '#contracts/push-request.ts';
import { factsOf, type Observation, ownerOf } from '#failover/observation.ts';
import type { WorkObstacle } from '#failover/planned-work.ts';
import { type ManagedRouter, peerOf, routersOf } from '#failover/site.ts';
import { whyNotRunning } from '#failover/why-not-running.ts';
import { observe } from '#functions/observe.ts';
import type { Topology } from '#topology/topology.ts';
import type { PushPorts } from '../ports.ts';
import { planRouter, unreadablePlan } from './plan-router.ts';
import { unmetPrecondition } from './preconditions.ts';
import type { RouterPlan } from './router-plan.ts';

/** What a push would do at a site, in its order. */
export interface SitePlan {
  /** The pushed topology. */
  readonly topology: Topology;
  readonly observation: Observation;
  /** The owner; undefined: the routes are split or unknown. */
  readonly owner: ManagedRouter | undefined;
  readonly routers: readonly RouterPlan[];
  /** The precondition that prevents a push now. */
  readonly obstacle: WorkObstacle | undefined;
  /** The last push, finished or not. */
  readonly last: PushJournal | undefined;
}

/** Reads the site, then both routers at once. The standby comes first. Changes nothing. */
export async function planSite(
  topology: Topology,
  overrides: readonly PushOverride[],
  ports: PushPorts,
): Promise<SitePlan> {
  const { site, run } = ports;
  const [observation, last] = await Promise.all([
    observe({ kind: 'probe', id: `push-${run}` }, ports),
    ports.pushes.journal(),
  ]);
  const plans = await Promise.all(
    routersOf(site).map((router) => {
      const notRunning = whyNotRunning(factsOf(observation, router));
      return notRunning === undefined
        ? planRouter(router, topology, overrides, ports)
        : unreadablePlan(router, notRunning, ports);
    }),
  );
  const owner = ownerOf(observation);
  const order = owner === undefined ? routersOf(site) : [peerOf(site, owner), owner];
  return {
    topology,
    observation,
    owner,
    routers: order.flatMap((router) => plans.filter((plan) => plan.router === router)),
    obstacle: unmetPrecondition(observation, overrides),
    last,
  };
}
