import type { SiteStatus } from '#contracts/site-status.ts';
import type { Observation } from '#failover/observation.ts';

/** The function's observation as input of the rules, without a report or a request. */
export function observationOf({ seen }: SiteStatus): Observation {
  return { ...seen, trigger: { kind: 'probe', id: '' } };
}
