import type { Policy } from '#topology/topology.ts';
import { PROBE_EVERY_MS, SSM_WAITS_MS } from './platform-times.ts';
import { DETECTED_WITHIN_MS, REPORTER } from './routers/reporter-times.ts';

/** How an owner may be dead. */
export const DEATHS = {
  certain: 'EC2 reports it: instance not running, interface detached or elsewhere, source/dest check on',
  'cut-off': 'it runs, and has neither path nor detour',
  hung: 'it does not answer, EC2 shows it as running, and its peer can report',
  'hung-unreported': 'the same, and its peer cannot report',
} as const;
export type Death = keyof typeof DEATHS;

/** EC2's status checks run every minute; the first failed one reports `impaired`. */
const STATUS_CHECK_MS = 60_000;
const ROUND_MS = PROBE_EVERY_MS + SSM_WAITS_MS;
/** An observation, a swap and its calls, slow calls included, if nothing else is wrong. */
const RUN_MS = 8_000;

/**
 * Time limit for the routes to leave a failed owner, ms: that of the slowest detector that the design relies on, since it may be
 * the only one. Infinite: the mode requires an operator.
 */
export function deadlineMs(death: Death, { mode, prefer }: Policy): number {
  return mode === 'automatic' ? noticedMs(death, prefer) + RUN_MS : Number.POSITIVE_INFINITY;
}

function noticedMs(death: Death, prefer: Policy['prefer']): number {
  const retry = 1.5 * REPORTER.retryEvery + REPORTER.confirmFor;
  switch (death) {
    case 'certain':
      return ROUND_MS;
    case 'cut-off':
      return PROBE_EVERY_MS + ROUND_MS;
    case 'hung':
      return prefer === 'availability' ? DETECTED_WITHIN_MS + REPORTER.confirmFor : STATUS_CHECK_MS + retry;
    case 'hung-unreported':
      return STATUS_CHECK_MS + PROBE_EVERY_MS + ROUND_MS;
  }
}
