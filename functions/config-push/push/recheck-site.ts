import type { PushRequest } from '#contracts/push-request.ts';
import { clauseOf } from '#failover/clause.ts';
import { type Observation, ownerOf } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { observe } from '#functions/observe.ts';
import { obstacleTo } from '../plan/preconditions.ts';
import type { PushTools } from '../ports.ts';
import type { Journal } from '../record/journal.ts';
import { CALLED_OFF } from './verify-bgp.ts';

/**
 * A failover comes first, and so does whoever has taken our lease.
 *
 * @param owner who must still carry the traffic; undefined: whoever does
 * @returns what stands against going on, as a clause; undefined: nothing
 */
export async function obstacleNow(
  { overrides }: Pick<PushRequest, 'overrides'>,
  journal: Journal,
  owner: ManagedRouter | undefined,
  tools: PushTools,
): Promise<{ readonly says: string; readonly seen?: Observation } | undefined> {
  try {
    const seen = await observe({ kind: 'probe', id: `push-${tools.run}` }, tools);
    const obstacle = obstacleTo(seen, overrides);
    if (obstacle !== undefined) return { says: `meanwhile ${obstacle.says}`, seen };
    const now = ownerOf(seen);
    if (owner !== undefined && now !== owner) {
      return { says: `meanwhile ${now?.name ?? 'another router'} carries the traffic`, seen };
    }
    return (await journal.isOurs()) ? undefined : { says: CALLED_OFF };
  } catch (error) {
    return { says: `meanwhile the site cannot be seen: ${clauseOf(error)}` };
  }
}
