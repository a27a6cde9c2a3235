import type { PushOverride } from '#contracts/push-request.ts';
import type { Observation } from '#failover/observation.ts';
import { type WorkObstacle, workObstacles } from '#failover/planned-work.ts';

/** Why no configuration can be pushed now; undefined: one can be. Pure. */
export function unmetPrecondition(
  observation: Observation,
  overrides: readonly PushOverride[],
): WorkObstacle | undefined {
  const first = workObstacles(observation).find(({ reason }) => reason !== 'paused' || !overrides.includes(reason));
  if (first?.reason !== 'paused') return first;
  return { ...first, says: `${first.says}; to push anyway, use --override paused` };
}
