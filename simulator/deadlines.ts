import type { Policy } from '#topology/topology.ts';
import { PROBE_EVERY_MS, SSM_WAITS_MS } from './platform-times.ts';
import { DETECTED_WITHIN_MS, REPORTER } from './routers/reporter-times.ts';

/** How an owner may be dead. */
export const DEATHS = {
  certain: 'EC2 says it: instance not running, interface detached or elsewhere, source/dest check on',
  'cut-off': 'it lives, and has neither path nor detour',
  hung: 'it answers nothing, EC2 calls it running, and its peer can report',
  'hung-unreported': 'the same, and its peer cannot report',
} as const;
export type Death = keyof typeof DEATHS;

/** EC2's status checks run every minute, and say `impaired` after one. */
const STATUS_CHECK_MS = 60_000;
const ROUND_MS = PROBE_EVERY_MS + SSM_WAITS_MS;
/** A look, a swap and its calls, where nothing else is wrong: slow ones among them. */
const RUN_MS = 8_000;

/**
 * Within what time the routes must have left a dead owner, ms: the slowest of those who notice by design, each of whom may be
 * alone in it. Infinite: the mode leaves it to a person.
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
