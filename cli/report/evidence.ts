import type { BgpEvidence } from '#failover/observation.ts';

/** Evidence without repetitions: a claim in a report is in the store too. */
export function distinct(evidence: readonly BgpEvidence[]): readonly BgpEvidence[] {
  return evidence.filter(
    (each, at) => evidence.findIndex(({ by, at: when }) => by === each.by && when === each.at) === at,
  );
}
