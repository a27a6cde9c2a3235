import type { SiteRequest } from '#contracts/route-swap-requests.ts';
import { LAST_FIT, lastFitObstacle } from '#failover/last-fit.ts';
import { type ManagedRouter, routerNamed } from '#failover/site.ts';
import { isSwapUnderWay } from '#failover/stored-state.ts';
import { observationOf, readEc2, readStore } from '#functions/observe.ts';
import type { SwapPorts } from './ports.ts';

/**
 * Why a request of the API is refused that puts the only fit router into maintenance, in sentences; undefined: it is another request,
 * it has the override, or another router is fit. During a swap it is never refused: it is how an operator stops the swap. It is not
 * refused either while EC2 does not answer, because then it is unknown which router is fit.
 */
export async function refuseLastFit(act: SiteRequest, ports: SwapPorts): Promise<string | undefined> {
  if (act.action !== 'maintenance' || !act.on || act.overrides?.includes(LAST_FIT) === true) return undefined;
  const router = routerNamed(ports.site, act.router);
  if (router === undefined) return undefined;
  try {
    return await obstacleTo(router, ports);
  } catch (error) {
    ports.log.warn(`EC2 did not say whether ${router.name} is the only fit router; its maintenance is not refused`, {
      error,
    });
    return undefined;
  }
}

/** The store is read first: while EC2 throttles a swap, its answer comes too late to stop that swap. */
async function obstacleTo(router: ManagedRouter, ports: SwapPorts): Promise<string | undefined> {
  const trigger = { kind: 'probe', id: `maintenance-${ports.run}` } as const;
  const stored = await readStore(trigger, ports);
  if (isSwapUnderWay(stored.stored, ports.now())) return undefined;
  return lastFitObstacle(await observationOf(trigger, await readEc2(ports), stored, ports), router);
}
