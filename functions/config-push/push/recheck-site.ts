import type { PushRequest } from '#contracts/push-request.ts';
import { clauseOf } from '#failover/clause.ts';
import { type Observation, ownerOf } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { observe } from '#functions/observe.ts';
import { unmetPrecondition } from '../plan/preconditions.ts';
import type { PushPorts } from '../ports.ts';
import type { Journal } from '../record/journal.ts';
import { CANCELLED } from './verify-bgp.ts';

/**
 * Checks that no failover began and that this run still has the lease.
 *
 * @param owner the router that must still be the owner; undefined: any
 * @returns why the push must not continue, as a clause; undefined: it may
 */
export async function whyNotContinue(
  { overrides }: Pick<PushRequest, 'overrides'>,
  journal: Journal,
  owner: ManagedRouter | undefined,
  ports: PushPorts,
): Promise<{ readonly says: string; readonly observation?: Observation } | undefined> {
  try {
    const observation = await observe({ kind: 'probe', id: `push-${ports.run}` }, ports);
    const obstacle = unmetPrecondition(observation, overrides);
    if (obstacle !== undefined) return { says: `meanwhile ${obstacle.says}`, observation };
    const now = ownerOf(observation);
    if (owner !== undefined && now !== owner) {
      return { says: `meanwhile ${now?.name ?? 'another router'} carries the traffic`, observation };
    }
    return (await journal.isOurs()) ? undefined : { says: CANCELLED };
  } catch (error) {
    return { says: `meanwhile the site could not be read: ${clauseOf(error)}` };
  }
}
