/**
 * What a healthy site does, as far as the stacks do not show it. Counted and measured in the emulator on 28 November 2026
 * (`emulate` with examples/created.yaml); durations of functions are assumed, because AWS's own times are not in it.
 */

import type { Metric } from '#contracts/metrics.ts';

/** Seconds that a function runs, by what starts it. The probe waits for two commands over SSM. */
export const RUN_SECONDS = { probe: 2, ask: 0.5, contact: 0.1, other: 0.2 } as const;

/** Runs of route-swap in a round of the probe, which asks it to rehearse and to decide. */
export const ASKS_PER_ROUND = 1;

/** Seconds between two contacts, and two heartbeats (`CONTACT_EVERY`, `RECONCILE_EVERY` of router/lib/config.sh). */
export const CONTACT_EVERY_S = 120;
export const HEARTBEAT_EVERY_S = 20;

/** DynamoDB: a round of the probe writes its readings (2 KB), a contact a small item; the reads of a round are those of both functions. */
export const WRITES = { perRound: 2, perMessage: 1 } as const;
export const READS = { perRound: 10, perMessage: 2 } as const;

/** Bytes of logs: lines of the functions in a round (4.4 KB), and Lambda's own of each run. */
export const LOG_BYTES = { perRound: 4_400, perRun: 300 } as const;

/** Metrics that get data in every round; CloudWatch charges for the others only in the hours with a fault (`contracts/metrics.ts`). */
export const METRICS_EVERY_ROUND = {
  site: ['FailoverReady', 'RoutesAtActive'],
  router: ['EbgpReceiving'],
} as const satisfies Readonly<Record<string, readonly Metric[]>>;

/** Of a site. */
export const ROUTERS = 2;

/** Root volume of an image, GB; the launch template states none. */
export const VOLUME_GB = 10;

/** Of an instance with detailed monitoring: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html */
export const DETAILED_METRICS = 7;

/** Announcements, alarms and pushes in a month of a healthy site. */
export const MESSAGES = 100;

/** Code of the functions and bundles of the routers, with those of some earlier deployments, which CDK's bucket keeps. GB. */
export const ASSETS_GB = 0.1;
