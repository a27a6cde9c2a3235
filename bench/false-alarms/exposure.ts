import { setTimeout as sleep } from 'node:timers/promises';
import { SAME_OUTAGE_MS } from '#failover/limits.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { reportLogLines } from '#lab/report-log.ts';
import { type Disturbance, disturb } from './disturbances.ts';

/** Results of the detectors in one disturbance. No router failed: every report and every swap is a false alarm. */
export interface Exposure {
  /** BFD between the routers of the pair went down, as the two saw it. */
  readonly bfdDown: number;
  /** `member-failed` events of Serf: each moves the routes in the 2014 design. */
  readonly serfFailed: number;
  /** Suspicions of either detector that the TCP confirmation rejected. */
  readonly vetoed: number;
  /** Reports that reached the API. */
  readonly reports: number;
  /** Of them, those that moved the routes. */
  readonly swaps: number;
}

/** A failure that follows the last swap sooner counts as the same outage, to which hold-down applies: a swap would not be seen. */
const APART_MS = SAME_OUTAGE_MS + 5_000;
/** Serf is slowest: a second for its coalescer, some for a suspicion that was under way. */
const SETTLE_MS = 3_000;

/** @throws Error where the lab does not become a healthy network again */
export async function expose(lab: RaisedLab, disturbance: Disturbance): Promise<Exposure> {
  const { here } = lab;
  const active = here.routers.find(({ router }) => router.role === 'active');
  const standby = here.routers.find(({ router }) => router.role === 'standby');
  if (active === undefined || standby === undefined) throw new Error('the site has no pair');
  const since = Date.now();
  await disturb(disturbance, here, active, standby);
  await sleep(SETTLE_MS);
  const said = [active, standby].flatMap((router) => reportLogLines(router, since).map(({ says }) => says));
  const count = (pattern: RegExp) => said.filter((line) => pattern.test(line)).length;
  const exposure = {
    bfdDown: count(/: up, now down$/),
    serfFailed: count(/serf says peer-failed/),
    vetoed: count(/not reported: /),
    // Answered ones, by their ids or after a try that failed; contacts are heard by the same API.
    reports: count(/(?:^\w+ +[0-9a-f-]{36} |: )(?:swapped|already|noted|refused|partial) \(/),
    swaps: count(/swapped \(/),
  };
  await lab.makeWhole();
  if (exposure.swaps > 0) await sleep(APART_MS);
  return exposure;
}
