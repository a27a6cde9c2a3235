import type { AwsConditions } from '#bench/outage/aws-conditions.ts';
import { PROFILE_NAMES } from './profiles.ts';

/** How a router's failure is handled, and by which AWS. */
export type Arm = AwsConditions &
  (
    | { readonly way: 'ours'; readonly phases: 1 | 2 }
    /** The design of 2014 has no function, so it is always `warm`. */
    | { readonly way: 'original'; readonly phases: null }
  );

/** Every combination that is measured, in the order of the table. */
export const ARMS: readonly Arm[] = PROFILE_NAMES.flatMap((latency): Arm[] => [
  { way: 'ours', latency, phases: 2, start: 'warm' },
  { way: 'ours', latency, phases: 2, start: 'cold' },
  { way: 'ours', latency, phases: 1, start: 'warm' },
  { way: 'ours', latency, phases: 1, start: 'cold' },
  { way: 'original', latency, phases: null, start: 'warm' },
]);

/** Of an arm without its profile: `2 phases, cold`. */
export function labelOf({ phases, start }: Pick<Arm, 'phases' | 'start'>): string {
  if (phases === null) return 'original (2014)';
  return `${phases === 1 ? '1 phase' : '2 phases'}, ${start}`;
}
