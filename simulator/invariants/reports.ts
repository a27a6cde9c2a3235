import type { BegunSwap } from '#simulator/begun-swap.ts';
import type { ReportRequest } from '#simulator/evidence.ts';

/** When a report's failure was detected, by AWS's clock as far as it can be computed: the earlier of two estimates. */
export function noticedAt({ at, detectedAt, receivedAt }: ReportRequest): number | undefined {
  return detectedAt === undefined ? undefined : Math.min(detectedAt, receivedAt - Math.max(0, at - detectedAt));
}

/** The peer's report is what a swap rests on; EC2 and the probe have nothing against the owner. */
export function restsOnReport({ reason, automatic, certain }: BegunSwap): boolean {
  return automatic && !certain && (reason === 'reported-by-survivor' || reason === 'owner-left');
}

/** By DESIGN, rule 2: noticed, or confirmed again, at most this long before it was sent; and rounded. */
const NEW_MS = 11_000;

export function isNew({ at, detectedAt, confirmedAt }: ReportRequest): boolean {
  return (
    detectedAt !== undefined && (at - detectedAt <= NEW_MS || (confirmedAt !== undefined && at - confirmedAt <= NEW_MS))
  );
}
