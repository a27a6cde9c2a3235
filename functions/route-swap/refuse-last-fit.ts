import type { SiteRequest } from '#contracts/route-swap-requests.ts';
import { LAST_FIT, lastFitObstacle } from '#failover/last-fit.ts';
import { routerNamed } from '#failover/site.ts';
import { isSwapUnderWay } from '#failover/stored-state.ts';
import { observe } from '#functions/observe.ts';
import type { SwapPorts } from './ports.ts';

/**
 * Why a request of the API is refused that puts the only fit router into maintenance, in sentences; undefined: it is another request,
 * it has the override, or another router is fit. During a swap it is never refused: it is how an operator stops the swap.
 */
export async function refuseLastFit(act: SiteRequest, ports: SwapPorts): Promise<string | undefined> {
  if (act.action !== 'maintenance' || !act.on || act.overrides?.includes(LAST_FIT) === true) return undefined;
  const router = routerNamed(ports.site, act.router);
  if (router === undefined) return undefined;
  const observation = await observe({ kind: 'probe', id: `maintenance-${ports.run}` }, ports);
  if (isSwapUnderWay(observation.stored, observation.at)) return undefined;
  return lastFitObstacle(observation, router);
}
