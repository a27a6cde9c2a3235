import { type ProfileName, rulesOf } from '#bench/latency/profiles.ts';
import { namesOf } from '#infra/names.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';

/** How fast the emulated AWS is when a router fails. */
export interface AwsConditions {
  readonly latency: ProfileName;
  /** `cold`: route-swap has no execution environment. `warm`: it has one, whose connections to AWS have been closed. */
  readonly start: 'warm' | 'cold';
}

export const WARM_LAB: AwsConditions = { latency: 'lab', start: 'warm' };

/** To be called directly before the failure: each call of the function makes it warm. */
export async function applyConditions({ emulator, plan, here }: RaisedLab, conditions: AwsConditions): Promise<void> {
  emulator.latency.use(rulesOf(conditions.latency));
  emulator.latency.closeConnections();
  if (conditions.start === 'cold') await emulator.endIdleEnvironments(namesOf(plan.topology, here.site).routeSwap);
}
