import type { Happening } from '#emulator/service.ts';
import type { PingResult } from '#lab/ping.ts';

/** What breaks: the active router of the first site, or its way to the other sites. */
export const FAILURES = ['router', 'uplink'] as const;
export type Failure = (typeof FAILURES)[number];

/** One failure, measured. Times are ms after it; null: it did not happen. */
export interface Trial {
  readonly failure: Failure;
  /** Longest time between two replies to pings every 10 ms; null: they had not come back after 30 s. */
  readonly outageMs: number | null;
  readonly lost: number;
  /** The standby's detector reports the loss of its peer. */
  readonly detectedMs: number | null;
  /** The suspected report has arrived at the API; null, or undefined in older results: the report had one phase. */
  readonly suspectedMs?: number | null;
  /** The report that moved the routes has arrived: the signed request at the API, or the jump host's shell. */
  readonly reportedMs: number | null;
  /** The last managed route is at the target. */
  readonly movedMs: number | null;
  /** The standby's own path to the other site no longer uses the failed router. */
  readonly nearMs: number | null;
  /** The same of the other site's active router: the way back. */
  readonly farMs: number | null;
  /** What the time until `movedMs` consists of; undefined: no route moved after a report, or in older results. */
  readonly stages?: Stages;
}

/** A trial with all that a picture of it needs. */
export interface Recording {
  readonly trial: Trial;
  /** Of the site whose router failed. */
  readonly region: string;
  readonly failedAt: number;
  readonly ping: PingResult;
  readonly happenings: readonly Happening[];
}

/** What follows each other between the failure and the last moved route, ms each. Their sum is `movedMs`. */
export interface Stages {
  /** Until BGP of the target drops the failed router's path: BFD's own time. */
  readonly bfd: number;
  /** Until the watcher has read that from FRR. */
  readonly watcher: number;
  /** Until the worker begins to ask the peer. */
  readonly worker: number;
  /** While the peer is asked. */
  readonly confirm: number;
  /** Until the report is at the API. */
  readonly post: number;
  /** API Gateway, Lambda, and the function, until its first call to AWS. */
  readonly start: number;
  /** Until the function takes the lease. */
  readonly observe: number;
  /** Until the first ReplaceRoute. */
  readonly lease: number;
  /** Until the last ReplaceRoute has been answered. */
  readonly replace: number;
}
